/** Products of all pairs of rows, row by row: kept for the next measure where they are few, in blocks where not. */
import { gram, multiplyTransposed } from '../statistics/products';

/** Products of up to this many rows are kept (32 MB) for as long as the rows themselves. */
const KEPT = 2048;
const BLOCK = 64;

/** Takes row `row` of A Bᵀ: the products of row `row` of A with all rows of B. It must not be kept or changed. */
export type RowVisitor = (row: number, products: Float64Array) => void;

const kept = new WeakMap<Float64Array, WeakMap<Float64Array, Float64Array>>();

/** Visits A Bᵀ row by row; A and B both rows×d, row-major, and not changed afterwards. A Aᵀ takes half the time. */
export function forEachProductRow(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  dimension: number,
  visit: RowVisitor,
): void {
  if (rows <= KEPT) {
    const products = keptProducts(a, b, rows, dimension);
    for (let row = 0; row < rows; row++) visit(row, products.subarray(row * rows, (row + 1) * rows));
    return;
  }
  const block = new Float64Array(BLOCK * rows);
  for (let start = 0; start < rows; start += BLOCK) {
    const count = Math.min(BLOCK, rows - start);
    multiplyTransposed(a.subarray(start * dimension, (start + count) * dimension), count, b, rows, dimension, block);
    for (let i = 0; i < count; i++) visit(start + i, block.subarray(i * rows, (i + 1) * rows));
  }
}

function keptProducts(a: Float64Array, b: Float64Array, rows: number, dimension: number): Float64Array {
  const ofA = kept.get(a) ?? new WeakMap<Float64Array, Float64Array>();
  kept.set(a, ofA);
  let products = ofA.get(b);
  if (!products) {
    if (a === b) products = gram(a, rows, dimension);
    else multiplyTransposed(a, rows, b, rows, dimension, (products = new Float64Array(rows * rows)));
    ofA.set(b, products);
  }
  return products;
}
