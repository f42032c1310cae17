/**
 * One pass of data through a model: pooled features of every layer, the logits' argmax, batch by batch.
 * This is the seam where sums may later move into the graph: who consumes a pass sees vectors and labels only.
 */
import { Fault } from '../protocol/faults';
import type { Pooling } from '../protocol/report';
import type { Layer } from '../onnx/layers';
import type { Inputs } from './inputs';
import { pool, type Vectors } from './pooling';
import type { ModelSession, OutputTensor } from './session';

export interface PassLayer extends Layer {
  pooling: Pooling;
}

export interface FeatureBatch {
  start: number;
  count: number;
  labels: Int32Array;
  /** One entry per layer, in the layers' order. */
  layers: Vectors[];
  /** Class the network chose for each row. */
  networkArgmax: Int32Array;
}

export interface PassOptions {
  session: ModelSession;
  inputs: Inputs;
  layers: readonly PassLayer[];
  logits: string;
  batchSize: number;
  file: string;
  /** Called before each batch; throws to stop. */
  onBatch: (batch: number, batches: number) => Promise<void>;
  /** More tensors to read on the first batch, where they are constant (classifier weights). */
  constants?: { names: readonly string[]; receive: (values: Map<string, OutputTensor>) => void };
}

/** Features of every batch, in order. The vectors belong to the caller once yielded. */
export async function* featurePass(options: PassOptions): AsyncGenerator<FeatureBatch> {
  const { session, inputs, layers, logits, file } = options;
  const fixed = session.input.shape[0] ?? undefined;
  const size = fixed ?? options.batchSize;
  const batches = Math.ceil(inputs.samples / size);
  const fetches = [...new Set([...layers.map((layer) => layer.tensor), logits])];
  let index = 0;
  for await (const batch of inputs.batches(session.input, size)) {
    await options.onBatch(index, batches);
    const constants = index === 0 ? (options.constants?.names ?? []) : [];
    const padded = fixed === undefined ? batch : pad(batch.values, batch.dims, fixed);
    const outputs = await session.run(padded.values, padded.dims, [...new Set([...fetches, ...constants])]);
    if (index === 0) options.constants?.receive(outputs);
    const rows = padded.dims[0] ?? batch.count;
    yield {
      start: batch.start,
      count: batch.count,
      labels: batch.labels,
      layers: layers.map((layer) => vectors(outputs.get(layer.tensor), layer, rows, file)),
      networkArgmax: argmax(outputs.get(logits), batch.count, rows, file),
    };
    index++;
  }
}

/** A model exported with a fixed batch gets full batches: the missing rows repeat the last one and are not read back. */
function pad<T extends { slice(): T; length: number }>(
  values: T,
  dims: number[],
  size: number,
): { values: T; dims: number[] } {
  const count = dims[0] ?? 0;
  if (count === size) return { values, dims };
  const length = values.length / count;
  const Type = values.constructor as new (
    length: number,
  ) => T & { set(from: T, at: number): void; subarray(a: number, b: number): T };
  const full = new Type(size * length);
  full.set(values, 0);
  const last = full.subarray((count - 1) * length, count * length);
  for (let row = count; row < size; row++) full.set(last, row * length);
  return { values: full, dims: [size, ...dims.slice(1)] };
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
  return pool(tensor, layer.pooling);
}

/** Ties go to the smaller class, as in NumPy and PyTorch. */
function argmax(tensor: OutputTensor | undefined, count: number, rows: number, file: string): Int32Array {
  const classes = (tensor?.values.length ?? 0) / rows;
  if (!tensor || !Number.isInteger(classes) || classes < 2) {
    throw new Fault(
      'E_LOGITS',
      `${file}: the classifier's output has shape ${tensor?.dims.join('×') ?? 'none'}, not batch × classes.`,
    );
  }
  const out = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    let best = 0;
    const at = row * classes;
    for (let c = 1; c < classes; c++) if (tensor.values[at + c]! > tensor.values[at + best]!) best = c;
    out[row] = best;
  }
  return out;
}
