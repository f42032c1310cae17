/** What the figures are: one per metric family, with its title, its axes, and the runs it matters in. */
import { families, familyTitles } from '../../src/metrics/family-titles';
import type { Metric, MetricFamily } from '../../src/metrics/metric';
import { metrics } from '../../src/metrics/registry';
import type { Report } from '../../src/protocol/report';

/** Metrics can share an axis only if they are of one kind: shares, bounded or unbounded numbers, linear or in decades. */
export type AxisKind = 'share' | 'linear' | 'log' | 'linear-unbounded' | 'log-unbounded';

export interface Family {
  id: MetricFamily;
  title: string;
  /** Title of the y axis by its kind. */
  axis: Partial<Record<AxisKind, string>>;
  /** Shown as a placeholder while the first checkpoint is measured. */
  expected: boolean;
  /** Whether its papers are about a run like this; absent: about no special kind of run. */
  fits?: (report: Report) => boolean;
  /** About progress from layer to layer: of interest in every run of several layers, after what is special to the run. */
  comesWithDepth?: boolean;
}

type Details = Pick<Family, 'axis' | 'fits' | 'comesWithDepth'>;

const RATIO = { log: 'within / between', 'log-unbounded': 'within / between', 'linear-unbounded': 'within / between' };
const NORMS = { log: 'std / mean of norms', linear: 'std / mean of norms', 'log-unbounded': 'std / mean of norms' };
const SQUARED = { log: 'squared distance', linear: 'squared distance', 'log-unbounded': 'squared distance' };
const DISTANCE = { log: 'distance', linear: 'distance', 'log-unbounded': 'distance', 'linear-unbounded': 'distance' };
const DEPARTURE = { log: 'departure from collapse', 'log-unbounded': 'departure from collapse' };
const RELATIVE = {
  log: 'relative distance',
  linear: 'relative distance',
  'log-unbounded': 'relative distance',
  'linear-unbounded': 'relative distance',
};

const DETAILS: Readonly<Record<MetricFamily, Details>> = {
  variability: { axis: RATIO },
  equinorm: { axis: NORMS },
  equiangularity: { axis: { log: 'std of cosines', linear: 'cosine' } },
  maximalAngle: { axis: { log: 'mean |cos + 1/(K−1)|', linear: 'cosine' } },
  selfDuality: { axis: SQUARED },
  nearestCentre: { axis: { share: 'disagreement (%)' } },
  accuracy: { axis: { share: 'correct (%)' } },
  rank: { axis: { 'log-unbounded': 'ratio', 'linear-unbounded': 'directions', linear: 'directions' } },
  frame: { axis: DISTANCE, fits: isSquaredLoss },
  biasResidual: { axis: { 'log-unbounded': '‖b + W μ‖', 'linear-unbounded': '‖b + W μ‖' } },
  imbalance: {
    axis: {
      share: 'correct (%)',
      linear: 'cosine',
      log: 'spread',
      'log-unbounded': 'mean squared norm',
      'linear-unbounded': 'ratio',
    },
    fits: isImbalanced,
  },
  multilabel: { axis: { linear: 'ratio', log: 'ratio', 'linear-unbounded': 'ratio' }, fits: always },
  manyClasses: { axis: { ...DISTANCE, ...DEPARTURE }, fits: hasManyClasses },
  strongCollapse: { axis: RELATIVE, fits: isSquaredLoss },
  labelNoise: { axis: RELATIVE, fits: hasWrongLabels },
  calibration: { axis: { share: 'error (%)', linear: 'error', log: 'error' }, fits: isSmoothed },
  margin: {
    axis: { 'linear-unbounded': 'margin', linear: 'margin', 'log-unbounded': 'margin', log: 'margin' },
    fits: isUnregularised,
  },
  sphere: { axis: { ...DEPARTURE, 'linear-unbounded': 'energy' } },
  logits: { axis: DEPARTURE },
  centralPath: { axis: { 'log-unbounded': 'loss or distance', log: 'distance' }, fits: isSquaredLoss },
  interpolation: { axis: { linear: 'output', log: 'deviation' }, fits: isSquaredLoss },
  separation: {
    axis: { 'log-unbounded': 'within / between', linear: 'fit or overlap', log: 'factor by layer' },
    comesWithDepth: true,
  },
  depth: { axis: { 'linear-unbounded': 'layer', linear: 'layer' }, comesWithDepth: true },
  drift: { axis: { 'log-unbounded': 'change', log: 'change', linear: 'change' } },
  continual: {
    axis: { ...RATIO, ...SQUARED, log: 'departure from collapse', share: 'correct (%)' },
    fits: always,
  },
  outOfDistribution: { axis: { linear: 'cosine', share: 'told apart (%)' }, fits: always },
};

/** Where a paper's subject is there whenever its metrics have values: they ask for data that other runs lack. */
function always(): boolean {
  return true;
}

/** The largest class has at least twice the samples of the smallest. */
function isImbalanced({ checkpoints }: Report): boolean {
  const counts = (checkpoints.at(-1)?.classCounts ?? []).filter((count) => count > 0);
  return counts.length > 1 && Math.max(...counts) >= 2 * Math.min(...counts);
}

function hasManyClasses({ run, checkpoints }: Report): boolean {
  const dimension = checkpoints.at(-1)?.layers.at(-1)?.dimension;
  return dimension !== undefined && run.classes > dimension + 1;
}

function isSquaredLoss({ run }: Report): boolean {
  return run.loss === 'mse';
}

/** Dilation has values wherever there is test data, but is about runs whose labels are noisy. */
function hasWrongLabels({ run }: Report): boolean {
  return run.labelNoise !== undefined;
}

function isSmoothed(report: Report): boolean {
  return report.run.loss === 'label-smoothing' || hasWrongLabels(report);
}

function isUnregularised({ run }: Report): boolean {
  return run.weightDecay === 0;
}

/** The paper whose four properties every panel shows. */
const SOURCE = 'papyan2020';

/** Whether a metric is one of the four properties' own. */
export function isProperty({ papers, family }: Metric): boolean {
  return papers[0] === SOURCE && family !== 'continual';
}

export const FAMILIES: readonly Family[] = families.map((id) => ({
  id,
  title: familyTitles[id],
  ...DETAILS[id],
  expected: metrics.some((metric) => metric.family === id && isProperty(metric)),
}));

/** The metrics of a family, in the registry's order. */
export function membersOf(family: MetricFamily): Metric[] {
  return metrics.filter((metric) => metric.family === family);
}

export function axisKind({ percent, scale, range }: Metric): AxisKind {
  if (percent) return 'share';
  return /∞[\])]$/.test(range) ? `${scale}-unbounded` : scale;
}
