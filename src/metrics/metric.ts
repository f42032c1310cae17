/** What a measure is: its words, its formula, its limit, its source, and the pure function that computes it. */
import type { ClassStatistics, NearestCentreShares } from '../statistics/class-statistics';
import type { LogitStatistics } from '../statistics/logit-statistics';
import type { NoiseStatistics } from '../statistics/noise-statistics';
import type { TagStatistics } from '../statistics/tag-statistics';
import type { UnitFeatures } from '../statistics/unit-features';
import type { WithinCovariance } from '../statistics/within-covariance';

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
  | 'rank'
  | 'frame'
  | 'biasResidual'
  | 'imbalance'
  | 'multilabel'
  | 'manyClasses'
  | 'strongCollapse'
  | 'labelNoise'
  | 'calibration'
  | 'margin'
  | 'sphere'
  | 'logits'
  | 'centralPath'
  | 'interpolation'
  | 'separation'
  | 'depth'
  | 'drift'
  | 'continual'
  | 'outOfDistribution';

/**
 * What a metric needs beside the class statistics of its layer; gathered only where a metric asks for it:
 * `classifier` (W and b), `decisions` (the class the network chose for each sample), `span` (variance along the class
 * means' span), `withinSpan` (Σ_W on that span as a matrix), `nearestCentre`, `unit` (unit features), `logits`, `within`
 * (Σ_W as a matrix), `tags` (multi-hot labels), `noise` (clean labels), `test` (held-out data), `next` (the linear layer
 * behind this one), `network` (norms of all linear layers), `ood` (out-of-distribution samples).
 */
export type Need =
  | 'classifier'
  | 'decisions'
  | 'span'
  | 'withinSpan'
  | 'nearestCentre'
  | 'unit'
  | 'logits'
  | 'within'
  | 'tags'
  | 'noise'
  | 'test'
  | 'next'
  | 'network'
  | 'ood';

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
  /** Held-out data: against the training class means, and (where it was asked for) statistics of its own. */
  test?: { nearestCentre?: NearestCentreShares; accuracy?: number; statistics?: ClassStatistics };
  /** What is known of the training. */
  training?: TrainingFacts;
  unit?: UnitFeatures;
  logits?: LogitStatistics;
  /** Absent where the layer is too wide. */
  within?: WithinCovariance;
  tags?: TagStatistics;
  noise?: NoiseStatistics;
  /** Weight (rows×d, row-major) of the linear layer that takes these features; the classifier's at the last layer. */
  next?: { rows: number; weight: Float64Array };
  /** Frobenius norms of the network's linear layers, or why they are not known. */
  network?: { norms: readonly number[] } | { unknown: string };
  ood?: OutOfDistribution;
}

/** From the manifest. */
export interface TrainingFacts {
  loss?: 'ce' | 'label-smoothing' | 'focal' | 'mse' | 'pick-all-labels';
  weightDecay?: number;
  /** Classes named as the minority; without it those with less than half the largest count. */
  minority?: readonly number[];
  /** Where classes are learned task by task: those of earlier tasks, and those of the task being learned. */
  tasks?: TaskClasses;
}

export interface TaskClasses {
  /** Empty while the first task is learned. */
  old: readonly number[];
  now: readonly number[];
}

/** Features of samples of no class. */
export interface OutOfDistribution {
  samples: number;
  /** μ_OOD, length d. */
  mean: Float64Array;
  /** Area under the ROC curve of the score that tells known from unknown samples, in [0, 1]. */
  auroc: number;
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
  /**
   * Measured at every layer, or only at the penultimate layer and its classifier; `acrossLayers` is computed from all
   * layers of a checkpoint, `acrossEpochs` from one checkpoint and the one before.
   */
  where: 'everyLayer' | 'penultimate' | 'acrossLayers' | 'acrossEpochs';
  /** What it needs beside class statistics: a run gathers what its metrics name here, and nothing else. */
  needs?: readonly Need[];
  /** A share shown in per cent. */
  percent?: boolean;
  /** For `everyLayer` and `penultimate`. */
  compute: (input: MetricInput) => MetricResult;
  /**
   * Whether it belongs in this run at all (default: it does). A metric that does not belong
   * (multi-label measures of a run with one label a sample) is left out of the report rather than listed as lacking.
   */
  belongs?: (input: MetricInput) => boolean;
  /** The kind of runs it belongs to, in words; there where `belongs` is. */
  runs?: string;
}

/** The metrics of one layer, as measures across layers see them. */
export interface LayerValues {
  depth: number;
  dimension: number;
  role: 'hidden' | 'penultimate';
  metrics: Readonly<Record<string, number>>;
}

/** A metric of a whole checkpoint, from its layers in depth order. */
export interface AcrossLayersMetric extends Metric {
  where: 'acrossLayers';
  /** Ids of the metrics of the layers that it is computed from. */
  from: readonly string[];
  across: (layers: readonly LayerValues[]) => MetricResult;
}

export function notApplicable(reason: string): { notApplicable: string } {
  return { notApplicable: reason };
}
