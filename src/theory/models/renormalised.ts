/**
 * Features on the central path whose variance within the classes is kept at I: the classifier is always the
 * least-squares one (centred, with a bias), and features move down its loss without changing Σ_W. Source: han2022.
 */
import { cholesky, solveRows, whitenRows } from '../../statistics/cholesky';
import { multiplyTransposed, transposed } from '../../statistics/products';

export interface FeatureShape {
  classes: number;
  dimension: number;
  labels: Int32Array;
}

/** μ_c, K×d, and h_i − μ_{y_i}, N×d. Balanced classes. */
function split({ classes: K, dimension: d, labels }: FeatureShape, features: Float64Array) {
  const N = labels.length;
  const means = new Float64Array(K * d);
  for (let i = 0; i < N; i++) for (let j = 0; j < d; j++) means[labels[i]! * d + j]! += (K / N) * features[i * d + j]!;
  const residuals = features.slice();
  for (let i = 0; i < N; i++) for (let j = 0; j < d; j++) residuals[i * d + j]! -= means[labels[i]! * d + j]!;
  return { means, residuals };
}

/** (1/N) AᵀB for A, B N×d. */
function moment(a: Float64Array, b: Float64Array, N: number, d: number): Float64Array {
  const out = new Float64Array(d * d);
  multiplyTransposed(transposed(a, N, d), d, transposed(b, N, d), d, N, out);
  for (let at = 0; at < out.length; at++) out[at]! /= N;
  return out;
}

/** L⁻¹(h_i − μ_{y_i}), Σ_W = L Lᵀ: spread I within the classes. @throws RangeError where Σ_W is singular */
export function whiteResiduals(shape: FeatureShape, features: Float64Array): Float64Array {
  const { dimension: d, labels } = shape;
  const { residuals } = split(shape, features);
  const factor = cholesky(moment(residuals, residuals, labels.length, d), d);
  if ('dependentRow' in factor) throw new RangeError('the features do not vary in all directions within the classes');
  whitenRows(factor, residuals, labels.length);
  return residuals;
}

/** The same class means with the spread within the classes brought back to I, which rounding would drift from. */
export function renormalised(shape: FeatureShape, features: Float64Array): Float64Array {
  const { means } = split(shape, features);
  const { dimension: d, labels } = shape;
  return whiteResiduals(shape, features).map((v, at) => v + means[labels[Math.floor(at / d)]! * d + (at % d)]!);
}

/**
 * The gradient of the least-squares loss ½N⁻¹‖W_LS(h−μ_G)−(y−1/K)‖² at features with Σ_W = I, projected on the
 * directions that keep it so: ξ_i − S r_i with S = ½N⁻¹Σ(ξ_i r_iᵀ + r_i ξ_iᵀ). N×d.
 */
export function renormalisedGradient(shape: FeatureShape, features: Float64Array): Float64Array {
  const { classes: K, dimension: d, labels } = shape;
  const N = labels.length;
  const { means, residuals } = split(shape, features);
  const centre = new Float64Array(d);
  for (let at = 0; at < K * d; at++) centre[at % d]! += means[at]! / K;
  const centredMeans = means.map((v, at) => v - centre[at % d]!);
  // W_LS = (1/K) Mc (Σ_W + McᵀMc/K)⁻¹.
  const total = moment(residuals, residuals, N, d);
  for (let c = 0; c < K; c++) {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) total[i * d + j]! += (centredMeans[c * d + i]! * centredMeans[c * d + j]!) / K;
    }
  }
  const weight = centredMeans.map((v) => v / K);
  const factor = cholesky(total, d);
  if ('dependentRow' in factor) throw new RangeError('the features do not vary in all directions');
  solveRows(factor, weight, K);
  const gradient = new Float64Array(N * d);
  const error = new Float64Array(K);
  for (let i = 0; i < N; i++) {
    for (let k = 0; k < K; k++) {
      error[k] = (k === labels[i] ? -1 : 0) + 1 / K;
      for (let j = 0; j < d; j++) error[k]! += weight[k * d + j]! * (features[i * d + j]! - centre[j]!);
    }
    for (let k = 0; k < K; k++)
      for (let j = 0; j < d; j++) gradient[i * d + j]! += (error[k]! * weight[k * d + j]!) / N;
  }
  const mixed = moment(gradient, residuals, N, d);
  for (let i = 0; i < N; i++) {
    for (let a = 0; a < d; a++) {
      let along = 0;
      for (let b = 0; b < d; b++) along += 0.5 * (mixed[a * d + b]! + mixed[b * d + a]!) * residuals[i * d + b]!;
      gradient[i * d + a]! -= along;
    }
  }
  return gradient;
}
