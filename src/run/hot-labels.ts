/** Labels as rows of zeros and ones: one-hot, or multi-hot where a sample may have any number of classes. */
import type { ArrayFile, ArrayInfo } from '../formats/array';
import { Fault } from '../protocol/faults';
import type { Labels } from './labels';

/** Values of rows looked at in one go. */
const BLOCK_VALUES = 1024 * 1024;

/**
 * @param info N×K
 * @throws Fault E_LABELS where the values are not 0 and 1, or the columns are not the classes
 */
export async function readHot(
  file: ArrayFile,
  info: ArrayInfo,
  columns: number,
  classes: number | undefined,
  label: string,
): Promise<Labels> {
  const samples = info.shape[0] ?? 0;
  if (classes !== undefined && columns !== classes) {
    throw new Fault(
      'E_LABELS',
      `${label} has ${columns} columns, but there are ${classes} classes; one-hot and multi-hot labels need one column a class.`,
    );
  }
  const single = new Int32Array(samples).fill(-1);
  const starts = new Int32Array(samples + 1);
  const indices: number[] = [];
  let several = false;
  let empty: number | undefined;
  const rows = Math.max(1, Math.floor(BLOCK_VALUES / columns));
  for await (const { start, count, values } of file.rows(info.name, { rows, as: 'float32' })) {
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < columns; k++) {
        const value = values[i * columns + k]!;
        if (value === 1) indices.push(k);
        else if (value !== 0) {
          throw new Fault(
            'E_LABELS',
            `${label} holds ${value} in row ${start + i}: neither class numbers nor rows of 0 and 1; save class numbers.`,
          );
        }
      }
      const row = start + i;
      starts[row + 1] = indices.length;
      const ones = indices.length - starts[row]!;
      if (ones === 1) single[row] = indices.at(-1)!;
      else if (ones === 0) empty ??= row;
      else several = true;
    }
  }
  if (several) return { classes: single, tags: { starts, indices: Int32Array.from(indices) } };
  if (empty !== undefined) {
    throw new Fault('E_LABELS', `${label} gives no class to row ${empty}; every one-hot row needs exactly one 1.`);
  }
  return { classes: single };
}
