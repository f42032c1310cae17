/** One column of a table of numbers, as an array of its own: one attribute of many, one class of a multi-label table. */
import path from 'node:path';
import { Fault } from '../protocol/faults';
import { rowLength, type ArrayFile, type ArrayInfo, type RowBlock, type RowOptions } from './array';
import type { ArraySource } from './array-file';
import type { Values } from './dtype';
import { shapeText } from './stored';

/**
 * Column `column` (from 0) of an N×d array, as N values.
 * @throws Fault E_NO_SUCH_COLUMN where the array has no such column, and what reading throws
 */
export function columnOf(file: ArrayFile, info: ArrayInfo, column: number): ArraySource {
  const length = rowLength(info);
  const label = `${path.basename(file.path)}: ${info.name}`;
  if (info.shape.length !== 2) {
    throw new Fault('E_NO_SUCH_COLUMN', `${label} has shape ${shapeText(info.shape)}, which has no columns to choose.`);
  }
  if (!(Number.isInteger(column) && column >= 0 && column < length)) {
    throw new Fault(
      'E_NO_SUCH_COLUMN',
      `${label} has no column ${column}: it has ${length}, counted from 0; choose another.`,
    );
  }
  const own: ArrayInfo = { name: `${info.name}[${column}]`, dtype: info.dtype, shape: info.shape.slice(0, 1) };
  const rows = (options: RowOptions): AsyncIterable<RowBlock> =>
    selectColumn(file.rows(info.name, options), length, column);
  if (info.dtype !== 'string') return { info: own, rows };
  const texts = async (): Promise<string[]> =>
    (await file.texts(info.name)).filter((_, position) => position % length === column);
  return { info: own, rows, texts };
}

/** @param length values per row of the blocks @param column in [0, length) */
export async function* selectColumn(
  blocks: AsyncIterable<RowBlock>,
  length: number,
  column: number,
): AsyncGenerator<RowBlock> {
  let out: Values | undefined;
  for await (const { start, count, values } of blocks) {
    if (!out || out.length < count) {
      out = values instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
    }
    for (let row = 0; row < count; row++) out[row] = values[row * length + column]!;
    yield { start, count, values: out.subarray(0, count) };
  }
}
