/**
 * The logarithm of the mean cross-entropy of free features and classifier, x = (W, H): at small temperatures or large
 * norms the loss itself underflows, and its logarithm has the same minimisers and, up to time, the same gradient flow.
 */
import { multiplyTransposed, transposed } from '../../statistics/products';
import type { Objective } from '../optimise/objective';

export interface LogLossModel {
  classes: number;
  dimension: number;
  labels: Int32Array;
  /** τ: the logits are ⟨w_k, h_i⟩/τ, and the value is τ log L. */
  temperature: number;
}

/** W, K×d, and H, N×d, of one vector. */
export function viewsOf({ classes, dimension }: LogLossModel, x: Float64Array) {
  const split = classes * dimension;
  return { weight: x.subarray(0, split), features: x.subarray(split) };
}

/** ⟨w_k, h_i⟩, N×K, not divided by τ. */
export function productsOf(model: LogLossModel, x: Float64Array): Float64Array {
  const { weight, features } = viewsOf(model, x);
  const out = new Float64Array(model.labels.length * model.classes);
  multiplyTransposed(features, model.labels.length, weight, model.classes, model.dimension, out);
  return out;
}

/** τ log((1/N) Σ_i CE(W h_i/τ, y_i)), no bias, no decay. */
export function logLoss(model: LogLossModel): Objective {
  const { classes, dimension, labels, temperature } = model;
  const samples = labels.length;
  const logs = new Float64Array(samples);
  const slopes = new Float64Array(samples);
  return (x, gradient) => {
    const byClass = productsOf(model, x);
    let most = -Infinity;
    for (let i = 0; i < samples; i++) {
      // l = log Σ_{j≠y} exp((z_j−z_y)/τ); CE = log(1+e^l), and its logarithm is l where that is far below 0.
      const l = othersOverOwn(byClass, i * classes, classes, labels[i]!, temperature);
      const loss = l > 30 ? l : Math.log1p(Math.exp(l));
      logs[i] = l < -30 ? l : Math.log(loss);
      slopes[i] = l < -30 ? 1 : 1 / (1 + Math.exp(-l)) / loss;
      most = Math.max(most, logs[i]!);
    }
    let sum = 0;
    for (let i = 0; i < samples; i++) sum += Math.exp(logs[i]! - most);
    for (let i = 0; i < samples; i++) {
      const share = (Math.exp(logs[i]! - most) / sum) * slopes[i]!;
      for (let j = 0; j < classes; j++) {
        const at = i * classes + j;
        byClass[at] = j === labels[i] ? -share : byClass[at]! * share;
      }
    }
    const parts = viewsOf(model, x);
    const own = viewsOf(model, gradient);
    const columns = transposed(parts.weight, classes, dimension);
    multiplyTransposed(byClass, samples, columns, dimension, classes, own.features);
    const byRow = transposed(byClass, samples, classes);
    const features = transposed(parts.features, samples, dimension);
    multiplyTransposed(byRow, classes, features, dimension, samples, own.weight);
    return temperature * (most + Math.log(sum / samples));
  };
}

/** l as above; the logits of the other classes are overwritten by their shares e^{(z_j−z_y)/τ}/e^l, which sum to 1. */
function othersOverOwn(z: Float64Array, offset: number, classes: number, label: number, temperature: number): number {
  const own = z[offset + label]!;
  let most = -Infinity;
  for (let j = 0; j < classes; j++) if (j !== label) most = Math.max(most, z[offset + j]!);
  let sum = 0;
  for (let j = 0; j < classes; j++) {
    if (j !== label) sum += z[offset + j] = Math.exp((z[offset + j]! - most) / temperature);
  }
  for (let j = 0; j < classes; j++) if (j !== label) z[offset + j]! /= sum;
  return (most - own) / temperature + Math.log(sum);
}
