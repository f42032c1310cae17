/** What the names of saved arrays tell: weights, biases, penultimate features, outputs. */
import { rowLength, type ArrayInfo } from '../formats/array';
import { nameParts } from './array-names';

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

export function isWeightName(name: string): boolean {
  return nameParts(name).some((part) => WEIGHT.has(part));
}

export function isBiasName(name: string): boolean {
  return nameParts(name).some((part) => BIAS.has(part));
}

export function isOutputName(name: string): boolean {
  return nameParts(name).some((part) => OUTPUT.has(part));
}

export function lastRank(name: string): number {
  return nameParts(name).some((part) => PENULTIMATE.has(part)) ? 1 : 0;
}

/** `head.weight` and `head.bias` share `head`. */
export function stem(name: string): string {
  return nameParts(name)
    .filter((part) => !WEIGHT.has(part) && !BIAS.has(part))
    .join(' ');
}

/** A row of features a sample: at least two rows, at least two axes. */
export function isRows(info: ArrayInfo): boolean {
  return info.dtype !== 'string' && info.shape.length >= 2 && (info.shape[0] ?? 0) >= 2 && rowLength(info) >= 1;
}

/** One array a file, as .npy is. */
export function isSingle(file: string): boolean {
  return /(\.npy|\.idx|-ubyte)(\.gz)?$/i.test(file);
}
