/** Stochastic gradient descent with momentum, as networks are trained: batches in a random order each epoch. */
import { lossOn, type Batch, type DeepModel } from '../models/deep';
import type { Random } from '../random';

export interface TrainingOptions {
  epochs: number;
  batch: number;
  /** Learning rate at the share of the epochs that is done, in [0, 1). */
  rate: (share: number) => number;
  momentum?: number;
  /** After each batch; `share` of all training done. */
  onBatch?: (share: number) => Promise<void>;
  /** After each epoch, counted from 1. `true` ends the training. */
  onEpoch?: (epoch: number, x: Float64Array) => Promise<unknown>;
}

/** @param x changed in place */
export async function train(
  model: DeepModel,
  x: Float64Array,
  data: Batch,
  random: Random,
  { epochs, batch, rate, momentum = 0.9, onBatch, onEpoch }: TrainingOptions,
): Promise<void> {
  const samples = data.labels.length;
  const velocity = new Float64Array(x.length);
  const gradient = new Float64Array(x.length);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.permutation(samples);
    for (let start = 0; start < samples; start += batch) {
      const share = (epoch + start / samples) / epochs;
      lossOn(model, x, rowsOf(data, model.widths[0]!, order.subarray(start, start + batch)), gradient);
      const step = rate(share);
      for (let at = 0; at < x.length; at++) {
        velocity[at] = momentum * velocity[at]! + gradient[at]!;
        x[at]! -= step * velocity[at]!;
      }
      await onBatch?.(share);
    }
    if ((await onEpoch?.(epoch + 1, x)) === true) return;
  }
}

/** Half a cosine from `most` down to almost nothing. */
export function cosine(most: number): (share: number) => number {
  return (share) => most * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, share)));
}

function rowsOf({ inputs, labels }: Batch, width: number, rows: Int32Array): Batch {
  const batch = { inputs: new Float64Array(rows.length * width), labels: new Int32Array(rows.length) };
  for (const [at, row] of rows.entries()) {
    batch.inputs.set(inputs.subarray(row * width, (row + 1) * width), at * width);
    batch.labels[at] = labels[row]!;
  }
  return batch;
}
