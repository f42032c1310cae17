/** Cosines between all pairs of rows. */
import type { Vectors } from './requirements';
import { forEachProductRow } from './row-products';

/** Calls `visit` with cos(v_a, v_b) for every pair of rows b < a, starting with rows 1 and 0. */
export function forEachCosine(vectors: Vectors, visit: (cosine: number, a: number, b: number) => void): void {
  const { rows, dimension, values, norms } = vectors;
  forEachProductRow(values, values, rows, dimension, (a, products) => {
    for (let b = 0; b < a; b++) visit(products[b]! / norms[a]! / norms[b]!, a, b);
  });
}
