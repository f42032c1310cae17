/** What a measure is: its words, its formula, its limit, its source, and the pure function that computes it. */
import type { ClassStatistics, NearestCentreShares } from '../statistics/class-statistics';

export type { NearestCentreShares } from '../statistics/class-statistics';

/** Charts that belong together in the panel (the figures of papyan2020 first). */
export type MetricFamily =
  | 'variability'
  | 'equinorm'
  | 'equiangularity'
  | 'maximalAngle'
  | 'selfDuality'
  | 'nearestCentre'
  | 'accuracy'
  | 'rank';

/** W (K×d row-major) and, where the head has one, b (K). */
export interface Classifier {
  weight: Float64Array;
  bias?: Float64Array;
}

/** Everything a metric at one layer may ask for. What is absent makes a metric not applicable, with a reason. */
export interface MetricInput {
  statistics: ClassStatistics;
  role: 'hidden' | 'penultimate';
  classifier?: Classifier;
  /** Why there is no classifier, in words. */
  noClassifier?: string;
  nearestCentre?: NearestCentreShares;
  /** Share correct by the network. */
  accuracy?: number;
  test?: { nearestCentre?: NearestCentreShares; accuracy?: number };
}

export type MetricResult = number | { notApplicable: string };

export interface Metric {
  /** Key in the report. */
  id: string;
  /** Short name for people; never a bare "NC3". */
  name: string;
  /** One or two plain sentences: what it measures and how to read it. */
  plain: string;
  /** Formula in LaTeX (KaTeX). */
  formula: string;
  /** Value at perfect collapse, as a function of the number of classes; undefined where there is none. */
  limit?: (classes: number) => number;
  /** The limit in words where a number alone would mislead. */
  limitText?: string;
  range: string;
  /** Axis that fits. */
  scale: 'log' | 'linear';
  family: MetricFamily;
  /** Paper keys, the source first. */
  papers: readonly [string, ...string[]];
  /** Measured at every layer, or only at the penultimate layer and its classifier. */
  where: 'everyLayer' | 'penultimate';
  /** A share shown in per cent. */
  percent?: boolean;
  compute: (input: MetricInput) => MetricResult;
}

export function notApplicable(reason: string): { notApplicable: string } {
  return { notApplicable: reason };
}
