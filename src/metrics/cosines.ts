/** Cosines between all pairs of rows, in blocks of rows: all K×K of them are never stored. */
import { multiplyTransposed } from '../statistics/products';
import type { Vectors } from './requirements';

const BLOCK = 64;

/** Calls `visit` with cos(v_a, v_b) for every pair of rows b < a, starting with rows 1 and 0. */
export function forEachCosine(vectors: Vectors, visit: (cosine: number) => void): void {
  const { rows, dimension, values, norms } = vectors;
  const unit = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let j = row * dimension; j < (row + 1) * dimension; j++) unit[j] = values[j]! / norms[row]!;
  }
  const products = new Float64Array(BLOCK * rows);
  for (let start = 0; start < rows; start += BLOCK) {
    const end = Math.min(rows, start + BLOCK);
    multiplyTransposed(unit.subarray(start * dimension, end * dimension), end - start, unit, end, dimension, products);
    for (let a = start; a < end; a++) for (let b = 0; b < a; b++) visit(products[(a - start) * end + b]!);
  }
}
