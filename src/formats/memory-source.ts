/** An array that is in memory already. */
import { requireRows, rowLength, type ArrayInfo, type RowBlock, type RowOptions } from './array';
import type { ArraySource } from './array-file';
import { textNotNumbers } from './text-not-numbers';

/** @param values all of them, row-major @param label names file and array in faults */
export function memorySource(info: ArrayInfo, values: Float64Array | readonly string[], label: string): ArraySource {
  return values instanceof Float64Array
    ? { info, rows: (options) => blocks(info, values, options) }
    : {
        info,
        rows: () => {
          throw textNotNumbers(label, 'array');
        },
        texts: () => Promise.resolve([...values]),
      };
}

async function* blocks(info: ArrayInfo, values: Float64Array, options: RowOptions): AsyncGenerator<RowBlock> {
  requireRows(options);
  const { rows, as } = options;
  const length = rowLength(info);
  const total = info.shape[0] ?? 1;
  if (length === 0) return;
  const step = Math.floor(rows);
  for (let start = 0; start < total; start += step) {
    const count = Math.min(step, total - start);
    const part = values.subarray(start * length, (start + count) * length);
    yield { start, count, values: as === 'float32' ? Float32Array.from(part) : part.slice() };
  }
}
