/** What the names of files and arrays tell: which split, whether labels, and which names belong together. */
import { nameParts } from '../formats/name-parts';

export { nameParts };

export type Split = 'train' | 'test';

const SPLITS: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  tr: 'train',
  test: 'test',
  testing: 'test',
  t10k: 'test',
  val: 'test',
  valid: 'test',
  validation: 'test',
  eval: 'test',
  dev: 'test',
  holdout: 'test',
};
const LABELS = new Set(['y', 'ys', 'label', 'labels', 'target', 'targets', 'class', 'classes', 'gt', 'lbl', 'lbls']);
const INPUTS = new Set(['x', 'xs', 'image', 'images', 'img', 'imgs', 'input', 'inputs', 'data', 'samples']);
const CLEAN = new Set(['clean', 'true', 'original', 'orig', 'groundtruth', 'gt']);
const NOISY = new Set([
  'noisy',
  'noise',
  'corrupt',
  'corrupted',
  'observed',
  'coarse',
  'pred',
  'predicted',
  'predictions',
]);
const NUMBERING = new Set(['index', 'indices', 'indexes', 'idx', 'id', 'ids', 'order', 'perm']);
/** The split that a name tells; the last word that tells one counts. Names are given from the outside in. */
export function splitOf(...names: string[]): Split | undefined {
  for (const name of names.toReversed()) {
    const told = nameParts(name).findLast((part) => Object.hasOwn(SPLITS, part));
    if (told !== undefined) return SPLITS[told];
  }
  return undefined;
}

export function isLabelName(name: string): boolean {
  return nameParts(name).some((part) => LABELS.has(part));
}

export function isInputName(name: string): boolean {
  return nameParts(name).some((part) => INPUTS.has(part));
}

/** `x`, `train_images`: inputs and nothing else, unlike `head_input`. */
export function isPlainInputName(name: string): boolean {
  return isInputName(name) && nameParts(name).every((part) => INPUTS.has(part) || Object.hasOwn(SPLITS, part));
}

/** Sample numbers are whole numbers too, but never labels. */
export function isNumberingName(name: string): boolean {
  return !isLabelName(name) && nameParts(name).some((part) => NUMBERING.has(part));
}

export function isCleanName(name: string): boolean {
  return nameParts(name).some((part) => CLEAN.has(part));
}

/** 0 for `y`, `labels`, `targets`; more for names that say they are some other labels, or nothing. */
export function labelRank(name: string): number {
  const parts = nameParts(name);
  const plain = parts.filter((part) => !Object.hasOwn(SPLITS, part));
  if (plain.some((part) => CLEAN.has(part) || NOISY.has(part))) return 2;
  if (plain.some((part) => LABELS.has(part))) return plain.length === 1 ? 0 : 1;
  return 3;
}

/** Of `y` and `y_clean`, the second is the first without noise: names that differ in that word alone. */
export function isCleanVersionOf(clean: string, noisy: string): boolean {
  const without = nameParts(clean).filter((part) => !CLEAN.has(part));
  return isCleanName(clean) && !isCleanName(noisy) && without.join(' ') === nameParts(noisy).join(' ');
}

/** How many words two names share, beside those for inputs and labels: belonging together. */
export function similarity(inputs: string, labels: string): number {
  const own = distinguishing(inputs);
  return [...distinguishing(labels)].filter((part) => own.has(part)).length;
}

function distinguishing(name: string): Set<string> {
  const all = nameParts(name).filter((part) => !INPUTS.has(part) && !LABELS.has(part));
  return new Set(all.map((part) => SPLITS[part] ?? part));
}
