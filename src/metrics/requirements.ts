/** What a metric needs before it can be computed, each lack as a reason that a person understands. */
import { presentClasses, type ClassStatistics } from '../statistics/class-statistics';
import { tooCostlySpan } from '../statistics/mean-span';
import { WIDEST } from '../statistics/within-covariance';
import type { UnitFeatures } from '../statistics/unit-features';
import { presentMeans, rowNorms } from './class-means';
import type { MetricInput } from './metric';

/** Differences of class means below this share of the means' size are rounding, not geometry. */
const ROUNDING = 16 * Number.EPSILON;

const ONE_CLASS = 'there is only one class, and the measure compares classes';

/** V of an equinorm or equiangularity metric: `rows`×`dimension`, with the norm of each row. */
export interface Vectors {
  rows: number;
  dimension: number;
  values: Float64Array;
  norms: Float64Array;
}

export type VectorsOrReason = Vectors | { notApplicable: string };

/** Why nothing can be compared between classes: there are fewer than two with samples. */
export function lacksTwoClasses(statistics: ClassStatistics): string | undefined {
  if (statistics.classes < 2) return ONE_CLASS;
  return presentClasses(statistics) < 2 ? 'fewer than two classes have samples' : undefined;
}

/** Why between-class geometry is undefined here: fewer than two classes, or all class means equal. */
export function lacksSpread(statistics: ClassStatistics): string | undefined {
  const lack = lacksTwoClasses(statistics);
  if (lack) return lack;
  if (!Number.isFinite(statistics.traceBetween)) return 'some features are NaN, infinite or too large';
  let squares = 0;
  for (const value of statistics.means) squares += value * value;
  const floor = ROUNDING * ROUNDING * (squares / presentClasses(statistics));
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
export function centredMeans({ statistics }: { statistics: ClassStatistics }): VectorsOrReason {
  const lack = lacksSpread(statistics);
  if (lack) return { notApplicable: lack };
  const { rows, dimension, classOf, centred, norms: uncentred } = presentMeans(statistics);
  const norms = rowNorms(centred, rows, dimension);
  const floor = ROUNDING * largest(uncentred);
  const zero = norms.findIndex((norm) => norm <= floor);
  if (zero >= 0) return { notApplicable: `the mean of class ${classOf[zero]} lies at the centre of all class means` };
  return { rows, dimension, values: centred, norms };
}

/** The class means of the classes that have samples, as they are, none of them zero. */
export function uncentredMeans(statistics: ClassStatistics): VectorsOrReason {
  const lack = lacksTwoClasses(statistics);
  if (lack) return { notApplicable: lack };
  const { rows, dimension, classOf, means, norms } = presentMeans(statistics);
  const zero = norms.indexOf(0);
  if (zero >= 0) return { notApplicable: `the mean of class ${classOf[zero]} is zero` };
  return { rows, dimension, values: means, norms };
}

/** Why measures of features scaled to unit length are undefined here. */
export function lacksUnit(unit: UnitFeatures | undefined): string | undefined {
  if (!unit) return 'the features scaled to unit length were not gathered';
  return unit.statistics.samples === 0 ? 'all features are zero, and a zero vector has no direction' : undefined;
}

/** The rows of the classifier, none of them zero. */
export function classifierRows(input: MetricInput): VectorsOrReason {
  const { classes, dimension } = input.statistics;
  const lack = lacksClassifier(input);
  if (lack) return { notApplicable: lack };
  if (classes < 2) return { notApplicable: ONE_CLASS };
  const values = input.classifier!.weight;
  const norms = rowNorms(values, classes, dimension);
  const zero = norms.indexOf(0);
  if (zero >= 0) return { notApplicable: `the classifier's row of class ${zero} is zero` };
  return { rows: classes, dimension, values, norms };
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

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
