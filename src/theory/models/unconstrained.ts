/**
 * The unconstrained features model: features are free parameters beside the classifier. With x = (W, H, b) it is
 * Σ_i s_i·loss(W h_i + b, y_i) + λ_W/2‖W‖² + λ_H/2‖H‖² + λ_b/2‖b‖², s_i = 1/N unless said otherwise.
 */
import { multiplyTransposed, transposed } from '../../statistics/products';
import type { Objective } from '../optimise/objective';
import type { Random } from '../random';
import type { Loss } from './losses';

export interface UnconstrainedModel {
  classes: number;
  dimension: number;
  /** Class of each sample. */
  labels: Int32Array;
  loss: Loss;
  decay: { weight: number; features: number; bias?: number };
  /** Whether there is a bias. */
  bias: boolean;
  /** s_i of every sample; 1/N where it is left out. */
  sampleWeight?: number;
}

export interface UnconstrainedParts {
  /** W, K×d. */
  weight: Float64Array;
  /** H, N×d. */
  features: Float64Array;
  bias?: Float64Array;
}

export function sizeOf({ classes, dimension, labels, bias }: UnconstrainedModel): number {
  return (classes + labels.length) * dimension + (bias ? classes : 0);
}

/** Views into one vector of all parameters. */
export function partsOf(model: UnconstrainedModel, x: Float64Array): UnconstrainedParts {
  const { classes, dimension, labels, bias } = model;
  const features = classes * dimension;
  const end = features + labels.length * dimension;
  return {
    weight: x.subarray(0, features),
    features: x.subarray(features, end),
    ...(bias ? { bias: x.subarray(end, end + classes) } : {}),
  };
}

/** @param scale standard deviation of W and H; the bias starts at 0 */
export function randomStart(model: UnconstrainedModel, random: Random, scale: number): Float64Array {
  const x = random.normals(sizeOf(model), scale);
  partsOf(model, x).bias?.fill(0);
  return x;
}

/** W h_i + b, N×K. */
export function logitsOf(model: UnconstrainedModel, { weight, features, bias }: UnconstrainedParts): Float64Array {
  const { classes, dimension, labels } = model;
  const logits = new Float64Array(labels.length * classes);
  multiplyTransposed(features, labels.length, weight, classes, dimension, logits);
  if (bias) for (let at = 0; at < logits.length; at++) logits[at]! += bias[at % classes]!;
  return logits;
}

export function objectiveOf(model: UnconstrainedModel): Objective {
  const { classes, dimension, labels, loss, decay, sampleWeight = 1 / labels.length } = model;
  const samples = labels.length;
  const byClass = new Float64Array(samples * classes);
  return (x, gradient) => {
    const parts = partsOf(model, x);
    const own = partsOf(model, gradient);
    const logits = logitsOf(model, parts);
    byClass.fill(0);
    let value = 0;
    for (let i = 0; i < samples; i++) {
      value += sampleWeight * loss(logits, i * classes, classes, labels[i]!, sampleWeight, byClass);
    }
    // ∂H = G W, ∂W = Gᵀ H, ∂b = Gᵀ 1.
    multiplyTransposed(
      byClass,
      samples,
      transposed(parts.weight, classes, dimension),
      dimension,
      classes,
      own.features,
    );
    multiplyTransposed(
      transposed(byClass, samples, classes),
      classes,
      transposed(parts.features, samples, dimension),
      dimension,
      samples,
      own.weight,
    );
    value += decayed(parts.weight, decay.weight, own.weight) + decayed(parts.features, decay.features, own.features);
    if (parts.bias && own.bias) {
      own.bias.fill(0);
      for (let at = 0; at < byClass.length; at++) own.bias[at % classes]! += byClass[at]!;
      value += decayed(parts.bias, decay.bias ?? 0, own.bias);
    }
    return value;
  };
}

/** λ/2‖v‖²; λ v is added to the gradient. */
function decayed(values: Float64Array, lambda: number, gradient: Float64Array): number {
  if (lambda === 0) return 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    squares += values[i]! * values[i]!;
    gradient[i]! += lambda * values[i]!;
  }
  return 0.5 * lambda * squares;
}

/** n samples of each class, in order of the classes. */
export function balancedLabels(classes: number, n: number): Int32Array {
  return Int32Array.from({ length: classes * n }, (_, i) => Math.floor(i / n));
}
