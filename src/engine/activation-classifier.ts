/** The classifier that was saved with activations, and the logits that it gives. */
import path from 'node:path';
import type { ArrayInfo, RowBlock } from '../formats/array';
import { collect } from '../formats/collect';
import { parseReference } from '../formats/reference';
import type { Classifier } from '../metrics/metric';
import { Fault } from '../protocol/faults';
import type { ArrayReference } from '../protocol/engine';
import { openArray } from './activation-source';
import { requireFinite } from './read-classifier';

export async function readClassifier(
  weight: ArrayReference,
  bias: ArrayReference | undefined,
  classes: number,
  dimension: number,
): Promise<Classifier> {
  const matrix = await readWhole(weight);
  const [rows, columns] = matrix.info.shape;
  const fits = rows === classes && columns === dimension;
  const transposed = rows === dimension && columns === classes && !fits;
  if (!fits && !transposed) {
    throw new Fault(
      'E_CLASSES',
      `${nameOf(weight)} has shape ${matrix.info.shape.join('×')}, but ${classes} classes and features of length ${dimension} need ${classes}×${dimension}; name the right array in neural-collapse.json.`,
    );
  }
  const values = new Float64Array(classes * dimension);
  for (let k = 0; k < classes; k++) {
    for (let j = 0; j < dimension; j++)
      values[k * dimension + j] = matrix.values[transposed ? j * classes + k : k * dimension + j]!;
  }
  requireFinite(values, `weight ${nameOf(weight)}`, path.basename(parseReference(weight).file));
  if (bias === undefined) return { weight: values };
  const offsets = await readWhole(bias);
  if (offsets.values.length !== classes) {
    throw new Fault(
      'E_CLASSES',
      `${nameOf(bias)} has ${offsets.values.length} values, but there are ${classes} classes; name the right array in neural-collapse.json.`,
    );
  }
  const b = Float64Array.from(offsets.values);
  requireFinite(b, `bias ${nameOf(bias)}`, path.basename(parseReference(bias).file));
  return { weight: values, bias: b };
}

async function readWhole(reference: ArrayReference): Promise<{ info: ArrayInfo; values: Float32Array | Float64Array }> {
  const { file, info } = await openArray(reference);
  try {
    return { info, values: await collect(file, info.name, 'float64') };
  } finally {
    await file.close();
  }
}

/** W h + b per row, count×K. */
export function logitsOf({ count, values }: RowBlock, { weight, bias }: Classifier, classes: number): Float64Array {
  const dimension = weight.length / classes;
  const out = new Float64Array(count * classes);
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < classes; k++) {
      let score = bias?.[k] ?? 0;
      for (let j = 0, h = row * dimension, w = k * dimension; j < dimension; j++) score += weight[w++]! * values[h++]!;
      out[row * classes + k] = score;
    }
  }
  return out;
}

export function nameOf(reference: ArrayReference): string {
  const { file, array } = parseReference(reference);
  return array ?? path.basename(file);
}
