/** Symmetric rank-k updates: what sums of outer products and Cholesky's trailing block are made of. */
import { multiplyTransposed } from './products';

/** Rows of both factors worked on at once: two panels of 64×256 values stay in cache. */
const TILE = 64;

/**
 * C += factor · P Pᵀ on the lower half of a trailing block of C; its upper half is written only inside the diagonal
 * tiles and means nothing there.
 * @param c row-major n×n
 * @param from first row and column of the block; P has n−from rows
 * @param p row-major (n−from)×depth
 */
export function addOuterProducts(
  c: Float64Array,
  n: number,
  from: number,
  p: Float64Array,
  depth: number,
  factor: 1 | -1,
): void {
  const rows = n - from;
  const product = new Float64Array(TILE * TILE);
  for (let i0 = 0; i0 < rows; i0 += TILE) {
    const height = Math.min(TILE, rows - i0);
    const left = p.subarray(i0 * depth, (i0 + height) * depth);
    for (let j0 = 0; j0 <= i0; j0 += TILE) {
      const width = Math.min(TILE, rows - j0);
      multiplyTransposed(left, height, p.subarray(j0 * depth, (j0 + width) * depth), width, depth, product);
      for (let i = 0; i < height; i++) {
        const to = (from + i0 + i) * n + from + j0;
        for (let j = 0; j < width; j++) c[to + j]! += factor * product[i * width + j]!;
      }
    }
  }
}

/** Copies the lower half of C (row-major n×n) onto its upper half. */
export function mirrorLower(c: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) c[j * n + i] = c[i * n + j]!;
}
