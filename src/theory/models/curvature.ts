/** How a loss bends at given logits. */
import { symmetricEigen } from '../../statistics/symmetric-eigen';
import type { Loss } from './losses';

/** Least eigenvalue of the Hessian of one sample's loss with respect to its K logits, by central differences. */
export function leastCurvature(loss: Loss, logits: Float64Array, label: number, h = 1e-4): number {
  const K = logits.length;
  const hessian = new Float64Array(K * K);
  for (let k = 0; k < K; k++) {
    const slope = new Float64Array(K);
    for (const sign of [1, -1]) {
      const at = logits.slice();
      at[k]! += sign * h;
      loss(at, 0, K, label, sign / (2 * h), slope);
    }
    hessian.set(slope, k * K);
  }
  return symmetricEigen(hessian, K).values.reduce((least, value) => Math.min(least, value), Infinity);
}
