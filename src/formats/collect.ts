/** One whole small array: labels, a classifier's weight or bias. */
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayFile, RowOptions } from './array';
import { findArray } from './array-file';
import type { Values } from './dtype';

/** 64 million values: 512 MB as float64. */
const MOST_VALUES = 64 * 1024 * 1024;

/**
 * All values in row-major order.
 * @throws Fault E_NO_SUCH_ARRAY, E_TOO_LARGE, and what reading throws
 */
export async function collect(
  file: ArrayFile,
  name: string | undefined,
  as: RowOptions['as'],
  most = MOST_VALUES,
): Promise<Values> {
  const info = findArray(file, name);
  const count = info.shape.reduce((product, axis) => product * axis, 1);
  if (count > most) {
    throw new Fault(
      'E_TOO_LARGE',
      `${path.basename(file.path)}: ${info.name} holds ${count} values, more than the ${most} that are read at once; choose a smaller array.`,
    );
  }
  const out = as === 'float32' ? new Float32Array(count) : new Float64Array(count);
  let at = 0;
  for await (const { values } of file.rows(info.name, { rows: 65_536, as })) {
    out.set(values, at);
    at += values.length;
  }
  return out;
}
