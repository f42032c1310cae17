/** The data as the model wants it: rows read as a stream, preprocessed once, shared by all checkpoints of a run. */
import path from 'node:path';
import type { ArrayFile, ArrayInfo } from '../formats/array';
import { findArray } from '../formats/array-file';
import { openArrays } from '../formats/open';
import { parseReference } from '../formats/reference';
import { Fault } from '../protocol/faults';
import type { ArrayReference, PlannedInputs, PlannedSplit, Preprocess } from '../protocol/engine';
import { arraySource, defaultSource, type InputSource } from './input-source';
import { imageTransform, typed } from './preprocessing';
import { readFacts, type SampleFacts } from './sample-facts';
import { pickLabels, sampleRows } from './sampling';
import type { Feed, ModelInput } from './session';

/** Prepared rows are kept for the next pass and the next checkpoint while they fit in here. */
const KEEP_BYTES = 256 * 1024 * 1024;

export interface InputBatch {
  /** Index of the first row among the samples used. */
  start: number;
  count: number;
  /** One for each input of the model. */
  feeds: Feed[];
  /** Class per row; −1 for data without classes. */
  labels: Int32Array;
}

interface OpenArray {
  file: ArrayFile;
  info: ArrayInfo;
  reference: ArrayReference;
}

export class Inputs {
  private kept: InputBatch[] | undefined;
  private keptFor = '';

  private constructor(
    private readonly primary: OpenArray,
    private readonly others: ReadonlyMap<string, OpenArray>,
    private readonly preprocess: Preprocess,
    /** Row numbers used, ascending; undefined = all. */
    private readonly used: Int32Array | undefined,
    /** What is known of each used sample. */
    readonly facts: SampleFacts,
  ) {}

  /** @param run whose classes the labels are of */
  static async open(
    split: PlannedSplit,
    preprocess: Preprocess,
    run: { classes: number; classNames: readonly string[] },
    maxSamples?: number,
  ): Promise<Inputs> {
    const { used, facts } = await readFacts(split, run, maxSamples);
    return Inputs.of(split, preprocess, used, facts);
  }

  /** Data without classes. */
  static async unlabelled(inputs: PlannedInputs, preprocess: Preprocess, maxSamples?: number): Promise<Inputs> {
    const all = new Int32Array(inputs.samples).fill(-1);
    const used = sampleRows(all, maxSamples);
    return Inputs.of(inputs, preprocess, used, { labels: pickLabels(all, used) });
  }

  private static async of(
    { inputs, others = {} }: PlannedInputs,
    preprocess: Preprocess,
    used: Int32Array | undefined,
    facts: SampleFacts,
  ): Promise<Inputs> {
    const open: OpenArray[] = [];
    try {
      const primary = await openArray(inputs);
      open.push(primary);
      const rest = new Map<string, OpenArray>();
      for (const [name, reference] of Object.entries(others)) {
        const array = await openArray(reference);
        open.push(array);
        rest.set(name, array);
      }
      return new Inputs(primary, rest, preprocess, used, facts);
    } catch (error) {
      for (const { file } of open) await file.close();
      throw error;
    }
  }

  /** Class of each used sample; −1 where it has none or several. */
  get labels(): Int32Array {
    return this.facts.labels;
  }

  get samples(): number {
    return this.labels.length;
  }

  /** Every used sample once, in order. The same batches every time; kept in memory where they fit. */
  async *batches(model: readonly ModelInput[], size: number): AsyncGenerator<InputBatch> {
    const key = JSON.stringify([model, size]);
    if (this.kept && this.keptFor === key) {
      yield* this.kept;
      return;
    }
    this.kept = undefined;
    let keep: InputBatch[] | undefined = [];
    let bytes = 0;
    for await (const batch of this.read(model, size)) {
      for (const { values } of batch.feeds) bytes += values.byteLength;
      if (bytes > KEEP_BYTES) keep = undefined;
      keep?.push(batch);
      yield batch;
    }
    this.kept = keep;
    this.keptFor = key;
  }

  async close(): Promise<void> {
    this.kept = undefined;
    for (const { file } of [this.primary, ...this.others.values()]) await file.close();
  }

  private async *read(model: readonly ModelInput[], size: number): AsyncGenerator<InputBatch> {
    const open: ArrayFile[] = [];
    const sources: InputSource[] = [];
    try {
      sources.push(...(await this.sources(model, size, open)));
      yield* this.gather(sources, size);
    } finally {
      for (const source of sources) await source.close();
      for (const file of open) await file.close();
    }
  }

  /** @param opened takes in what has to be closed afterwards */
  private async sources(model: readonly ModelInput[], size: number, opened: ArrayFile[]): Promise<InputSource[]> {
    const samples = model.find(({ role }) => role === 'samples') ?? model[0]!;
    let { file, info } = this.primary;
    if (info.images) {
      const { name } = info;
      file = await openArrays(file.path, {
        images: imageTransform(this.preprocess, samples, path.basename(file.path)),
      });
      opened.push(file);
      info = findArray(file, name);
    }
    const main = arraySource(file, info, samples, this.preprocess, size);
    return model.map((input) => {
      if (input === samples) return main;
      const array = this.others.get(input.name);
      return array
        ? arraySource(array.file, array.info, input, {}, size)
        : defaultSource(input, main.dims, path.basename(this.primary.file.path));
    });
  }

  private async *gather(sources: readonly InputSource[], size: number): AsyncGenerator<InputBatch> {
    const lengths = sources.map(({ dims }) => dims.reduce((product, axis) => product * axis, 1));
    // What was handed out may be kept, so that each batch has memory of its own.
    const fresh = (): (Float32Array | Float64Array)[] =>
      sources.map(({ as }, i) => new (as === 'float32' ? Float32Array : Float64Array)(size * lengths[i]!));
    let values = fresh();
    let filled = 0;
    let next = 0;
    const take = (): InputBatch => {
      const start = next - filled;
      const feeds = sources.map(({ input, dims }, i) => ({
        input,
        values: typed(values[i]!.subarray(0, filled * lengths[i]!), input.type),
        dims: [filled, ...dims],
      }));
      const batch = { start, count: filled, feeds, labels: this.labels.subarray(start, next) };
      values = fresh();
      filled = 0;
      return batch;
    };
    for (let row = 0; next < this.samples; row++) {
      for (const source of sources) if (!(await source.advance())) throw this.ended(next);
      if (this.used && this.used[next] !== row) continue;
      sources.forEach((source, i) => source.write(values[i]!, filled * lengths[i]!));
      filled++;
      next++;
      if (filled === size) yield take();
    }
    if (filled > 0) yield take();
  }

  private ended(after: number): Fault {
    return new Fault(
      'E_TRUNCATED',
      `${path.basename(this.primary.file.path)} ended after ${after} of ${this.samples} samples; save it again.`,
    );
  }
}

async function openArray(reference: ArrayReference): Promise<OpenArray> {
  const parsed = parseReference(reference);
  const file = await openArrays(parsed.file);
  try {
    return { file, info: findArray(file, parsed.array), reference };
  } catch (error) {
    await file.close();
    throw error;
  }
}
