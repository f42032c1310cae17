/** Saved features of one data set: every layer passed over once or twice, and what the classifier makes of the last. */
import path from 'node:path';
import type { Asked } from '../metrics/asked';
import type { Classifier, Metric } from '../metrics/metric';
import { Fault } from '../protocol/faults';
import type { BlockProduct } from '../statistics/covariance-sums';
import { logitsOf } from './activation-classifier';
import { dimensionOf, withoutPrefix, type Source } from './activation-source';
import { decisions } from './feature-pass';
import type { HeldOut } from './held-out';
import { LastLayer } from './last-layer';
import { LayerMeasurement, shareCorrect, type SecondBatch } from './measurement';
import { samplesWithClass } from './sample-facts';
import type { SavedFeatures } from './saved-features';

export interface MeasureSavedOptions {
  classes: number;
  classNames: readonly string[];
  asked: Asked;
  gram: BlockProduct;
  classifier?: Classifier;
  /** What is measured of such data; everything where it is left out. */
  there?: (metric: Metric) => boolean;
  /** Looks at the penultimate features on their way. */
  heldOut?: HeldOut;
  /** What the names of the arrays begin with, left out where layers are named. */
  prefix?: string | undefined;
}

export interface MeasuredSaved {
  /** In depth order, both passes done. */
  layers: LayerMeasurement[];
  /** Class that the classifier chose for each sample; absent where it was not asked for. */
  chosen?: Int32Array;
  accuracy?: number;
}

/** How many passes over a layer there will be, for progress. */
export function passesOf({ asked, classifier }: MeasureSavedOptions, layers: number): number {
  const hidden = asked.needsSecondPass('hidden') ? 2 : 1;
  const last = asked.needsSecondPass('penultimate') ? 2 : 1;
  return hidden * (layers - 1) + last + (needsDecisions(asked, classifier) ? 1 : 0);
}

function needsDecisions(asked: Asked, classifier: Classifier | undefined): boolean {
  return classifier !== undefined && asked.needs('decisions', 'penultimate');
}

/** @throws Fault E_NOT_FINITE, and of reading */
export async function measureSaved(saved: SavedFeatures, options: MeasureSavedOptions): Promise<MeasuredSaved> {
  const { classes, asked, classifier } = options;
  const { labels } = saved.facts;
  const chosen = classifier && needsDecisions(asked, classifier) ? await decide(saved, classifier, classes) : undefined;
  const layers: LayerMeasurement[] = [];
  for (const source of saved.sources) layers.push(await measureSource(saved, source, options, chosen));
  if (!chosen) return { layers };
  let correct = 0;
  for (let i = 0; i < labels.length; i++) if (chosen[i] === labels[i]) correct++;
  return { layers, chosen, accuracy: shareCorrect(correct, samplesWithClass(labels)) };
}

async function decide(saved: SavedFeatures, classifier: Classifier, classes: number): Promise<Int32Array> {
  const chosen = new Int32Array(saved.facts.labels.length);
  for await (const block of saved.read(saved.last)) {
    chosen.set(decisions(logitsOf(block, classifier, classes), block.count, classes), block.start);
  }
  return chosen;
}

async function measureSource(
  saved: SavedFeatures,
  source: Source,
  { classes, classNames, asked, gram, there, heldOut, classifier, prefix }: MeasureSavedOptions,
  chosen: Int32Array | undefined,
): Promise<LayerMeasurement> {
  const penultimate = source === saved.last;
  const { labels } = saved.facts;
  const layer = new LayerMeasurement(
    {
      tensor: path.basename(source.file.path) + '#' + source.info.name,
      name: withoutPrefix(source.info.name, prefix),
      role: penultimate ? 'penultimate' : 'hidden',
      pooling: source.pooling,
    },
    {
      classes,
      classNames,
      asked,
      gram,
      ...(there ? { there } : {}),
      ...(penultimate
        ? { last: new LastLayer(classes, saved.facts, asked, there === undefined && asked.everything) }
        : {}),
    },
  );
  const dimension = dimensionOf(source);
  const batchOf = (start: number, count: number, values: Float32Array | Float64Array): SecondBatch => {
    const rows = { start, count, values, dimension, labels: labels.subarray(start, start + count) };
    return chosen ? { ...rows, networkArgmax: chosen.subarray(start, start + count) } : rows;
  };
  const withLogits = penultimate && classifier && asked.needs('logits', 'penultimate') ? classifier : undefined;
  for await (const { start, count, values } of saved.read(source)) {
    const logits = withLogits ? { logits: logitsOf({ start, count, values }, withLogits, classes) } : {};
    const batch = batchOf(start, count, values);
    layer.addFirst({ ...batch, ...logits });
    if (penultimate) heldOut?.addFirst(batch);
  }
  const bad = layer.nonFinite;
  if (bad) {
    throw new Fault(
      'E_NOT_FINITE',
      `${path.basename(source.file.path)}: ${source.info.name} is not finite (NaN or infinity) for sample ${bad.row}; save the activations again.`,
    );
  }
  layer.finishFirst();
  if (penultimate) heldOut?.finishFirst();
  if (!layer.needsSecondPass && !(penultimate && heldOut)) return layer;
  for await (const { start, count, values } of saved.read(source)) {
    const batch = batchOf(start, count, values);
    await layer.addSecond(batch);
    if (penultimate) heldOut?.addSecond(batch);
  }
  return layer;
}
