/** The classifier among saved arrays: W by its name and shape, b by W. */
import { rowLength } from '../formats/array';
import { isFloat } from '../formats/dtype';
import { shortReference } from '../formats/reference';
import { shapeText } from '../formats/stored';
import { Fault } from '../protocol/faults';
import type { ArrayReference } from '../protocol/engine';
import { isBiasName, isWeightName, stem } from './activation-names';
import { nameParts } from './array-names';
import path from 'node:path';
import { oneArray, type Candidate } from './candidates';

export interface FoundWeight {
  weight: Candidate;
  classes: number;
  dimension: number;
}

/** W, K×d or its transpose: d is the length of some layer's rows, K at least the number of classes in use. */
export async function findWeight(
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
    const weight = await oneArray(named);
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

export async function findBias(
  weight: Candidate,
  own: readonly Candidate[],
  beside: readonly Candidate[],
  classes: number,
  named: ArrayReference | undefined,
): Promise<Candidate | undefined> {
  if (named !== undefined) return oneArray(named);
  const inOrder = [...own.filter(({ file }) => file === weight.file), ...own, ...beside];
  const fitting = inOrder.filter(
    ({ info }) => isFloat(info.dtype) && isBiasName(info.name) && info.shape.length === 1 && info.shape[0] === classes,
  );
  return fitting.find(({ info }) => stem(info.name) === stem(weight.info.name)) ?? fitting[0];
}
