/**
 * One pass of data through a model: pooled features of every layer, the logits' argmax, batch by batch.
 * This is the seam where sums may later move into the graph: who consumes a pass sees vectors and labels only.
 */
import { Fault } from '../protocol/faults';
import type { Inputs } from './inputs';
import type { PassLayer } from './layer-pooling';
import { pool, type Vectors } from './pooling';
import type { Feed, ModelSession, OutputTensor, TensorValues } from './session';

export interface FeatureBatch {
  start: number;
  count: number;
  labels: Int32Array;
  /** One entry per layer, in the layers' order. */
  layers: Vectors[];
  /** Logits, count×K, and the class that the largest is for; absent where the output is not one value a class. */
  logits?: Float32Array | Float64Array;
  networkArgmax?: Int32Array;
}

export interface PassOptions {
  session: ModelSession;
  inputs: Inputs;
  /** Their pooling is settled once the first batch was received. */
  layers: readonly PassLayer[];
  logits: string;
  /** K. */
  classes: number;
  batchSize: number;
  file: string;
  /** Called before each batch; throws to stop. */
  onBatch: (batch: number, batches: number) => Promise<void>;
  /** Sees the first batch's tensors before they are pooled, and may change `layers`. */
  first?: {
    /** More tensors to read once, where they are constant (classifier weights). */
    constants: readonly string[];
    receive: (outputs: ReadonlyMap<string, OutputTensor>, rows: number) => void;
  };
}

/** Features of every batch, in order. The vectors belong to the caller once yielded. */
export async function* featurePass(options: PassOptions): AsyncGenerator<FeatureBatch> {
  const { session, inputs, logits, classes, file } = options;
  const fixed = session.samples.shape[0] ?? undefined;
  const size = fixed ?? options.batchSize;
  const batches = Math.ceil(inputs.samples / size);
  let index = 0;
  for await (const batch of inputs.batches(session.inputs, size)) {
    await options.onBatch(index, batches);
    const first = index === 0 ? options.first : undefined;
    const feeds = fixed === undefined ? batch.feeds : batch.feeds.map((feed) => pad(feed, fixed));
    const names = [...options.layers.map((layer) => layer.read.tensor), logits, ...(first?.constants ?? [])];
    const outputs = await session.run(feeds, [...new Set(names)]);
    const rows = fixed ?? batch.count;
    first?.receive(outputs, rows);
    const scores = scoresOf(outputs.get(logits), batch.count, rows, classes);
    yield {
      start: batch.start,
      count: batch.count,
      labels: batch.labels,
      layers: options.layers.map((layer) => vectors(outputs.get(layer.read.tensor), layer, rows, file)),
      ...(scores ? { logits: scores, networkArgmax: decisions(scores, batch.count, classes) } : {}),
    };
    index++;
  }
}

/** A model exported with a fixed batch gets full batches: the missing rows repeat the last one and are not read back. */
function pad({ input, values, dims }: Feed, size: number): Feed {
  const count = dims[0] ?? 0;
  if (count === size) return { input, values, dims };
  const length = values.length / count;
  const Type = values.constructor as new (length: number) => TensorValues;
  const full = new Type(size * length);
  full.set(values as never, 0);
  for (let row = count; row < size; row++) full.copyWithin(row * length, (count - 1) * length, count * length);
  return { input, values: full, dims: [size, ...dims.slice(1)] };
}

function vectors(tensor: OutputTensor | undefined, layer: PassLayer, rows: number, file: string): Vectors {
  if (!tensor)
    throw new Fault('E_LAYER', `${file}: ONNX Runtime returned nothing for layer ${layer.name}; choose other layers.`);
  if (tensor.dims[0] !== rows) {
    throw new Fault(
      'E_LAYER',
      `${file}: layer ${layer.name} has shape ${tensor.dims.join('×')}, whose first axis is not the batch of ${rows}; choose other layers.`,
    );
  }
  return pool(tensor, layer.pooling === 'auto' ? 'flatten' : layer.pooling, layer.layout);
}

/** Logits of each row, count×K. One logit z for two classes stands for −z/2 and z/2. */
function scoresOf(
  tensor: OutputTensor | undefined,
  count: number,
  rows: number,
  classes: number,
): Float32Array | Float64Array | undefined {
  const width = (tensor?.values.length ?? 0) / rows;
  if (!tensor) return undefined;
  if (width === classes) return tensor.values.subarray(0, count * classes);
  if (width !== 1 || classes !== 2) return undefined;
  return Float64Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? -0.5 : 0.5) * tensor.values[i >> 1]!);
}

/**
 * The class of the largest logit in each row; ties go to the smaller class, as in NumPy and PyTorch.
 * @param scores count×K
 */
export function decisions(scores: Float32Array | Float64Array, count: number, classes: number): Int32Array {
  const out = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    let best = 0;
    const at = row * classes;
    for (let c = 1; c < classes; c++) if (scores[at + c]! > scores[at + best]!) best = c;
    out[row] = best;
  }
  return out;
}
