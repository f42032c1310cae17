/** Cholesky factorisation of a symmetric positive definite matrix, and solutions through it. */
import { dot, transposed } from './products';
import { addOuterProducts } from './symmetric-update';

/** Columns factored at once; the rest of the matrix is updated once a panel. */
const PANEL = 64;
/** Right-hand sides solved together: each row of the factor is read once for all of them. */
const TOGETHER = 32;

export interface CholeskyFactor {
  /** n. */
  size: number;
  /** L, n×n row-major with zeros above the diagonal: A = L Lᵀ. */
  lower: Float64Array;
}

/**
 * A = L Lᵀ. Time n³/3 operations, memory n².
 * @param a symmetric n×n row-major; only the lower half is read
 * @returns the factor, or the first row that depends on those before it: its pivot is at most n·ε of its own diagonal
 * entry, so what is left of it is rounding. The test does not depend on the scale of any row. NaN fails it too.
 */
export function cholesky(a: Float64Array, n: number): CholeskyFactor | { dependentRow: number } {
  const l = a.slice(0, n * n);
  const floor = n * Number.EPSILON;
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(n, start + PANEL);
    for (let j = start; j < end; j++) {
      const row = j * n;
      const pivot = l[row + j]! - dot(l, row + start, l, row + start, j - start);
      if (!(pivot > floor * a[row + j]!)) return { dependentRow: j };
      const root = Math.sqrt(pivot);
      l[row + j] = root;
      for (let i = j + 1; i < n; i++) {
        l[i * n + j] = (l[i * n + j]! - dot(l, i * n + start, l, row + start, j - start)) / root;
      }
    }
    const width = end - start;
    const panel = new Float64Array((n - end) * width);
    for (let i = end; i < n; i++) panel.set(l.subarray(i * n + start, i * n + end), (i - end) * width);
    addOuterProducts(l, n, end, panel, width, -1);
  }
  for (let i = 0; i < n; i++) l.fill(0, i * n + i + 1, (i + 1) * n);
  return { size: n, lower: l };
}

/**
 * Each row x of B replaced by L⁻¹ x: after it the Gram matrix of the rows is B A⁻¹ Bᵀ.
 * @param b row-major rows×n, overwritten
 */
export function whitenRows({ size: n, lower }: CholeskyFactor, b: Float64Array, rows: number): void {
  for (let first = 0; first < rows; first += TOGETHER) {
    const last = Math.min(rows, first + TOGETHER);
    for (let i = 0; i < n; i++) {
      const diagonal = lower[i * n + i]!;
      for (let at = first * n; at < last * n; at += n)
        b[at + i] = (b[at + i]! - dot(lower, i * n, b, at, i)) / diagonal;
    }
  }
}

/**
 * X with X A = B, A symmetric: each row of B replaced by A⁻¹ of it.
 * @param b row-major rows×n, overwritten
 */
export function solveRows(factor: CholeskyFactor, b: Float64Array, rows: number): void {
  const { size: n } = factor;
  whitenRows(factor, b, rows);
  const upper = transposed(factor.lower, n, n);
  for (let first = 0; first < rows; first += TOGETHER) {
    const last = Math.min(rows, first + TOGETHER);
    for (let i = n - 1; i >= 0; i--) {
      const diagonal = upper[i * n + i]!;
      const behind = i + 1;
      for (let at = first * n; at < last * n; at += n) {
        b[at + i] = (b[at + i]! - dot(upper, i * n + behind, b, at + behind, n - behind)) / diagonal;
      }
    }
  }
}
