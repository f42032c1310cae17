/** Saved activations: the same statistics and metrics, read from files instead of computed by a model. */
import path from 'node:path';
import { rowLength, type ArrayFile, type ArrayInfo, type RowBlock } from '../formats/array';
import { findArray } from '../formats/array-file';
import { collect } from '../formats/collect';
import { openArrays } from '../formats/open';
import { parseReference } from '../formats/reference';
import type { Classifier } from '../metrics/metric';
import { Fault } from '../protocol/faults';
import type { ArrayReference, Plan, PlannedCheckpoint } from '../protocol/engine';
import type { CheckpointReport, Pooling } from '../protocol/report';
import { pool, pooledDimension } from './pooling';
import { readFacts, samplesWithClass } from './sample-facts';
import { classCounts, LayerMeasurement, shareCorrect, type Facts } from './measurement';

/** Rows per block are chosen so that a block stays within this. */
const BLOCK_BYTES = 8 * 1024 * 1024;

export interface ActivationsContext {
  plan: Plan;
  maxSamples?: number;
  onBatch: (batch: number, batches: number) => Promise<void>;
}

interface Source {
  file: ArrayFile;
  info: ArrayInfo;
  pooling: Pooling;
}

/** @throws Fault that names the file, the cause and what to do */
export async function measureActivations(
  planned: PlannedCheckpoint,
  context: ActivationsContext,
): Promise<CheckpointReport> {
  const started = performance.now();
  const { plan } = context;
  const { activations } = planned;
  if (!activations) throw new Fault('E_NO_DATA', `${planned.path}: no activations were found in it.`);
  const classes = plan.run.classes;
  const { used, facts: known } = await readFacts(activations, plan.run, context.maxSamples);
  const { labels } = known;
  const sources: Source[] = [];
  try {
    for (const reference of activations.layers) sources.push(await openSource(reference, plan.pooling));
    const last = sources.at(-1);
    if (!last) throw new Fault('E_NO_DATA', `${planned.path}: no activations were found in it.`);
    const dimension = dimensionOf(last);
    const classifier =
      activations.weight === undefined
        ? undefined
        : await readClassifier(activations.weight, activations.bias, classes, dimension);

    const layers: LayerMeasurement[] = [];
    const facts: Facts = classifier
      ? { classifier }
      : { noClassifier: 'no classifier weights were saved with the activations' };
    const total = sources.reduce((sum, source) => sum + 2 * blocks(source), 0);
    let done = 0;
    for (const [index, source] of sources.entries()) {
      const penultimate = index === sources.length - 1;
      const layer = new LayerMeasurement(
        {
          tensor: path.basename(source.file.path) + '#' + source.info.name,
          name: withoutPrefix(source.info.name, activations.prefix),
          role: penultimate ? 'penultimate' : 'hidden',
          pooling: source.pooling,
        },
        classes,
        plan.run.classNames,
      );
      layers.push(layer);
      let correct = 0;
      for (const second of [false, true]) {
        for await (const raw of usedRows(blocksOf(source), rowLength(source.info), used)) {
          const block = pooled(raw, source);
          await context.onBatch(++done, total);
          const rows = labels.subarray(block.start, block.start + block.count);
          if (!second) {
            layer.addFirst(block.values, dimensionOf(source), rows, block.count);
            continue;
          }
          const chosen =
            penultimate && classifier ? decide(block.values, block.count, classifier, classes, dimension) : undefined;
          if (chosen) for (let row = 0; row < block.count; row++) if (chosen[row] === rows[row]) correct++;
          layer.addSecond(block.values, rows, block.count, chosen);
        }
        if (!second) {
          const bad = layer.nonFinite;
          if (bad) {
            throw new Fault(
              'E_NOT_FINITE',
              `${path.basename(source.file.path)}: ${source.info.name} is not finite (NaN or infinity) for sample ${bad.row}; save the activations again.`,
            );
          }
          layer.finishFirst();
        }
      }
      if (penultimate && classifier) facts.accuracy = shareCorrect(correct, samplesWithClass(labels));
    }
    const reports = layers.map((layer, index) => layer.finish(index + 1, facts));
    const top = reports.at(-1);
    return {
      path: planned.path,
      ...(planned.epoch === undefined ? {} : { epoch: planned.epoch }),
      split: 'train',
      samples: samplesWithClass(labels),
      classCounts: classCounts(labels, classes),
      provider: 'none',
      seconds: (performance.now() - started) / 1000,
      ...(activations.weight === undefined
        ? {}
        : {
            classifier: {
              weight: nameOf(activations.weight),
              ...(activations.bias === undefined ? {} : { bias: nameOf(activations.bias) }),
              dimension,
            },
          }),
      metrics: top?.metrics ?? {},
      notApplicable: top?.notApplicable ?? {},
      layers: reports,
      warnings: [...new Set([...plan.warnings, ...layers.flatMap((layer) => layer.warnings)])],
    };
  } finally {
    for (const { file } of sources) await file.close();
  }
}

async function openSource(reference: ArrayReference, pooling: Plan['pooling']): Promise<Source> {
  const { file, info } = await openArray(reference);
  const asked = typeof pooling === 'string' ? pooling : (pooling[info.name] ?? pooling[reference] ?? 'auto');
  return { file, info, pooling: asked === 'auto' ? 'flatten' : asked };
}

async function openArray(reference: ArrayReference): Promise<{ file: ArrayFile; info: ArrayInfo }> {
  const parsed = parseReference(reference);
  const file = await openArrays(parsed.file);
  try {
    return { file, info: findArray(file, parsed.array) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** d: length of the vector that the pooling makes of a saved row. */
function dimensionOf({ info, pooling }: Source): number {
  return pooledDimension(info.shape, pooling);
}

function pooled(block: RowBlock, { info, pooling }: Source): RowBlock {
  if (pooling === 'flatten' || info.shape.length < 3) return block;
  const length = block.count * rowLength(info);
  const { values } = pool(
    { dims: [block.count, ...info.shape.slice(1)], values: block.values.subarray(0, length) },
    pooling,
  );
  return { ...block, values };
}

function withoutPrefix(name: string, prefix: string | undefined): string {
  return prefix !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function rowsPerBlock(info: ArrayInfo): number {
  return Math.max(1, Math.min(4096, Math.floor(BLOCK_BYTES / 8 / Math.max(1, rowLength(info)))));
}

function blocks({ info }: Source): number {
  return Math.ceil((info.shape[0] ?? 0) / rowsPerBlock(info));
}

function blocksOf({ file, info }: Source): ReturnType<ArrayFile['rows']> {
  return file.rows(info.name, { rows: rowsPerBlock(info), as: 'float64' });
}

/** The rows used, packed together; `start` then counts used rows. */
async function* usedRows(
  blocks: AsyncIterable<RowBlock>,
  length: number,
  used: Int32Array | undefined,
): AsyncGenerator<RowBlock> {
  if (!used) {
    yield* blocks;
    return;
  }
  let next = 0;
  for await (const { start, count, values } of blocks) {
    const first = next;
    while (next < used.length && used[next]! < start + count) {
      const row = used[next]! - start;
      // Moves rows towards the front only, so none is overwritten before it was read.
      values.copyWithin((next - first) * length, row * length, (row + 1) * length);
      next++;
    }
    if (next > first) yield { start: first, count: next - first, values };
  }
}

async function readClassifier(
  weight: ArrayReference,
  bias: ArrayReference | undefined,
  classes: number,
  dimension: number,
): Promise<Classifier> {
  const matrix = await readWhole(weight);
  const [rows, columns] = matrix.info.shape;
  const fits = rows === classes && columns === dimension;
  const transposed = rows === dimension && columns === classes && !fits;
  if (!fits && !transposed) {
    throw new Fault(
      'E_CLASSES',
      `${nameOf(weight)} has shape ${matrix.info.shape.join('×')}, but ${classes} classes and features of length ${dimension} need ${classes}×${dimension}; name the right array in neural-collapse.json.`,
    );
  }
  const values = new Float64Array(classes * dimension);
  for (let k = 0; k < classes; k++) {
    for (let j = 0; j < dimension; j++)
      values[k * dimension + j] = matrix.values[transposed ? j * classes + k : k * dimension + j]!;
  }
  if (bias === undefined) return { weight: values };
  const offsets = await readWhole(bias);
  if (offsets.values.length !== classes) {
    throw new Fault(
      'E_CLASSES',
      `${nameOf(bias)} has ${offsets.values.length} values, but there are ${classes} classes; name the right array in neural-collapse.json.`,
    );
  }
  return { weight: values, bias: Float64Array.from(offsets.values) };
}

async function readWhole(reference: ArrayReference): Promise<{ info: ArrayInfo; values: Float32Array | Float64Array }> {
  const { file, info } = await openArray(reference);
  try {
    return { info, values: await collect(file, info.name, 'float64') };
  } finally {
    await file.close();
  }
}

/** argmax_k ⟨w_k, h⟩ + b_k per row; ties go to the smaller class. */
function decide(
  values: Float32Array | Float64Array,
  count: number,
  classifier: Classifier,
  classes: number,
  dimension: number,
): Int32Array {
  const out = new Int32Array(count);
  const { weight, bias } = classifier;
  for (let row = 0; row < count; row++) {
    let best = -Infinity;
    for (let k = 0; k < classes; k++) {
      let score = bias?.[k] ?? 0;
      for (let j = 0, h = row * dimension, w = k * dimension; j < dimension; j++) score += weight[w++]! * values[h++]!;
      if (score > best) {
        best = score;
        out[row] = k;
      }
    }
  }
  return out;
}

function nameOf(reference: ArrayReference): string {
  const { file, array } = parseReference(reference);
  return array ?? path.basename(file);
}
