/** The panel's figures in the order of papyan2020, one per metric family. What is in a family, the registry says. */
import type { Metric, MetricFamily } from '../../src/metrics/metric';
import { metrics } from '../../src/metrics/registry';

export interface Family {
  id: MetricFamily;
  title: string;
  /** Title of the y axis, with its unit where there is one. */
  axis: string;
  /** Shown as a placeholder while the first checkpoint is measured. */
  expected: boolean;
}

export const FAMILIES: readonly Family[] = [
  { id: 'variability', title: 'Within-class variability', axis: 'within / between', expected: true },
  { id: 'equinorm', title: 'Equal norms', axis: 'std / mean of norms', expected: true },
  { id: 'equiangularity', title: 'Equal angles', axis: 'std of cosines', expected: true },
  { id: 'maximalAngle', title: 'Maximal angle', axis: 'mean |cos + 1/(K−1)|', expected: true },
  { id: 'selfDuality', title: 'Self-duality', axis: 'squared distance', expected: true },
  { id: 'nearestCentre', title: 'Nearest class centre', axis: 'disagreement (%)', expected: true },
  { id: 'accuracy', title: 'Accuracy', axis: 'correct (%)', expected: true },
  { id: 'rank', title: 'Rank and conditioning', axis: 'ratio', expected: false },
  { id: 'imbalance', title: 'Rare and frequent classes', axis: 'correct (%)', expected: false },
  { id: 'multilabel', title: 'Several labels a sample', axis: 'ratio', expected: false },
  { id: 'labelNoise', title: 'Label noise', axis: 'relative distance', expected: false },
  { id: 'calibration', title: 'Calibration', axis: 'error', expected: false },
  { id: 'margin', title: 'Margins', axis: 'margin', expected: false },
  { id: 'logits', title: 'Simplex of the logits', axis: 'departure from collapse', expected: false },
  { id: 'interpolation', title: 'Quasi-interpolation', axis: 'output', expected: false },
  { id: 'outOfDistribution', title: 'Out-of-distribution samples', axis: 'cosine or AUROC', expected: false },
  { id: 'separation', title: 'Separation of the classes', axis: 'within / between', expected: false },
  { id: 'depth', title: 'Across layers', axis: 'value', expected: false },
  { id: 'centralPath', title: 'Squared loss and central path', axis: 'value', expected: false },
  { id: 'drift', title: 'Drift between checkpoints', axis: '1 − cos', expected: false },
  { id: 'frame', title: 'Distance from a frame', axis: 'distance', expected: false },
  { id: 'biasResidual', title: 'Bias residual', axis: '‖b + W μ‖', expected: false },
  { id: 'imbalance', title: 'Rare and frequent classes', axis: 'cosine or size', expected: false },
  { id: 'manyClasses', title: 'More classes than dimensions', axis: 'distance', expected: false },
  { id: 'strongCollapse', title: 'Strong collapse', axis: 'relative distance', expected: false },
  { id: 'sphere', title: 'On the unit sphere', axis: 'departure from collapse', expected: false },
  { id: 'separation', title: 'Separation of the classes', axis: 'within / between', expected: false },
];

/** The metrics of a figure, in the registry's order. */
export function membersOf(family: MetricFamily): Metric[] {
  return metrics.filter((metric) => metric.family === family);
}
