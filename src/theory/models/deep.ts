/**
 * A multilayer perceptron with ReLU between its layers, on data: mean loss over a batch + λ/2 ‖all weights and biases‖².
 * All parameters are one vector: W_1 (d_1×d_0), b_1 (d_1), …, W_L, b_L.
 */
import { multiplyTransposed, transposed } from '../../statistics/products';
import type { Random } from '../random';
import type { Loss } from './losses';

export interface DeepModel {
  /** d_0 inputs, hidden widths, d_L = K outputs. */
  widths: readonly number[];
  bias: boolean;
  loss: Loss;
  /** λ. */
  decay: number;
}

/** Samples with their labels. */
export interface Batch {
  /** N×d_0. */
  inputs: Float64Array;
  labels: Int32Array;
}

export interface Layer {
  /** out×in. */
  weight: Float64Array;
  bias?: Float64Array;
  inputs: number;
  outputs: number;
}

/** Views of the layers in a vector of all parameters, first layer first. */
export function layersOf({ widths, bias }: DeepModel, x: Float64Array): Layer[] {
  let at = 0;
  return widths.slice(1).map((outputs, l) => {
    const inputs = widths[l]!;
    const weight = x.subarray(at, at + inputs * outputs);
    at += inputs * outputs;
    if (!bias) return { weight, inputs, outputs };
    at += outputs;
    return { weight, bias: x.subarray(at - outputs, at), inputs, outputs };
  });
}

export function sizeOf({ widths, bias }: DeepModel): number {
  return widths.slice(1).reduce((sum, outputs, l) => sum + outputs * (widths[l]! + (bias ? 1 : 0)), 0);
}

/** Weights of variance gain²/d_in (√2 keeps the size of what ReLUs pass), biases 0. */
export function randomLayers(model: DeepModel, random: Random, gain = Math.SQRT2): Float64Array {
  const x = new Float64Array(sizeOf(model));
  for (const { weight, inputs } of layersOf(model, x))
    weight.set(random.normals(weight.length, gain / Math.sqrt(inputs)));
  return x;
}

/** What each layer puts out for these inputs, ReLU applied to all but the last: N×d_1, …, N×K. */
export function activationsOf(model: DeepModel, x: Float64Array, inputs: Float64Array): Float64Array[] {
  const samples = inputs.length / model.widths[0]!;
  const layers = layersOf(model, x);
  let below = inputs;
  return layers.map(({ weight, bias, inputs: depth, outputs }, l) => {
    const out = new Float64Array(samples * outputs);
    multiplyTransposed(below, samples, weight, outputs, depth, out);
    const hidden = l + 1 < layers.length;
    for (let i = 0, at = 0; i < samples; i++) {
      for (let j = 0; j < outputs; j++, at++) {
        const z = out[at]! + (bias ? bias[j]! : 0);
        out[at] = hidden && z < 0 ? 0 : z;
      }
    }
    below = out;
    return out;
  });
}

/** Value of the objective on a batch; its gradient is written over `gradient`. */
export function lossOn(model: DeepModel, x: Float64Array, { inputs, labels }: Batch, gradient: Float64Array): number {
  const { loss, decay, widths } = model;
  const samples = labels.length;
  const K = widths.at(-1)!;
  const layers = layersOf(model, x);
  const slopes = layersOf(model, gradient);
  const activations = activationsOf(model, x, inputs);
  let above = new Float64Array(samples * K);
  let value = 0;
  for (let i = 0; i < samples; i++) {
    value += loss(activations.at(-1)!, i * K, K, labels[i]!, 1 / samples, above) / samples;
  }
  for (let l = layers.length - 1; l >= 0; l--) {
    const { weight, inputs: depth, outputs } = layers[l]!;
    const slope = slopes[l]!;
    const below = l === 0 ? inputs : activations[l - 1]!;
    // ∂W = Gᵀ A, ∂b = Gᵀ 1, and below it (G W) where the ReLU let something through.
    const byOutput = transposed(above, samples, outputs);
    multiplyTransposed(byOutput, outputs, transposed(below, samples, depth), depth, samples, slope.weight);
    if (slope.bias) {
      for (let j = 0; j < outputs; j++) {
        let sum = 0;
        for (let i = 0; i < samples; i++) sum += byOutput[j * samples + i]!;
        slope.bias[j] = sum;
      }
    }
    if (l === 0) break;
    const next = new Float64Array(samples * depth);
    multiplyTransposed(above, samples, transposed(weight, outputs, depth), depth, outputs, next);
    for (let at = 0; at < next.length; at++) if (!(below[at]! > 0)) next[at] = 0;
    above = next;
  }
  let squares = 0;
  for (let at = 0; at < x.length; at++) {
    squares += x[at]! * x[at]!;
    gradient[at]! += decay * x[at]!;
  }
  return value + 0.5 * decay * squares;
}
