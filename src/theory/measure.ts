/** The product's own metrics of features, labels and classifier that an experiment made. */
import type { MetricInput, TrainingFacts } from '../metrics/metric';
import { measureAll } from '../metrics/registry';
import type { Measured } from '../protocol/report';
import { ClassMoments } from '../statistics/class-moments';
import { CovarianceSums } from '../statistics/covariance-sums';
import { CleanMoments, NoiseDistances } from '../statistics/label-noise-passes';
import { LogitMoments } from '../statistics/logit-moments';
import { analyseSpan } from '../statistics/mean-span';
import { SecondPass } from '../statistics/second-pass';
import { TagMoments } from '../statistics/tag-moments';
import { TagSets, type Tags } from '../statistics/tag-sets';
import { TagVariance } from '../statistics/tag-variance';
import { UnitMoments, unitRows } from '../statistics/unit-moments';

export interface Representation {
  classes: number;
  dimension: number;
  /** N×d. */
  features: Float64Array;
  labels: Int32Array;
  /** True class of each sample where labels may be wrong. */
  truth?: Int32Array;
  /** K×d. */
  weight?: Float64Array;
  bias?: Float64Array;
  /** N×K; where the network has any. */
  logits?: Float64Array;
  /** Samples with any number of classes, for the multi-label measures; features N'×d. */
  tagged?: { features: Float64Array; tags: Tags };
}

/**
 * @param ids only these metrics; all that apply where it is left out
 * @param training loss and weight decay, for what depends on them
 */
export function measure(
  { classes, dimension, features, labels, truth, weight, bias, logits, tagged }: Representation,
  ids?: readonly string[],
  training: TrainingFacts = {},
): Measured {
  const samples = labels.length;
  const moments = new ClassMoments(classes, dimension);
  moments.add(features, labels, samples);
  const statistics = moments.finish();
  const pass = new SecondPass(statistics, { span: analyseSpan(statistics), withinMatrix: true });
  const covariance = new CovarianceSums(statistics);
  covariance.add(features, labels, samples);
  const chosen = logits && decide(logits, samples, classes);
  pass.add(features, labels, samples, chosen);
  const { span, nearestCentre } = pass.finish();
  const input: MetricInput = {
    statistics: span ? { ...statistics, span } : statistics,
    role: 'penultimate',
    nearestCentre,
    within: covariance.finish(),
    training,
    unit: unitFeatures(classes, dimension, features, labels),
    ...(tagged ? { tags: tagStatistics(classes, dimension, tagged) } : {}),
    ...(weight ? { classifier: bias ? { weight, bias } : { weight }, next: { rows: classes, weight } } : {}),
  };
  if (truth) {
    const clean = new CleanMoments(classes, dimension);
    clean.add(features, labels, truth, samples);
    const distances = new NoiseDistances(clean.finish());
    distances.add(features, labels, truth, samples);
    input.noise = distances.finish();
  }
  if (logits && chosen) {
    const sums = new LogitMoments(classes);
    sums.add(logits, labels, samples);
    input.logits = sums.finish();
    input.accuracy = chosen.filter((c, i) => c === labels[i]).length / samples;
  }
  return measureAll(input, ids && (({ id }) => ids.includes(id)));
}

/** One metric. @throws RangeError with the reason where it does not apply */
export function measureOne(representation: Representation, id: string, training?: TrainingFacts): number {
  const { metrics, notApplicable } = measure(representation, [id], training);
  const value = metrics[id];
  if (value === undefined) throw new RangeError(`${id}: ${notApplicable?.[id] ?? 'there is no such metric'}`);
  return value;
}

function decide(logits: Float64Array, samples: number, classes: number): Int32Array {
  return Int32Array.from({ length: samples }, (_, i) => {
    let best = 0;
    for (let c = 1; c < classes; c++) if (logits[i * classes + c]! > logits[i * classes + best]!) best = c;
    return best;
  });
}

function unitFeatures(classes: number, dimension: number, features: Float64Array, labels: Int32Array) {
  const moments = new UnitMoments(classes, dimension);
  moments.add(features, labels, labels.length);
  const found = moments.finish();
  if (found.statistics.samples === 0) return found;
  const span = analyseSpan(found.statistics);
  const pass = new SecondPass(found.statistics, { span });
  const unit = unitRows(features, labels, labels.length, dimension);
  pass.add(unit.values, unit.labels, unit.rows);
  const analysed = pass.finish().span;
  return analysed ? { ...found, statistics: { ...found.statistics, span: analysed } } : found;
}

function tagStatistics(classes: number, dimension: number, { features, tags }: NonNullable<Representation['tagged']>) {
  const sets = new TagSets(tags, classes, dimension);
  const rows = tags.starts.length - 1;
  const moments = new TagMoments(sets);
  moments.add(features, tags, rows);
  const variance = new TagVariance(sets, moments.finish());
  variance.add(features, tags, rows);
  return variance.finish();
}
