/** The data as the model wants it: rows read as a stream, preprocessed once, shared by all checkpoints of a run. */
import path from 'node:path';
import { rowLength, type ArrayFile, type ArrayInfo } from '../formats/array';
import { findArray } from '../formats/array-file';
import { openArrays } from '../formats/open';
import { parseReference } from '../formats/reference';
import { Fault } from '../protocol/faults';
import type { PlannedSplit, Preprocess } from '../protocol/engine';
import { readLabels } from '../run/labels';
import { pickLabels, sampleRows } from './sampling';
import type { ModelInput, TensorValues } from './session';

/** Prepared rows are kept for the next pass and the next checkpoint while they fit in here. */
const KEEP_BYTES = 256 * 1024 * 1024;

export interface InputBatch {
  /** Index of the first row among the samples used. */
  start: number;
  count: number;
  values: TensorValues;
  dims: number[];
  /** Class per row. */
  labels: Int32Array;
}

export class Inputs {
  /** Class per used sample. */
  readonly labels: Int32Array;
  private kept: InputBatch[] | undefined;
  private keptFor = '';

  private constructor(
    private readonly file: ArrayFile,
    private readonly info: ArrayInfo,
    private readonly preprocess: Preprocess,
    /** Row numbers used, ascending; undefined = all. */
    private readonly used: Int32Array | undefined,
    allLabels: Int32Array,
  ) {
    this.labels = pickLabels(allLabels, used);
  }

  /** @param classes K: labels must lie in [0, K) */
  static async open(
    split: PlannedSplit,
    preprocess: Preprocess,
    classes: number,
    maxSamples?: number,
  ): Promise<Inputs> {
    const labels = await readLabels(split.labels, classes);
    const reference = parseReference(split.inputs);
    const file = await openArrays(reference.file);
    const info = findArray(file, reference.array);
    const used = sampleRows(labels, maxSamples);
    return new Inputs(file, info, preprocess, used, labels);
  }

  get samples(): number {
    return this.labels.length;
  }

  /** Every used sample once, in order. The same batches every time; kept in memory where they fit. */
  async *batches(model: ModelInput, size: number): AsyncGenerator<InputBatch> {
    const key = JSON.stringify([model.type, model.shape, size]);
    if (this.kept && this.keptFor === key) {
      yield* this.kept;
      return;
    }
    this.kept = undefined;
    const fits = this.samples * rowLength(this.info) * 4 <= KEEP_BYTES;
    const keep: InputBatch[] = [];
    for await (const batch of this.read(model, size)) {
      if (fits) keep.push(batch);
      yield batch;
    }
    if (fits) {
      this.kept = keep;
      this.keptFor = key;
    }
  }

  async close(): Promise<void> {
    this.kept = undefined;
    await this.file.close();
  }

  private async *read(model: ModelInput, size: number): AsyncGenerator<InputBatch> {
    const length = rowLength(this.info);
    const dims = sampleShape(this.info, model, path.basename(this.file.path));
    const prepare = preparation(this.preprocess, this.info, model, dims, path.basename(this.file.path));
    // float32 holds every 8-bit value and every float32 weight's precision; wider inputs keep theirs.
    const as = model.type === 'float32' || model.type === 'uint8' ? 'float32' : 'float64';
    const Values = as === 'float32' ? Float32Array : Float64Array;
    let values = new Values(size * length);
    let filled = 0;
    let next = 0;
    const take = (): InputBatch => {
      const start = next - filled;
      const batch: InputBatch = {
        start,
        count: filled,
        values: typed(values.subarray(0, filled * length), model.type),
        dims: [filled, ...dims],
        labels: this.labels.subarray(start, next),
      };
      // What was handed out may be kept, so the next batch gets memory of its own.
      values = new Values(size * length);
      filled = 0;
      return batch;
    };
    for await (const block of this.file.rows(this.info.name, { rows: size, as })) {
      for (let row = 0; row < block.count; row++) {
        if (this.used && this.used[next] !== block.start + row) continue;
        prepare(block.values, row * length, values, filled * length);
        requireFinite(values, filled * length, length, block.start + row, this.info.name, this.file.path);
        filled++;
        next++;
        if (filled === size) yield take();
      }
      if (next === this.samples) break;
    }
    if (filled > 0) yield take();
    if (next !== this.samples) {
      throw new Fault(
        'E_TRUNCATED',
        `${path.basename(this.file.path)} ended after ${next} of ${this.samples} samples; save it again.`,
      );
    }
  }
}

/** Shape of one sample as the model wants it; the file's own axes where the model leaves them open. */
function sampleShape(info: ArrayInfo, model: ModelInput, file: string): number[] {
  const stored = info.shape.slice(1);
  const wanted = model.shape.slice(1);
  const length = rowLength(info);
  if (wanted.length === stored.length && wanted.every((axis, i) => axis === null || axis === stored[i]))
    return [...stored];
  const open = wanted.filter((axis) => axis === null).length;
  const known = wanted.reduce<number>((product, axis) => product * (axis ?? 1), 1);
  if (open <= 1 && length % known === 0 && (open === 1 || length === known)) {
    return wanted.map((axis) => axis ?? length / known);
  }
  const shown = wanted.map((axis) => axis ?? '?').join('×');
  throw new Fault(
    'E_SHAPE',
    `${file}: ${info.name} has samples of shape ${stored.join('×')}, but the model wants ${shown}; choose other data or name it in neural-collapse.json.`,
  );
}

/** NaN in the data would show as NaN in every layer, and the network would be blamed. */
function requireFinite(
  values: ArrayLike<number>,
  from: number,
  length: number,
  row: number,
  name: string,
  file: string,
): void {
  let sum = 0;
  for (let i = from; i < from + length; i++) sum += values[i]! * 0;
  if (sum === 0) return;
  throw new Fault(
    'E_NOT_FINITE',
    `${path.basename(file)}: ${name} is not finite (NaN or infinity) in sample ${row}; save the data again without it.`,
  );
}

type Prepare = (from: ArrayLike<number>, at: number, to: Float32Array | Float64Array, into: number) => void;

/** (x·scale − mean)/std per channel, after moving channels-last images to the model's layout. */
function preparation(
  preprocess: Preprocess,
  info: ArrayInfo,
  model: ModelInput,
  dims: number[],
  file: string,
): Prepare {
  const length = rowLength(info);
  const floating = model.type === 'float32' || model.type === 'float64';
  const given = preprocess.scale !== undefined || preprocess.mean !== undefined || preprocess.std !== undefined;
  const image = info.dtype === 'uint8' && floating;
  const scale = preprocess.scale ?? (image && !given ? 1 / 255 : 1);
  const mean = preprocess.mean ?? [0];
  const std = preprocess.std ?? [1];
  const channels = Math.max(mean.length, std.length);
  const modelChannels = dims.length >= 2 ? (dims[0] ?? 1) : 1;
  if (!floating && given) {
    throw new Fault(
      'E_PREPROCESS',
      `The model takes ${model.type} input, so scale, mean and std do not apply; remove preprocess from neural-collapse.json.`,
    );
  }
  if (
    channels > 1 &&
    (channels !== modelChannels || (mean.length > 1 && std.length > 1 && mean.length !== std.length))
  ) {
    throw new Fault(
      'E_PREPROCESS',
      `preprocess names ${channels} channels, but ${file} gives the model ${modelChannels}; correct mean and std in neural-collapse.json.`,
    );
  }
  if (std.some((value) => value === 0))
    throw new Fault('E_PREPROCESS', 'preprocess.std contains 0; correct it in neural-collapse.json.');
  const plane = length / modelChannels;
  const hwc = preprocess.layout === 'hwc' && modelChannels > 1;
  const multiply = Float64Array.from({ length: modelChannels }, (_, c) => scale / pick(std, c));
  const add = Float64Array.from({ length: modelChannels }, (_, c) => -pick(mean, c) / pick(std, c));
  return (from, at, to, into) => {
    for (let c = 0; c < modelChannels; c++) {
      const factor = multiply[c]!;
      const offset = add[c]!;
      const start = into + c * plane;
      if (hwc) for (let p = 0; p < plane; p++) to[start + p] = from[at + p * modelChannels + c]! * factor + offset;
      else for (let p = 0, source = at + c * plane; p < plane; p++) to[start + p] = from[source + p]! * factor + offset;
    }
  };
}

function pick(list: number[], channel: number): number {
  return list.length === 1 ? list[0]! : list[channel]!;
}

function typed(values: Float32Array | Float64Array, type: ModelInput['type']): TensorValues {
  switch (type) {
    case 'float32':
    case 'float64':
      return values;
    case 'int32':
      return Int32Array.from(values);
    case 'uint8':
      return Uint8Array.from(values);
    case 'int64':
      return BigInt64Array.from(values as Float64Array, (value: number) => BigInt(Math.round(value)));
  }
}
