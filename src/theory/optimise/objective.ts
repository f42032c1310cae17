/** What an optimiser minimises. */

/**
 * The value at x, with the gradient written over `gradient`.
 * @param x all parameters in one vector
 */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function norm(a: Float64Array): number {
  return Math.sqrt(inner(a, a));
}
