/** The softmax of one row of logits, without overflow and without losing what is small. */

export interface SoftmaxRow {
  /** argmax, the smaller class on a tie. */
  best: number;
  /** Largest logit. */
  top: number;
  /** Σ_{j≠best} exp(z_j − top): log-sum-exp is top + log1p(rest), the largest probability 1/(1 + rest). */
  rest: number;
}

/** @param z K values from `at`, K ≥ 1 */
export function softmaxRow(z: Float64Array, at: number, classes: number): SoftmaxRow {
  let best = 0;
  for (let k = 1; k < classes; k++) if (z[at + k]! > z[at + best]!) best = k;
  const top = z[at + best]!;
  let rest = 0;
  for (let k = 0; k < classes; k++) if (k !== best) rest += Math.exp(z[at + k]! - top);
  return { best, top, rest };
}

/** −log softmax(z)_k in nats: small losses keep their digits, as nothing is subtracted from the largest logit. */
export function crossEntropy({ top, rest }: SoftmaxRow, logit: number): number {
  return top - logit + Math.log1p(rest);
}
