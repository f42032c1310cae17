/** What the figures are: one per metric family, with its title, its axes, and the runs it matters in. */
import { families, familyTitles } from '../../src/metrics/family-titles';
import type { Metric, MetricFamily } from '../../src/metrics/metric';
import { metrics } from '../../src/metrics/registry';
import type { Report } from '../../src/protocol/report';
import { t } from '../words';

/** Metrics can share an axis only if they are of one kind: shares, bounded or unbounded numbers, linear or in decades. */
export type AxisKind = 'share' | 'linear' | 'log' | 'linear-unbounded' | 'log-unbounded';

type Axes = Partial<Record<AxisKind, string>>;

export interface Family {
  id: MetricFamily;
  title: string;
  /** Title of the y axis by its kind. */
  axis: () => Axes;
  /** Shown as a placeholder while the first checkpoint is measured. */
  expected: boolean;
  /** Whether its papers are about a run like this; absent: about no special kind of run. */
  fits?: (report: Report) => boolean;
  /** About progress from layer to layer: of interest in every run of several layers, after what is special to the run. */
  comesWithDepth?: boolean;
}

type Details = Pick<Family, 'axis' | 'fits' | 'comesWithDepth'>;

// Functions, for the page's words come later than this module.
const ratio = (): Axes => ({
  log: t('within / between'),
  'log-unbounded': t('within / between'),
  'linear-unbounded': t('within / between'),
});
const norms = (): Axes => ({
  log: t('std / mean of norms'),
  linear: t('std / mean of norms'),
  'log-unbounded': t('std / mean of norms'),
});
const squared = (): Axes => ({
  log: t('squared distance'),
  linear: t('squared distance'),
  'log-unbounded': t('squared distance'),
});
const distance = (): Axes => ({
  log: t('distance'),
  linear: t('distance'),
  'log-unbounded': t('distance'),
  'linear-unbounded': t('distance'),
});
const departure = (): Axes => ({ log: t('departure from collapse'), 'log-unbounded': t('departure from collapse') });
const relative = (): Axes => ({
  log: t('relative distance'),
  linear: t('relative distance'),
  'log-unbounded': t('relative distance'),
  'linear-unbounded': t('relative distance'),
});

const DETAILS: Readonly<Record<MetricFamily, Details>> = {
  variability: { axis: ratio },
  equinorm: { axis: norms },
  equiangularity: { axis: () => ({ log: t('std of cosines'), linear: t('cosine') }) },
  maximalAngle: { axis: () => ({ log: t('mean |cos + 1/(K−1)|'), linear: t('cosine') }) },
  selfDuality: { axis: squared },
  nearestCentre: { axis: () => ({ share: t('disagreement (%)') }) },
  accuracy: { axis: () => ({ share: t('correct (%)') }) },
  rank: { axis: () => ({ 'log-unbounded': t('ratio'), 'linear-unbounded': t('directions'), linear: t('directions') }) },
  frame: { axis: distance, fits: isSquaredLoss },
  biasResidual: { axis: () => ({ 'log-unbounded': '‖b + W μ‖', 'linear-unbounded': '‖b + W μ‖' }) },
  imbalance: {
    axis: () => ({
      share: t('correct (%)'),
      linear: t('cosine'),
      log: t('spread'),
      'log-unbounded': t('mean squared norm'),
      'linear-unbounded': t('ratio'),
    }),
    fits: isImbalanced,
  },
  multilabel: { axis: () => ({ linear: t('ratio'), log: t('ratio'), 'linear-unbounded': t('ratio') }), fits: always },
  manyClasses: { axis: () => ({ ...distance(), ...departure() }), fits: hasManyClasses },
  strongCollapse: { axis: relative, fits: isSquaredLoss },
  labelNoise: { axis: relative, fits: hasWrongLabels },
  calibration: { axis: () => ({ share: t('error (%)'), linear: t('error'), log: t('error') }), fits: isSmoothed },
  margin: {
    axis: () => ({
      'linear-unbounded': t('margin'),
      linear: t('margin'),
      'log-unbounded': t('margin'),
      log: t('margin'),
    }),
    fits: isUnregularised,
  },
  sphere: { axis: () => ({ ...departure(), 'linear-unbounded': t('energy') }) },
  logits: { axis: departure },
  centralPath: { axis: () => ({ 'log-unbounded': t('loss or distance'), log: t('distance') }), fits: isSquaredLoss },
  interpolation: { axis: () => ({ linear: t('output'), log: t('deviation') }), fits: isSquaredLoss },
  separation: {
    axis: () => ({ 'log-unbounded': t('within / between'), linear: t('fit or overlap'), log: t('factor by layer') }),
    comesWithDepth: true,
  },
  depth: { axis: () => ({ 'linear-unbounded': t('layer'), linear: t('layer') }), comesWithDepth: true },
  drift: { axis: () => ({ 'log-unbounded': t('change'), log: t('change'), linear: t('change') }) },
  continual: {
    axis: () => ({ ...ratio(), ...squared(), log: t('departure from collapse'), share: t('correct (%)') }),
    fits: always,
  },
  outOfDistribution: { axis: () => ({ linear: t('cosine'), share: t('told apart (%)') }), fits: always },
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
