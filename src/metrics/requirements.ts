/** What a metric needs before it can be computed, each lack as a reason that a person understands. */
import { presentClasses, type ClassStatistics } from '../statistics/class-statistics';
import { tooCostlySpan } from '../statistics/mean-span';
import { WIDEST } from '../statistics/within-covariance';
import type { MetricInput } from './metric';

/** Differences of class means below this share of the means' size are rounding, not geometry. */
const ROUNDING = 16 * Number.EPSILON;

/** V of an equinorm or equiangularity metric: `rows`×`dimension`, with the norm of each row. */
export interface Vectors {
  rows: number;
  dimension: number;
  values: Float64Array;
  norms: Float64Array;
}

export type VectorsOrReason = Vectors | { notApplicable: string };

/** Why between-class geometry is undefined here: fewer than two classes, or all class means equal. */
export function lacksSpread(statistics: ClassStatistics): string | undefined {
  if (statistics.classes < 2) return 'there is only one class, and the measure compares classes';
  const present = presentClasses(statistics);
  if (present < 2) return 'fewer than two classes have samples';
  if (!Number.isFinite(statistics.traceBetween)) return 'some features are NaN, infinite or too large';
  let squares = 0;
  for (const value of statistics.means) squares += value * value;
  const floor = ROUNDING * ROUNDING * (squares / present);
  return statistics.traceBetween > floor ? undefined : 'all class means are equal';
}

/** Why there is nothing within a class to measure: one sample a class. */
export function lacksRepeats({ counts }: ClassStatistics): string | undefined {
  return counts.some((count) => count > 1) ? undefined : 'no class has more than one sample';
}

/** Why the span of the class means was not analysed, though the means have one. */
export function lacksSpan({ classes, dimension }: ClassStatistics): string {
  return tooCostlySpan(classes, dimension) ?? 'the span of the class means was not analysed at this layer';
}

/** Why Σ_W is not there as a matrix. */
export function lacksWithin({ dimension }: ClassStatistics): string {
  return dimension > WIDEST
    ? `the layer has ${dimension} features, and the within-class covariance is formed for at most ${WIDEST}`
    : 'the within-class covariance was not gathered at this layer';
}

/** The centred class means of the classes that have samples, none of them zero. */
export function centredMeans(input: MetricInput): VectorsOrReason {
  const { statistics } = input;
  const lack = lacksSpread(statistics);
  if (lack) return { notApplicable: lack };
  const { classes, dimension } = statistics;
  const values = new Float64Array(presentClasses(statistics) * dimension);
  const rowClass: number[] = [];
  for (let c = 0; c < classes; c++) {
    if (statistics.counts[c] === 0) continue;
    values.set(statistics.centredMeans.subarray(c * dimension, (c + 1) * dimension), rowClass.length * dimension);
    rowClass.push(c);
  }
  const vectors = withNorms(rowClass.length, dimension, values);
  const uncentred = withNorms(classes, dimension, statistics.means).norms;
  const floor = ROUNDING * largest(uncentred);
  const zero = vectors.norms.findIndex((norm) => norm <= floor);
  if (zero >= 0) return { notApplicable: `the mean of class ${rowClass[zero]} lies at the centre of all class means` };
  return vectors;
}

/** The rows of the classifier, none of them zero. */
export function classifierRows(input: MetricInput): VectorsOrReason {
  const { classes, dimension } = input.statistics;
  const lack = lacksClassifier(input);
  if (lack) return { notApplicable: lack };
  if (classes < 2) return { notApplicable: 'there is only one class, and the measure compares classes' };
  const vectors = withNorms(classes, dimension, input.classifier!.weight);
  const zero = vectors.norms.indexOf(0);
  if (zero >= 0) return { notApplicable: `the classifier's row of class ${zero} is zero` };
  return vectors;
}

/** Why W is missing or does not fit these features. */
export function lacksClassifier(input: MetricInput): string | undefined {
  const { classes, dimension } = input.statistics;
  if (!input.classifier) return input.noClassifier ?? 'no linear classifier was found';
  if (input.classifier.weight.length === classes * dimension) return undefined;
  return (
    `the classifier has ${input.classifier.weight.length} weights, ` +
    `but ${classes} classes and ${dimension} features ask for ${classes * dimension}`
  );
}

function withNorms(rows: number, dimension: number, values: Float64Array): Vectors {
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let squares = 0;
    for (let j = row * dimension; j < (row + 1) * dimension; j++) squares += values[j]! * values[j]!;
    norms[row] = Math.sqrt(squares);
  }
  return { rows, dimension, values, norms };
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
