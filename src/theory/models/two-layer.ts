/**
 * The extended unconstrained features model of tirer2022: free features H, a linear layer W₁ and the classifier W₂,
 * (1/2N)‖H W₁ᵀ W₂ᵀ − Y‖² + λ₂/2‖W₂‖² + λ₁/2‖W₁‖² + λ_H/2‖H‖², Y one-hot, no bias. x = (W₂, W₁, H).
 */
import { multiplyTransposed, transposed } from '../../statistics/products';
import { inner, type Objective } from '../optimise/objective';

export interface TwoLayerModel {
  classes: number;
  /** d, of the features and of the layer. */
  dimension: number;
  labels: Int32Array;
  decay: { classifier: number; layer: number; features: number };
}

export interface TwoLayerParts {
  /** W₂, K×d. */
  classifier: Float64Array;
  /** W₁, d×d. */
  layer: Float64Array;
  /** H, N×d. */
  features: Float64Array;
}

export function twoLayerParts({ classes, dimension: d }: TwoLayerModel, x: Float64Array): TwoLayerParts {
  const first = classes * d;
  const second = first + d * d;
  return { classifier: x.subarray(0, first), layer: x.subarray(first, second), features: x.subarray(second) };
}

export function twoLayerSize({ classes, dimension: d, labels }: TwoLayerModel): number {
  return (classes + d + labels.length) * d;
}

/** A Bᵀ for a (rows×depth) and b (columns×depth). */
export function times(a: Float64Array, rows: number, b: Float64Array, columns: number, depth: number): Float64Array {
  const out = new Float64Array(rows * columns);
  multiplyTransposed(a, rows, b, columns, depth, out);
  return out;
}

export function twoLayer(model: TwoLayerModel): Objective {
  const { classes: K, dimension: d, labels, decay } = model;
  const N = labels.length;
  return (x, gradient) => {
    const { classifier, layer, features } = twoLayerParts(model, x);
    const own = twoLayerParts(model, gradient);
    const deep = times(features, N, layer, d, d);
    const errors = times(deep, N, classifier, K, d);
    for (let i = 0; i < N; i++) errors[i * K + labels[i]!]! -= 1;
    let value = inner(errors, errors) / (2 * N);
    for (let at = 0; at < errors.length; at++) errors[at]! /= N;
    // ∂W₂ = Eᵀ F, ∂F = E W₂, ∂W₁ = ∂Fᵀ H, ∂H = ∂F W₁.
    own.classifier.set(times(transposed(errors, N, K), K, transposed(deep, N, d), d, N));
    const ofDeep = times(errors, N, transposed(classifier, K, d), d, K);
    own.layer.set(times(transposed(ofDeep, N, d), d, transposed(features, N, d), d, N));
    own.features.set(times(ofDeep, N, transposed(layer, d, d), d, d));
    const decayed = (part: keyof TwoLayerParts, values: Float64Array) => {
      value += 0.5 * decay[part] * inner(values, values);
      for (let at = 0; at < values.length; at++) own[part][at]! += decay[part] * values[at]!;
    };
    decayed('classifier', classifier);
    decayed('layer', layer);
    decayed('features', features);
    return value;
  };
}
