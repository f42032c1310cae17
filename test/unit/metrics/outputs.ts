/** Metric inputs with logits, label sets, clean labels, held-out and unknown data: what an engine feeds, in a few lines. */
import type { MetricInput } from '../../../src/metrics/metric';
import { ClassMoments } from '../../../src/statistics/class-moments';
import type { ClassStatistics } from '../../../src/statistics/class-statistics';
import { ClassSpanScores } from '../../../src/statistics/class-span-scores';
import { CleanMoments, NoiseDistances } from '../../../src/statistics/label-noise-passes';
import { LogitMoments } from '../../../src/statistics/logit-moments';
import { analyseSpan } from '../../../src/statistics/mean-span';
import { SpanVariance } from '../../../src/statistics/span-variance';
import { TagMoments } from '../../../src/statistics/tag-moments';
import { TagSets, type Tags } from '../../../src/statistics/tag-sets';
import type { TagStatistics } from '../../../src/statistics/tag-statistics';
import { TagVariance } from '../../../src/statistics/tag-variance';
import { matrix, metricInput, type Layer } from './layer';

/** W h + b, N×K. */
export function logitsOf({ classes: K, dimension: d, features, weight, bias }: Layer): Float64Array {
  return matrix(features.length / d, K, (i, k) => {
    let z = bias?.[k] ?? 0;
    for (let j = 0; j < d; j++) z += weight![k * d + j]! * features[i * d + j]!;
    return z;
  });
}

export function withLogits(layer: Layer, logits = logitsOf(layer)): MetricInput {
  const moments = new LogitMoments(layer.classes);
  moments.add(logits, layer.labels, layer.labels.length);
  return { ...metricInput(layer), logits: moments.finish() };
}

/** Both passes of class statistics, with span, variance and radius. */
export function fullStatistics({ classes, dimension, features, labels }: Layer): ClassStatistics {
  const moments = new ClassMoments(classes, dimension);
  moments.add(features, labels, labels.length);
  const statistics = moments.finish();
  const pass = new SpanVariance(statistics, analyseSpan(statistics));
  pass.add(features, labels, labels.length);
  return pass.finish();
}

/** A layer whose labels are partly wrong: mem.* of it, and dilation.* of its true classes. */
export function withNoise(layer: Layer, given: Int32Array): MetricInput {
  const { classes, dimension, features, labels: truth } = layer;
  const clean = new CleanMoments(classes, dimension);
  clean.add(features, given, truth, truth.length);
  const distances = new NoiseDistances(clean.finish());
  distances.add(features, given, truth, truth.length);
  const input = metricInput({ ...layer, labels: given });
  return { ...input, noise: distances.finish(), test: { statistics: fullStatistics(layer) } };
}

export function withUnknown(layer: Layer, unknown: Float64Array): MetricInput {
  const { dimension: d, features } = layer;
  const statistics = fullStatistics(layer);
  const scores = new ClassSpanScores(statistics, statistics.span!);
  scores.addKnown(features, features.length / d);
  scores.addUnknown(unknown, unknown.length / d);
  return { statistics, role: 'penultimate', ood: scores.finish() };
}

/** Samples with sets of classes. */
export interface TagLayer {
  classes: number;
  dimension: number;
  features: Float64Array;
  sets: readonly (readonly number[])[];
  logits?: Float64Array;
}

export function tagsOf(sets: readonly (readonly number[])[]): Tags {
  const starts = new Int32Array(sets.length + 1);
  sets.forEach((set, i) => (starts[i + 1] = starts[i]! + set.length));
  return { starts, indices: Int32Array.from(sets.flat()) };
}

export function tagStatistics({ classes, dimension, features, sets, logits }: TagLayer): TagStatistics {
  const tags = tagsOf(sets);
  const known = new TagSets(tags, classes, dimension);
  const first = new TagMoments(known);
  first.add(features, tags, sets.length, logits);
  const second = new TagVariance(known, first.finish());
  second.add(features, tags, sets.length);
  return second.finish();
}

/** Class statistics are of the samples with one class, as in the engine. */
export function withTags(layer: TagLayer): MetricInput {
  const { classes, dimension: d, features, sets } = layer;
  const alone = sets.flatMap((set, i) => (set.length === 1 ? [i] : []));
  const single: Layer = {
    classes,
    dimension: d,
    features: matrix(alone.length, d, (i, j) => features[alone[i]! * d + j]!),
    labels: Int32Array.from(alone, (i) => sets[i]![0]!),
  };
  return { statistics: fullStatistics(single), role: 'penultimate', tags: tagStatistics(layer) };
}

/** The portable vector for label sets: see make_outputs.py. */
export function portableTags(
  classes: number,
  d: number,
  eps: number,
  shift: number,
  sets: readonly (readonly number[])[],
  scales: readonly number[],
): TagLayer {
  const mean = (k: number, j: number) => Math.cos(k + 0.7 * (k + 1) * (j + 1));
  const features = matrix(sets.length, d, (i, j) => {
    const sum = sets[i]!.reduce((total, k) => total + mean(k, j), 0);
    return scales[i]! * sum + (shift * (j + 1)) / d + eps * Math.sin(1 + 3 * i + 7 * j);
  });
  const weight = matrix(classes, d, (k, j) => mean(k, j) + 0.1 * Math.sin(2 + 5 * k + j));
  const logits = logitsOf({ classes, dimension: d, features, labels: new Int32Array(0), weight });
  return { classes, dimension: d, features, sets, logits };
}

export function assertClose(actual: number | undefined, expected: number, relative: number, what: string): void {
  if (actual === undefined) throw new Error(`${what} is missing`);
  const error = Math.abs(actual - expected);
  if (!(error <= relative * Math.max(1e-3, Math.abs(expected)))) throw new Error(`${what}: ${actual} for ${expected}`);
}
