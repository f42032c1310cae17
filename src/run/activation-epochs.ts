/** The epochs of saved activations: a file for each, a group of one file for each, or all of it one. */
import path from 'node:path';
import { describe } from '../formats/stored';
import { Fault } from '../protocol/faults';
import type { ActivationsSource, ArrayReference, InspectRequest, Question, SavedSplit } from '../protocol/engine';
import { isRows, isSingle } from './activation-names';
import { candidatesOf, oneArray, Searcher, type Candidate } from './candidates';
import { epochOf } from './epochs';

export const FILE_QUESTION = 'activation-file';

/** The arrays of one epoch. */
export interface EpochArrays {
  /** What faults name: the file or folder. */
  target: string;
  file: string;
  /** Shown in the report. */
  path: string;
  epoch: number | undefined;
  own: Candidate[];
  /** What the names of the epoch's own arrays begin with (`epoch_120/`). */
  prefix: string;
  /** Why the epoch's file cannot be read. */
  fault?: Fault;
  /** References of a manifest, with those to the epoch's own file made complete. */
  source: ActivationsSource;
}

export type FoundEpochs =
  | { kind: 'epochs'; target: string; epochs: EpochArrays[]; answered: boolean }
  | { kind: 'question'; question: Question };

/** @throws Fault E_NO_DATA, E_NO_SUCH_ARRAY, and of opening */
export async function epochsIn(
  target: string,
  isFolder: boolean,
  source: ActivationsSource & { files?: string[] },
  request: InspectRequest,
): Promise<FoundEpochs> {
  if (source.layers?.some(isOfEpoch)) {
    const files = isFolder ? (source.files ?? []) : [target];
    if (files.length === 0) {
      throw new Fault(
        'E_NO_DATA',
        `${path.basename(target)}: activations.layers names arrays of each epoch's file (#…), but checkpoints in neural-collapse.json matches no file.`,
      );
    }
    const epochs: EpochArrays[] = [];
    for (const file of files) epochs.push(await named(file, source));
    return { kind: 'epochs', target, epochs: inOrder(epochs), answered: false };
  }
  if (source.layers) {
    const own: Candidate[] = [];
    for (const layer of source.layers) own.push(await oneArray(layer));
    return { kind: 'epochs', target, epochs: [whole(target, own, isFolder)], answered: false };
  }
  if (!isFolder)
    return { kind: 'epochs', target, epochs: groups(target, (await candidatesOf(target)).arrays), answered: false };
  return inFolder(target, request);
}

/** `#name`: an array of the epoch's own file. */
function isOfEpoch(reference: ArrayReference): boolean {
  return reference.startsWith('#');
}

async function named(file: string, source: ActivationsSource): Promise<EpochArrays> {
  const complete = (reference: ArrayReference): ArrayReference => (isOfEpoch(reference) ? file + reference : reference);
  const own: Candidate[] = [];
  for (const layer of source.layers ?? []) own.push(await oneArray(complete(layer)));
  const split = ({ layers, labels }: SavedSplit): SavedSplit => ({
    layers: layers.map(complete),
    labels: complete(labels),
  });
  const { labels, cleanLabels, weight, bias, test, transfer, ood } = source;
  return {
    ...whole(file, own, false),
    source: {
      ...(labels === undefined ? {} : { labels: complete(labels) }),
      ...(cleanLabels === undefined ? {} : { cleanLabels: complete(cleanLabels) }),
      ...(weight === undefined ? {} : { weight: complete(weight) }),
      ...(bias === undefined ? {} : { bias: complete(bias) }),
      ...(ood === undefined ? {} : { ood: complete(ood) }),
      ...(test ? { test: split(test) } : {}),
      ...(transfer ? { transfer: split(transfer) } : {}),
    },
  };
}

async function inFolder(folder: string, request: InspectRequest): Promise<FoundEpochs> {
  const { arrays, misses } = await new Searcher().search(folder, 0);
  const singles = arrays.filter(({ file }) => isSingle(file));
  if (singles.some(({ info }) => isRows(info))) {
    return { kind: 'epochs', target: folder, epochs: [whole(folder, singles, true)], answered: false };
  }
  const files = [...new Set(arrays.filter(({ info }) => isRows(info)).map(({ file }) => file))];
  const of = (file: string): Candidate[] => arrays.filter((array) => array.file === file);
  if (files.length === 0) {
    const why = misses[0] ? ` (${misses[0].why})` : '';
    throw new Fault(
      'E_NO_DATA',
      `${path.basename(folder)} holds neither ONNX checkpoints nor files of activations${why}; choose another folder.`,
    );
  }
  const epochs = files.map((file) => whole(file, of(file), false));
  // A file of the series that cannot be read is one of its epochs all the same.
  const broken = misses.flatMap(({ what, fault }) =>
    fault && epochOf(what) !== undefined && path.extname(what) === path.extname(files[0] ?? '')
      ? [{ ...whole(path.join(folder, what), [], false), fault }]
      : [],
  );
  if (files.length + broken.length > 1 && isSeries(epochs)) {
    return { kind: 'epochs', target: folder, epochs: inOrder([...epochs, ...broken]), answered: false };
  }
  const answer = request.answers?.[FILE_QUESTION];
  const file = files.length === 1 ? files[0] : answer === undefined ? undefined : files[answer];
  if (file !== undefined) {
    return { kind: 'epochs', target: file, epochs: groups(file, of(file)), answered: files.length > 1 };
  }
  const choices = files.map((one) => ({
    label: path.basename(one),
    description: of(one)
      .map(({ info }) => describe(info))
      .join(', '),
  }));
  return { kind: 'question', question: { id: FILE_QUESTION, text: 'Which activations are to be measured?', choices } };
}

/** Files that hold the same arrays for different epochs are one run. */
function isSeries(epochs: readonly EpochArrays[]): boolean {
  const held = ({ own }: EpochArrays): string =>
    own
      .map(({ info }) => `${info.name}:${info.shape.join('×')}`)
      .sort()
      .join(' ');
  const numbers = new Set(epochs.map(({ epoch }) => epoch));
  return !numbers.has(undefined) && numbers.size === epochs.length && new Set(epochs.map(held)).size === 1;
}

function inOrder(epochs: EpochArrays[]): EpochArrays[] {
  return epochs.sort((a, b) => (a.epoch ?? Infinity) - (b.epoch ?? Infinity));
}

function whole(target: string, own: Candidate[], isFolder: boolean): EpochArrays {
  const name = path.basename(target);
  return {
    target,
    file: target,
    path: name,
    epoch: isFolder ? undefined : epochOf(name),
    own,
    prefix: '',
    source: {},
  };
}

/** `epoch_120/features`: a group of arrays for each epoch; what lies in no such group belongs to all. */
function groups(file: string, arrays: Candidate[]): EpochArrays[] {
  const byGroup = new Map<string, Candidate[]>();
  const shared: Candidate[] = [];
  for (const array of arrays) {
    const [first = '', ...rest] = array.info.name.split('/');
    if (rest.length === 0 || epochOf(first) === undefined || !/epoch|step|iter|ckpt|checkpoint|^\d+$/i.test(first)) {
      shared.push(array);
      continue;
    }
    const group = byGroup.get(first);
    if (group) group.push(array);
    else byGroup.set(first, [array]);
  }
  const withRows = [...byGroup].filter(([, own]) => own.some(({ info }) => isRows(info)));
  if (withRows.length === 0) return [whole(file, arrays, false)];
  const epochs = withRows.map(([group, own]) => ({
    ...whole(file, [...own, ...shared], false),
    path: `${path.basename(file)}#${group}`,
    epoch: epochOf(group),
    prefix: `${group}/`,
  }));
  return inOrder(epochs);
}
