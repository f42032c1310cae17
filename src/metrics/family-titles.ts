/** What each family of metrics is called in figures, tables and pickers. */
import type { MetricFamily } from './metric';

/** In the order of the panel: the four properties first. */
export const familyTitles: Readonly<Record<MetricFamily, string>> = {
  variability: 'Within-class variability',
  equinorm: 'Equal norms',
  equiangularity: 'Equal angles',
  maximalAngle: 'Maximal angle',
  selfDuality: 'Self-duality',
  nearestCentre: 'Nearest class centre',
  accuracy: 'Accuracy',
  rank: 'Rank and conditioning',
  frame: 'Distance to simplex and orthogonal frames',
  biasResidual: 'Bias residual',
  imbalance: 'Majority and minority classes',
  multilabel: 'Samples with several labels',
  manyClasses: 'More classes than dimensions',
  strongCollapse: 'Strong collapse',
  labelNoise: 'Memorisation and dilation',
  calibration: 'Calibration',
  margin: 'Margin',
  sphere: 'Normalised features',
  logits: 'Geometry of the logits',
  centralPath: 'Squared loss and central path',
  interpolation: 'Quasi-interpolation',
  separation: 'Separation of the classes',
  depth: 'Depth',
  drift: 'Drift between epochs',
  continual: 'Old and new classes',
  outOfDistribution: 'Out-of-distribution samples',
};

/** Every family, in that order. */
export const families = Object.keys(familyTitles) as MetricFamily[];
