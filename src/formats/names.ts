/** What the names of array files look like. */
import path from 'node:path';
import { nameParts } from './name-parts';

/** Endings of the files that hold arrays and nothing else, lower case. */
export const DATA_EXTENSIONS: readonly string[] = [
  '.npy',
  '.npz',
  '.safetensors',
  '.safetensors.index.json',
  '.pt',
  '.pth',
  '.ckpt',
  '.bin',
  '.idx',
  '-ubyte',
  '.npy.gz',
  '.idx.gz',
  '-ubyte.gz',
  '.h5',
  '.hdf5',
  '.he5',
  '.parquet',
];

/** Endings of files that can be read but mostly are something else. */
export const TABLE_EXTENSIONS: readonly string[] = ['.csv', '.tsv', '.json', '.jsonl'];

const LABEL_WORDS = /^(labels?|lbls?|targets?|class|classes|ys?|gt|annotations?)$/;
const OTHER_WORDS = /^(config|index|schema|package)$/;

/** True where the name says that the file holds arrays; the content is not looked at. */
export function isArrayFile(file: string): boolean {
  const lower = file.toLowerCase();
  return DATA_EXTENSIONS.some((ending) => lower.endsWith(ending));
}

/** True for a table or JSON file whose name says labels: `labels.csv`, `train_labels.json`, `y_train.csv`. */
export function isLabelFile(file: string): boolean {
  const base = path.basename(file);
  const lower = base.toLowerCase();
  if (!TABLE_EXTENSIONS.some((ending) => lower.endsWith(ending))) return false;
  const parts = nameParts(base);
  return parts.some((part) => LABEL_WORDS.test(part)) && !parts.some((part) => OTHER_WORDS.test(part));
}

/** Name of the array in a file that is one array: the file's name without what says the format. */
export function arrayNameOf(file: string): string {
  return path
    .basename(file)
    .replace(/\.gz$/i, '')
    .replace(/\.(npy|idx|jsonl?|pt|pth|ckpt|bin)$/i, '');
}
