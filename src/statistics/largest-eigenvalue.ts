/** The largest eigenvalue of a large symmetric matrix without its other ones: Lanczos. */
import { dot } from './products';
import { symmetricEigen } from './symmetric-eigen';

/** Up to here all eigenvalues cost less than looking for one. */
const SMALL = 128;
/** Steps after which the best estimate is taken; close eigenvalues at the top make the vector slow, not the value. */
const MOST_STEPS = 300;
/** Steps between looks at the estimate. */
const STRIDE = 10;
/** Share of the eigenvalue that an estimate may still be off. */
const TOLERANCE = 1e-12;

/**
 * λ_max of A, positive semidefinite n×n row-major with both halves filled; 0 for a zero matrix. Relative error about
 * 1e-12, at worst 1e-6 where hundreds of eigenvalues crowd at the top.
 * Time n² operations a step, memory 300 n. The start is pseudorandom and always the same.
 */
export function largestEigenvalue(a: Float64Array, n: number): number {
  if (n <= SMALL) return symmetricEigen(a, n).values.reduce((most, value) => Math.max(most, value), 0);
  const steps = Math.min(n, MOST_STEPS);
  const basis = new Float64Array(steps * n);
  const alpha: number[] = [];
  const beta: number[] = [];
  startVector(basis, n);
  const next = new Float64Array(n);
  let best = 0;
  for (let k = 0; k < steps; k++) {
    const at = k * n;
    for (let i = 0; i < n; i++) next[i] = dot(a, i * n, basis, at, n);
    alpha.push(dot(next, 0, basis, at, n));
    // Against every earlier vector, twice: without it Lanczos finds the same eigenvalue again and again.
    for (let pass = 0; pass < 2; pass++) for (let q = 0; q <= k; q++) removeComponent(next, basis, q * n, n);
    const length = Math.sqrt(dot(next, 0, next, 0, n));
    beta.push(length);
    const ended = k + 1 === steps || !(length > Number.EPSILON * Math.abs(alpha[0]!));
    if (ended || (k + 1) % STRIDE === 0) {
      const { value, error } = topOf(alpha, beta);
      const settled = Math.min(error, Math.abs(value - best)) <= TOLERANCE * value;
      best = value;
      if (ended || settled) break;
    }
    for (let i = 0; i < n; i++) basis[at + n + i] = next[i]! / length;
  }
  return Math.max(0, best);
}

/** Largest eigenvalue of the tridiagonal matrix, and a bound on its distance from an eigenvalue of A. */
function topOf(alpha: readonly number[], beta: readonly number[]): { value: number; error: number } {
  const k = alpha.length;
  const t = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    t[i * k + i] = alpha[i]!;
    if (i > 0) t[i * k + i - 1] = t[(i - 1) * k + i] = beta[i - 1]!;
  }
  const { values, vectors } = symmetricEigen(t, k);
  let top = 0;
  for (let r = 1; r < k; r++) if (values[r]! > values[top]!) top = r;
  return { value: values[top]!, error: beta[k - 1]! * Math.abs(vectors[top * k + k - 1]!) };
}

function startVector(basis: Float64Array, n: number): void {
  let state = 1;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    basis[i] = state / 2 ** 32 - 0.5;
    squares += basis[i]! ** 2;
  }
  for (let i = 0; i < n; i++) basis[i]! /= Math.sqrt(squares);
}

function removeComponent(x: Float64Array, basis: Float64Array, at: number, n: number): void {
  const along = dot(x, 0, basis, at, n);
  for (let i = 0; i < n; i++) x[i]! -= along * basis[at + i]!;
}
