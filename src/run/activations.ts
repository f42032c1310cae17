/** Saved activations: which arrays are layers, which are labels, and which are the classifier. */
import path from 'node:path';
import { isInteger, rowLength, type ArrayInfo } from '../formats/array';
import { isFloat } from '../formats/dtype';
import { isArrayFile } from '../formats/open';
import { shortReference } from '../formats/reference';
import { describe, shapeText } from '../formats/stored';
import { Fault } from '../protocol/faults';
import type {
  ActivationsSource,
  ArrayReference,
  InspectRequest,
  PlannedActivations,
  Question,
} from '../protocol/engine';
import {
  isCleanVersionOf,
  isPlainInputName,
  isLabelName,
  isNumberingName,
  labelRank,
  nameParts,
  similarity,
} from './array-names';
import { candidatesOf, Searcher, type Candidate } from './candidates';
import { summarise } from './label-summary';
import { naturally } from './natural-order';

export const LABELS_QUESTION = 'activation-labels';
export const FILE_QUESTION = 'activation-file';

export type FoundActivations =
  | {
      kind: 'activations';
      /** The file, or the folder of .npy files. */
      target: string;
      activations: PlannedActivations;
      classes: number;
      /** True where the files were chosen by an answer. */
      answered: boolean;
    }
  | { kind: 'question'; question: Question };

/**
 * @param target a file of arrays, or a folder: its .npy files together, else one of its containers
 * @param source what a manifest names, absolute
 * @throws Fault E_NO_DATA, E_NO_LABELS, E_LABEL_COUNT, E_LABEL_RANGE, E_LABELS, E_MULTILABEL, E_CLASSES, E_NO_SUCH_LAYER
 */
export async function findActivations(
  target: string,
  isFolder: boolean,
  source: ActivationsSource,
  request: InspectRequest,
): Promise<FoundActivations> {
  if (isFolder && source.layers === undefined) {
    const chosen = await fileIn(target, request);
    if (chosen.kind === 'question') return chosen;
    if (chosen.file !== undefined) {
      const found = await findActivations(chosen.file, false, source, request);
      return found.kind === 'question' ? found : { ...found, answered: found.answered || chosen.answered };
    }
  }
  const own = await ownArrays(target, isFolder, source);
  const beside = await roleFiles(isFolder ? target : path.dirname(target), own);
  const rows = own.filter(({ info }) => isRows(info));
  if (rows.length === 0) {
    const held = own.map(({ info }) => describe(info)).join(', ');
    throw new Fault(
      'E_NO_DATA',
      `${path.basename(target)} holds no activations: none of its arrays has a row of features for each sample${held ? ` (it holds ${held})` : ''}.`,
    );
  }
  const labels = await findLabels(target, rows, own, beside, source.labels ?? request.labels, request);
  if (labels.kind === 'question') return labels;
  const { info: labelInfo, reference } = labels.labels;
  const first = await summarise(reference);
  const samples = labelInfo.shape[0] ?? 0;
  const features = rows.filter(({ info }) => info.shape[0] === samples);
  const weight = await findWeight(features, own, beside, first.counts.length, source.weight);
  const layers = arrange(choose(features, [labels.labels, weight?.weight], source), weight?.dimension, source);
  if (layers.length === 0) {
    throw new Fault('E_NO_DATA', `${path.basename(target)} holds no features for its ${samples} labels.`);
  }
  const classes = weight?.classes ?? first.counts.length;
  // Read again where the classifier knows of more or fewer classes than the labels use: they must fit it.
  if (classes !== first.counts.length) await summarise(reference, classes);
  const bias = weight && (await findBias(weight.weight, own, beside, classes, source.bias));
  return {
    kind: 'activations',
    target,
    classes,
    answered: labels.answered,
    activations: {
      layers: selected(layers, request.layers, target),
      labels: reference,
      ...(weight ? { weight: weight.weight.reference } : {}),
      ...(bias ? { bias: bias.reference } : {}),
    },
  };
}

type Asked = { kind: 'question'; question: Question };

/** In a folder without .npy layers: the container that is meant. */
async function fileIn(
  folder: string,
  request: InspectRequest,
): Promise<{ kind: 'file'; file?: string; answered: boolean } | Asked> {
  const { arrays, misses } = await new Searcher().search(folder, 0);
  if (arrays.some(({ file, info }) => isSingle(file) && isRows(info))) return { kind: 'file', answered: false };
  const files = [...new Set(arrays.filter(({ info }) => isRows(info)).map(({ file }) => file))];
  const answer = request.answers?.[FILE_QUESTION];
  const file = files.length === 1 ? files[0] : answer === undefined ? undefined : files[answer];
  if (file !== undefined) return { kind: 'file', file, answered: files.length > 1 };
  if (files.length === 0) {
    const why = misses[0] ? ` (${misses[0].why})` : '';
    throw new Fault(
      'E_NO_DATA',
      `${path.basename(folder)} holds neither ONNX checkpoints nor files of activations${why}; choose another folder.`,
    );
  }
  const choices = files.map((one) => ({
    label: path.basename(one),
    description: arrays
      .filter((array) => array.file === one)
      .map(({ info }) => describe(info))
      .join(', '),
  }));
  return { kind: 'question', question: { id: FILE_QUESTION, text: 'Which activations are to be measured?', choices } };
}

async function ownArrays(target: string, isFolder: boolean, source: ActivationsSource): Promise<Candidate[]> {
  if (source.layers) {
    const own: Candidate[] = [];
    for (const layer of source.layers) own.push(await one(layer));
    return own;
  }
  if (!isFolder) return (await candidatesOf(target)).arrays;
  return (await new Searcher().search(target, 0)).arrays.filter(({ file }) => isSingle(file));
}

/** Files beside the target whose names say that they are labels, weight or bias. */
async function roleFiles(folder: string, own: readonly Candidate[]): Promise<Candidate[]> {
  const { arrays } = await new Searcher().search(folder, 0);
  const taken = new Set(own.map(({ file }) => file));
  return arrays.filter(({ file, info }) => {
    const name = `${path.basename(file)} ${info.name}`;
    return !taken.has(file) && isSingle(file) && (isLabelName(name) || isWeightName(name) || isBiasName(name));
  });
}

async function findLabels(
  target: string,
  rows: readonly Candidate[],
  own: readonly Candidate[],
  beside: readonly Candidate[],
  named: ArrayReference | undefined,
  request: InspectRequest,
): Promise<{ kind: 'labels'; labels: Candidate; answered: boolean } | Asked> {
  const counts = new Set(rows.filter(({ info }) => !isWeightName(info.name)).map(({ info }) => info.shape[0]));
  const fits = ({ info }: Candidate): boolean => counts.has(info.shape[0]);
  let options: Candidate[];
  if (named !== undefined) {
    const arrays = (await candidatesOf(named)).arrays;
    options = arrays.length === 1 ? arrays : arrays.filter(isLabels);
    if (arrays.length === 1 && arrays[0] && !fits(arrays[0])) throw wrongCount(arrays[0], rows);
  } else {
    const inside = own.filter(isLabels);
    const plain = inside.filter(({ info }) => isLabelName(info.name));
    const outside = beside.filter((candidate) => isLabels(candidate) && isLabelName(candidate.info.name));
    const split = rows[0]?.split;
    const same = outside.filter((candidate) => !split || !candidate.split || candidate.split === split);
    // Labels that lie in the file itself are its labels: wrong ones are not replaced by a neighbour's in silence.
    if (plain[0] && !plain.some(fits)) throw wrongCount(plain[0], rows);
    options = [plain, mostAlike(path.basename(target), same), inside].find((list) => list.some(fits)) ?? [];
    if (options.length === 0) {
      const wrong = plain[0] ?? same[0];
      if (wrong) throw wrongCount(wrong, rows);
    }
  }
  options = options.filter(fits).sort((a, b) => labelRank(a.info.name) - labelRank(b.info.name));
  const [first, second] = options;
  if (!first) {
    throw new Fault(
      'E_NO_LABELS',
      `No labels were found for the ${rows[0]!.info.shape[0]} samples of ${path.basename(target)}; save them beside it as labels.npy, or name them with --labels.`,
    );
  }
  if (!second) return { kind: 'labels', labels: first, answered: false };
  // A second labelling that is the first without noise is no other choice.
  if (options.length === 2 && isCleanVersionOf(second.info.name, first.info.name)) {
    return { kind: 'labels', labels: first, answered: false };
  }
  const answer = request.answers?.[LABELS_QUESTION];
  const chosen = answer === undefined ? undefined : options[answer];
  if (chosen) return { kind: 'labels', labels: chosen, answered: true };
  const choices = options.map(({ file, info }) => ({ label: `${path.basename(file)}: ${describe(info)}` }));
  const text = `Which labels belong to ${path.basename(target)}?`;
  return { kind: 'question', question: { id: LABELS_QUESTION, text, choices } };
}

function wrongCount(labels: Candidate, rows: readonly Candidate[]): Fault {
  return new Fault(
    'E_LABEL_COUNT',
    `${path.basename(labels.reference)} has ${labels.info.shape[0]} labels, but ${path.basename(rows[0]!.reference)} has ${rows[0]!.info.shape[0]} samples; choose labels and activations of the same data.`,
  );
}

/** Whole numbers or text, one a sample; by name also floats and one-hot rows. */
function isLabels({ info }: Candidate): boolean {
  if (info.shape.length === 0 || isNumberingName(info.name)) return false;
  if (isLabelName(info.name)) return info.shape.length <= 2;
  return rowLength(info) === 1 && (isInteger(info.dtype) || info.dtype === 'string');
}

function mostAlike(name: string, candidates: readonly Candidate[]): Candidate[] {
  const likeness = candidates.map(({ file }) => similarity(name, path.basename(file)));
  const most = Math.max(...likeness);
  return candidates.filter((_, i) => likeness[i] === most);
}

interface FoundWeight {
  weight: Candidate;
  classes: number;
  dimension: number;
}

/** W, K×d or its transpose: d is the length of some layer's rows, K at least the number of classes in use. */
async function findWeight(
  features: readonly Candidate[],
  own: readonly Candidate[],
  beside: readonly Candidate[],
  used: number,
  named: ArrayReference | undefined,
): Promise<FoundWeight | undefined> {
  const lengths = new Set(features.map(({ info }) => rowLength(info)));
  const read = (weight: Candidate): FoundWeight | undefined => {
    const [rows = 0, columns = 0] = weight.info.shape;
    if (weight.info.shape.length !== 2) return undefined;
    if (lengths.has(columns) && rows >= used) return { weight, classes: rows, dimension: columns };
    return lengths.has(rows) && columns >= used ? { weight, classes: columns, dimension: rows } : undefined;
  };
  if (named !== undefined) {
    const weight = await one(named);
    const found = read(weight);
    if (found) return found;
    throw new Fault(
      'E_CLASSES',
      `${shortReference(named)} is ${shapeText(weight.info.shape)}, but labels of ${used} classes and features of length ${[...lengths].join(', ')} need K×d; name the classifier's weight in neural-collapse.json.`,
    );
  }
  const inOrder = [...own, ...beside].filter(({ info }) => isFloat(info.dtype) && isWeightName(info.name));
  const found = inOrder.map(read).filter((weight) => weight !== undefined);
  const head = own.find(({ info }) => isFloat(info.dtype) && /^(W|weight)$/.test(info.name) && info.shape.length === 2);
  if (found.length === 0 && head) {
    throw new Fault(
      'E_CLASSES',
      `${head.info.name} in ${path.basename(head.file)} is ${shapeText(head.info.shape)}, but labels of ${used} classes and features of length ${[...lengths].join(', ')} need K×d; save the classifier that belongs to them, or none.`,
    );
  }
  // A hidden layer's weight may fit as well: exactly as many rows as classes, then a head's name, tell.
  return found.sort((a, b) => extra(a, used) - extra(b, used) || headRank(a) - headRank(b))[0];
}

function extra({ classes }: FoundWeight, used: number): number {
  return classes - used;
}

function headRank({ weight }: FoundWeight): number {
  const parts = nameParts(weight.info.name);
  return parts.length === 1 || parts.some((part) => /^(head|fc|classifier|linear|last|final|logits|w)$/.test(part))
    ? 0
    : 1;
}

async function findBias(
  weight: Candidate,
  own: readonly Candidate[],
  beside: readonly Candidate[],
  classes: number,
  named: ArrayReference | undefined,
): Promise<Candidate | undefined> {
  if (named !== undefined) return one(named);
  const inOrder = [...own.filter(({ file }) => file === weight.file), ...own, ...beside];
  const fitting = inOrder.filter(
    ({ info }) => isFloat(info.dtype) && isBiasName(info.name) && info.shape.length === 1 && info.shape[0] === classes,
  );
  return fitting.find(({ info }) => stem(info.name) === stem(weight.info.name)) ?? fitting[0];
}

/** `head.weight` and `head.bias` share `head`. */
function stem(name: string): string {
  return nameParts(name)
    .filter((part) => !WEIGHT.has(part) && !BIAS.has(part))
    .join(' ');
}

/** Feature rows of all samples that are no other thing. */
function choose(
  features: readonly Candidate[],
  taken: readonly (Candidate | undefined)[],
  source: ActivationsSource,
): Candidate[] {
  if (source.layers) return [...features];
  const free = features.filter((one) => !taken.some((other) => other?.reference === one.reference));
  const floats = free.filter(({ info }) => isFloat(info.dtype));
  const layers = floats.length > 0 ? floats : free;
  const hidden = layers.filter(({ info }) => !isOutputName(info.name) && !isPlainInputName(info.name));
  return hidden.length > 0 ? hidden : layers;
}

/** Natural order; then the names for the penultimate layer; last of all the one that the classifier takes. */
function arrange(layers: readonly Candidate[], dimension: number | undefined, source: ActivationsSource): Candidate[] {
  if (source.layers) return [...layers];
  const ordered = [...layers].sort(
    (a, b) => lastRank(a.info.name) - lastRank(b.info.name) || naturally(a.info.name, b.info.name),
  );
  const taken = dimension === undefined ? undefined : ordered.findLast(({ info }) => rowLength(info) === dimension);
  return taken ? [...ordered.filter((layer) => layer !== taken), taken] : ordered;
}

function selected(layers: readonly Candidate[], wanted: InspectRequest['layers'], target: string): ArrayReference[] {
  const references = layers.map(({ reference }) => reference);
  if (wanted === 'penultimate') return references.slice(-1);
  if (!Array.isArray(wanted)) return references;
  const unknown = wanted.find((name) => !layers.some(({ info }) => info.name === name));
  if (unknown !== undefined) {
    const there = layers.map(({ info }) => info.name).join(', ');
    throw new Fault('E_NO_SUCH_LAYER', `${path.basename(target)} has no layer ${unknown}; it has ${there}.`);
  }
  return layers.filter(({ info }) => wanted.includes(info.name)).map(({ reference }) => reference);
}

async function one(reference: ArrayReference): Promise<Candidate> {
  const { arrays } = await candidatesOf(reference);
  const [only, second] = arrays;
  if (only && !second) return only;
  throw new Fault(
    'E_NO_SUCH_ARRAY',
    `${shortReference(reference)} holds ${arrays.length === 0 ? 'no array' : 'several arrays'}; name one as file#array: ${arrays.map(({ info }) => info.name).join(', ')}.`,
  );
}

const WEIGHT = new Set(['w', 'weight', 'weights', 'kernel']);
const BIAS = new Set(['b', 'bias', 'biases']);
const PENULTIMATE = new Set(['penultimate', 'feature', 'features', 'feat', 'feats', 'embedding', 'embeddings', 'last']);
const OUTPUT = new Set([
  'logit',
  'logits',
  'prob',
  'probs',
  'probabilities',
  'softmax',
  'scores',
  'predictions',
  'preds',
]);

function isWeightName(name: string): boolean {
  return nameParts(name).some((part) => WEIGHT.has(part));
}

function isBiasName(name: string): boolean {
  return nameParts(name).some((part) => BIAS.has(part));
}

function isOutputName(name: string): boolean {
  return nameParts(name).some((part) => OUTPUT.has(part));
}

function lastRank(name: string): number {
  return nameParts(name).some((part) => PENULTIMATE.has(part)) ? 1 : 0;
}

/** A row of features a sample: at least two rows, at least two axes. */
function isRows(info: ArrayInfo): boolean {
  return info.dtype !== 'string' && info.shape.length >= 2 && (info.shape[0] ?? 0) >= 2 && rowLength(info) >= 1;
}

/** One array a file, as .npy is. */
function isSingle(file: string): boolean {
  return isArrayFile(file) && !/\.(npz|safetensors)$/i.test(file);
}
