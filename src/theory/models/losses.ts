/** Losses of logits and their gradients, a sample at a time. */

/**
 * One sample's loss; its gradient with respect to the logits, times `weight`, is added to `gradient` at `offset`.
 * @param logits K values at `offset`
 */
export type Loss = (
  logits: Float64Array,
  offset: number,
  classes: number,
  label: number,
  weight: number,
  gradient: Float64Array,
) => number;

/** Cross-entropy against (1−α) e_y + α/K, in nats. α = 0 is plain cross-entropy. */
export function smoothedCrossEntropy(alpha: number): Loss {
  return (logits, offset, classes, label, weight, gradient) => {
    const { most, sum } = normaliser(logits, offset, classes);
    const log = most + Math.log(sum);
    let loss = 0;
    for (let k = 0; k < classes; k++) {
      const target = (k === label ? 1 - alpha : 0) + alpha / classes;
      const z = logits[offset + k]!;
      loss += target * (log - z);
      gradient[offset + k]! += weight * (Math.exp(z - most) / sum - target);
    }
    return loss;
  };
}

export const crossEntropy: Loss = smoothedCrossEntropy(0);

/** Focal loss −(1−p_y)^γ log p_y. */
export function focal(gamma: number): Loss {
  return (logits, offset, classes, label, weight, gradient) => {
    const { most, sum } = normaliser(logits, offset, classes);
    const logP = logits[offset + label]! - most - Math.log(sum);
    const p = Math.exp(logP);
    const miss = 1 - p;
    // dL/d(log p_y); its logits are e_y − softmax.
    const slope = gamma * Math.pow(miss, gamma - 1) * p * logP - Math.pow(miss, gamma);
    for (let k = 0; k < classes; k++) {
      const share = Math.exp(logits[offset + k]! - most) / sum;
      gradient[offset + k]! += weight * slope * ((k === label ? 1 : 0) - share);
    }
    return -Math.pow(miss, gamma) * logP;
  };
}

/** ½‖z − target e_y‖², the true class weighted by `emphasis` (rescaled squared loss of zhou2022a; 1 is the plain one). */
export function squared(target = 1, emphasis = 1): Loss {
  return (logits, offset, classes, label, weight, gradient) => {
    let loss = 0;
    for (let k = 0; k < classes; k++) {
      const scale = k === label ? emphasis : 1;
      const difference = logits[offset + k]! - (k === label ? target : 0);
      loss += 0.5 * scale * difference * difference;
      gradient[offset + k]! += weight * scale * difference;
    }
    return loss;
  };
}

function normaliser(logits: Float64Array, offset: number, classes: number): { most: number; sum: number } {
  let most = -Infinity;
  for (let k = 0; k < classes; k++) most = Math.max(most, logits[offset + k]!);
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += Math.exp(logits[offset + k]! - most);
  return { most, sum };
}
