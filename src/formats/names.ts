/** What the names of array files look like. */
import path from 'node:path';

/** Endings of the files that can be read, lower case. */
export const DATA_EXTENSIONS: readonly string[] = [
  '.npy',
  '.npz',
  '.safetensors',
  '.idx',
  '-ubyte',
  '.npy.gz',
  '.idx.gz',
  '-ubyte.gz',
];

/** True where the name says that the file holds arrays; the content is not looked at. */
export function isArrayFile(file: string): boolean {
  const lower = file.toLowerCase();
  return DATA_EXTENSIONS.some((ending) => lower.endsWith(ending));
}

/** Name of the array in a file that is one array: the file's name without what says the format. */
export function arrayNameOf(file: string): string {
  return path
    .basename(file)
    .replace(/\.gz$/i, '')
    .replace(/\.(npy|idx)$/i, '');
}
