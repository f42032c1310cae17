/** Inputs and the labels that belong to them. */
import path from 'node:path';
import { rowLength } from '../formats/array';
import { describe } from '../formats/stored';
import { Fault } from '../protocol/faults';
import type { Question } from '../protocol/engine';
import {
  isCleanVersionOf,
  isInputName,
  isLabelName,
  isNumberingName,
  labelRank,
  nameParts,
  similarity,
  type Split,
} from './array-names';
import type { Candidate, Miss } from './candidates';
import { fitInput } from './fit';
import type { LabelReader, LabelSummary } from './label-summary';
import type { ModelFacts, ModelInputFacts } from './model-facts';
import { naturally } from './natural-order';

export interface Pair {
  inputs: Candidate;
  labels: Candidate;
  cleanLabels?: Candidate;
  samples: number;
  summary: LabelSummary;
  split: Split | undefined;
  layout?: 'hwc' | 'chw';
  /** Data of the model's other inputs, by their names. */
  others?: Record<string, string>;
}

export interface Pairing {
  pairs: Pair[];
  /** What was wrong with labels that by their name should have fitted. */
  faults: Fault[];
  /** Arrays that do not fit, the closest first. */
  misses: Miss[];
}

/** Same file, same folder, folders that differ as `images` and `labels` do, anywhere. */
type Closeness = 0 | 1 | 2 | 3;

/**
 * Every way in which an array of `pool` can be the model's input and one of `labelPool` its labels.
 * Labels in the same file go before those in the same folder, and those before others. Labels of an unrelated folder
 * are taken only where they were named (a pool of their own): equal counts alone prove nothing.
 */
export async function pairUp(
  pool: readonly Candidate[],
  labelPool: readonly Candidate[],
  model: ModelFacts,
  input: ModelInputFacts,
  reader: LabelReader,
): Promise<Pairing> {
  const misses: { miss: Miss; order: number }[] = [];
  const faults: Fault[] = [];
  let fitting: { candidate: Candidate; layout?: 'hwc' | 'chw' }[] = [];
  for (const candidate of pool) {
    const fit = fitInput(candidate.info, input);
    if (fit.fits) fitting.push({ candidate, ...(fit.layout ? { layout: fit.layout } : {}) });
    else misses.push({ miss: { what: shown(candidate), why: fit.why }, order: farness(candidate) });
  }
  // Arrays that bear the input's own name are meant, not others of its shape (masks beside token numbers).
  const exact = fitting.filter(({ candidate }) => candidate.info.name === input.name);
  if (exact.length > 0) fitting = exact;
  const pairs: Pair[] = [];
  for (const { candidate: inputs, layout } of fitting) {
    const named = labelPool !== pool;
    const options = await labelsFor(inputs, labelPool, model, reader, faults, named);
    const best = closest(
      inputs,
      options,
      fitting.map(({ candidate }) => candidate),
    );
    if (best.length === 0) {
      const why = `it fits, but no labels for its ${inputs.info.shape[0]} samples were found`;
      misses.push({ miss: { what: shown(inputs), why }, order: -1 });
      const counted = otherCount(inputs, labelPool, pool);
      if (counted) faults.push(counted);
    }
    for (const { labels, summary, cleanLabels } of withClean(best)) {
      pairs.push({
        inputs,
        labels,
        ...(cleanLabels ? { cleanLabels } : {}),
        samples: inputs.info.shape[0] ?? 0,
        summary,
        split: inputs.split ?? labels.split,
        ...(layout ? { layout } : {}),
      });
    }
  }
  misses.sort((a, b) => a.order - b.order);
  return { pairs, faults, misses: misses.map(({ miss }) => miss) };
}

/** The likeliest first: named as training data, nearest, labels by their plain name, more classes in use. */
export function byLikelihood(pairs: readonly Pair[]): Pair[] {
  const near = new Map(pairs.map((pair, index) => [pair, index]));
  const train = (pair: Pair): number => (pair.split === 'train' ? 0 : pair.split === undefined ? 1 : 2);
  return [...pairs].sort(
    (a, b) =>
      train(a) - train(b) ||
      (a.inputs.reference === b.inputs.reference ? 0 : near.get(a)! - near.get(b)!) ||
      labelRank(a.labels.info.name) - labelRank(b.labels.info.name) ||
      b.summary.used - a.summary.used ||
      naturally(a.labels.reference, b.labels.reference),
  );
}

/** `train.npz: x (2000×1×28×28 uint8) with y` */
export function pairChoice({ inputs, labels, summary }: Pair, folder: string): Question['choices'][number] {
  const file = path.basename(inputs.file);
  const with_ = labels.file === inputs.file ? labels.info.name : path.basename(labels.reference);
  const at = path.relative(folder, path.dirname(inputs.file)).split(path.sep).join('/');
  const where = at === '' ? 'beside the checkpoints' : `in ${at}`;
  return {
    label: `${file}: ${describe(inputs.info)} with ${with_}`,
    description: `${summary.used} ${summary.used === 1 ? 'class' : 'classes'}, ${where}`,
  };
}

interface LabelOption {
  labels: Candidate;
  summary: LabelSummary;
}

async function labelsFor(
  inputs: Candidate,
  pool: readonly Candidate[],
  model: ModelFacts,
  reader: LabelReader,
  faults: Fault[],
  named: boolean,
): Promise<LabelOption[]> {
  const options: LabelOption[] = [];
  for (const labels of pool) {
    if (labels.reference === inputs.reference || !couldLabel(labels, inputs, model)) continue;
    if (!named && closeness(inputs, labels) === 3) continue;
    const result = await reader.read(labels.reference);
    if ('summary' in result) options.push({ labels, summary: result.summary });
    else if (isLabelName(labels.info.name) && closeness(inputs, labels) < 2) faults.push(result.fault);
  }
  return options;
}

function couldLabel(labels: Candidate, inputs: Candidate, model: ModelFacts): boolean {
  const { shape, name } = labels.info;
  if (shape[0] !== inputs.info.shape[0] || isNumberingName(name)) return false;
  if (inputs.split && labels.split && inputs.split !== labels.split) return false;
  const columns = rowLength(labels.info);
  return columns === 1 || (shape.length === 2 && (model.classes === undefined || columns === model.classes));
}

function closeness(inputs: Candidate, labels: Candidate): Closeness {
  if (labels.file === inputs.file) return 0;
  const [from, to] = [path.dirname(inputs.file), path.dirname(labels.file)];
  if (from === to) return 1;
  const [fromParent, toParent] = [path.dirname(from), path.dirname(to)];
  const twins = fromParent === toParent && withoutRole(from) === withoutRole(to);
  const below = (toParent === from && withoutRole(to) === '') || (fromParent === to && withoutRole(from) === '');
  return twins || below ? 2 : 3;
}

/** `images` and `labels` say the same of what is in them: nothing. */
function withoutRole(folder: string): string {
  return nameParts(path.basename(folder))
    .filter((part) => !isInputName(part) && !isLabelName(part))
    .join(' ');
}

/** Of the options the closest; among those, the ones whose names share most with the inputs' name. */
function closest(inputs: Candidate, options: readonly LabelOption[], rivals: readonly Candidate[]): LabelOption[] {
  const nearest = Math.min(...options.map(({ labels }) => closeness(inputs, labels)));
  const near = options.filter(({ labels }) => closeness(inputs, labels) === nearest);
  const likeness = (rival: Candidate, { labels }: LabelOption): number =>
    similarity(nameFor(rival, nearest), nameFor(labels, nearest));
  const most = Math.max(...near.map((option) => likeness(inputs, option)));
  const alike = near.filter((option) => likeness(inputs, option) === most);
  // Labels that another input's name claims are that one's.
  const own = alike.filter((option) => {
    const others = rivals.filter(
      (rival) =>
        rival !== inputs && rival.info.shape[0] === inputs.info.shape[0] && closeness(rival, option.labels) === nearest,
    );
    return others.every((rival) => likeness(rival, option) <= most);
  });
  return own.length > 0 ? own : alike;
}

function nameFor({ file, info }: Candidate, closeness: number): string {
  if (closeness === 0) return info.name;
  const base = `${path.basename(file)} ${info.name}`;
  return closeness === 1 ? base : `${path.basename(path.dirname(file))} ${base}`;
}

/** `y` and `y_clean` are one labelling and its truth, not two labellings. */
function withClean(options: readonly LabelOption[]): (LabelOption & { cleanLabels?: Candidate })[] {
  const [a, b, more] = options;
  if (!a || !b || more) return [...options];
  if (isCleanVersionOf(b.labels.info.name, a.labels.info.name)) return [{ ...a, cleanLabels: b.labels }];
  if (isCleanVersionOf(a.labels.info.name, b.labels.info.name)) return [{ ...b, cleanLabels: a.labels }];
  return [...options];
}

/** Labels beside the inputs that belong to no other array, but are more or fewer. */
function otherCount(inputs: Candidate, pool: readonly Candidate[], all: readonly Candidate[]): Fault | undefined {
  const wrong = pool.find(
    (labels) =>
      isLabelName(labels.info.name) &&
      !isInputName(labels.info.name) &&
      closeness(inputs, labels) < 2 &&
      (labels.split === inputs.split || !labels.split || !inputs.split) &&
      rowLength(labels.info) === 1 &&
      labels.info.shape[0] !== inputs.info.shape[0] &&
      !all.some(
        (other) => other !== labels && other.info.shape.length > 1 && other.info.shape[0] === labels.info.shape[0],
      ),
  );
  return wrong && labelCount(inputs, wrong);
}

export function labelCount(inputs: Candidate, labels: Candidate): Fault {
  return new Fault(
    'E_LABEL_COUNT',
    `${path.basename(labels.reference)} has ${labels.info.shape[0]} labels, but ${path.basename(inputs.reference)} has ${inputs.info.shape[0]} samples; choose labels and data of the same split.`,
  );
}

function shown({ file, info }: Candidate): string {
  return `${path.basename(file)}: ${describe(info)}`;
}

/** Arrays that look like model input are the closest misses. */
function farness({ info }: Candidate): number {
  if (info.shape.length < 2 || (info.shape[0] ?? 0) < 2) return 2;
  return isInputName(info.name) ? 0 : 1;
}
