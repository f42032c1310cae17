/** How far the products of two sets of K vectors are from those of an ideal frame, whatever their scale. */
import { dot } from '../statistics/products';
import { frobenius } from './class-means';
import { forEachProductRow, type RowVisitor } from './row-products';

/** A simplex equiangular tight frame, T = (I − J/K)/√(K−1), or an orthogonal frame, T = I/√K; both of norm one. */
export type Frame = 'simplex' | 'orthogonal';

/** Products that are smaller than this share of the vectors' norms are rounding. */
const ROUNDING = 16 * Number.EPSILON;

/**
 * ‖G/‖G‖_F − T‖_F for G = A Bᵀ, A and B K×d; undefined where G is zero. Range [0,2]; at most √2 for A = B.
 * With G = αT + D and D ⟂ T it is √2·‖D‖/√(s(s+α)), s² = α² + ‖D‖²: nothing cancels near 0.
 * @param rows K, at least 2
 * @param each visits the rows of G; by default through A Bᵀ
 */
export function frameDistance(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  dimension: number,
  frame: Frame,
  each: (visit: RowVisitor) => void = (visit) => forEachProductRow(a, b, rows, dimension, visit),
): number | undefined {
  const scale = frobenius(a) * frobenius(b);
  if (scale === 0) return undefined;
  const norm = frame === 'simplex' ? Math.sqrt(rows - 1) : Math.sqrt(rows);
  const beside = frame === 'simplex' ? -1 / rows / norm : 0;
  const diagonal = 1 / norm + beside;
  const alpha = along(a, b, rows, dimension, frame) / norm / scale;
  let squares = 0;
  each((row, products) => {
    for (let column = 0; column < rows; column++) {
      const difference = products[column]! / scale - alpha * (column === row ? diagonal : beside);
      squares += difference * difference;
    }
  });
  const size = Math.sqrt(alpha * alpha + squares);
  if (size <= ROUNDING) return undefined;
  return alpha > 0 ? Math.sqrt((2 * squares) / (size * (size + alpha))) : Math.sqrt(2 * (1 - alpha / size));
}

/** ⟨T, A Bᵀ⟩ times the norm of the unscaled frame, without forming A Bᵀ: its trace, and for a simplex its mean. */
function along(a: Float64Array, b: Float64Array, rows: number, d: number, frame: Frame): number {
  const trace = dot(a, 0, b, 0, rows * d);
  if (frame === 'orthogonal') return trace;
  const sumA = columnSums(a, rows, d);
  const sumB = a === b ? sumA : columnSums(b, rows, d);
  return trace - dot(sumA, 0, sumB, 0, d) / rows;
}

function columnSums(values: Float64Array, rows: number, d: number): Float64Array {
  const sums = new Float64Array(d);
  for (let row = 0; row < rows; row++) for (let j = 0; j < d; j++) sums[j]! += values[row * d + j]!;
  return sums;
}
