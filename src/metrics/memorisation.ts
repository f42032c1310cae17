/** Memorisation: how far the samples with a wrong label are drawn from their true class towards the wrong one. */
import type { NoiseStatistics } from '../statistics/noise-statistics';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';

const shared = {
  scale: 'linear',
  family: 'labelNoise',
  papers: ['nguyen2022'],
  where: 'penultimate',
  needs: ['noise'],
  runs: 'runs whose labels are partly wrong, with the clean labels beside them (cleanLabels)',
  belongs: ({ noise }: MetricInput) => noise !== undefined && noise.corrupted > 0,
} as const;

/**
 * Mean over the corrupted samples of ‖h_i − μ*_{true(i)}‖ over the mean distance between two μ*, the class means of the
 * clean training samples. 0 where nothing is memorised, range [0,∞). Source: nguyen2022.
 */
export const memorisation: Metric = {
  ...shared,
  id: 'mem.mean',
  name: 'Memorisation of wrong labels, mean',
  plain:
    'Mean distance of samples with a wrong label from the clean samples of their true class, in units of the distance between two classes. At 0 they lie where they belong; about 1 means that they lie a class away.',
  formula: String.raw`\frac{\mathrm{Avg}_{i:\,y_i\neq y_i^*}\,\lVert h_i-\mu^*_{y_i^*}\rVert}{\mathrm{Avg}_{c\neq c'}\,\lVert\mu^*_c-\mu^*_{c'}\rVert}`,
  limitText: '0 where no wrong label is memorised; about 1 where all are and the classes have collapsed',
  range: '[0, ∞)',
  compute: (input) => inSpreads(input, ({ distance }) => distance.mean),
};

/** The sum over all corrupted samples, as in the paper, in the same unit. Range [0,∞). Source: nguyen2022. */
export const totalMemorisation: Metric = {
  ...shared,
  id: 'mem.total',
  name: 'Memorisation of wrong labels, total',
  plain:
    'Sum, over all samples with a wrong label, of the distance from the clean samples of their true class, in units of the distance between two classes. It grows with the number of wrong labels.',
  formula: String.raw`\frac{\sum_{k}\sum_{i:\,y_i\neq y_i^*=k}\lVert h_i-\mu^*_k\rVert}{\mathrm{Avg}_{c\neq c'}\,\lVert\mu^*_c-\mu^*_{c'}\rVert}`,
  limitText: '0 where no wrong label is memorised',
  range: '[0, ∞)',
  compute: (input) => inSpreads(input, ({ distance }) => distance.total),
};

/**
 * Mean over the corrupted samples of ⟨h_i−μ*_true, μ*_given−μ*_true⟩/‖μ*_given−μ*_true‖²: 0 at home, 1 fully moved.
 * Range (−∞,∞). Source: nguyen2022 (normalised here).
 */
export const memorisationProgress: Metric = {
  ...shared,
  id: 'mem.progress',
  name: 'Way to the wrong class',
  plain:
    'How far samples with a wrong label have moved from their true class to the class of their label, along the line between the two: 0 is still at home, 1 is fully there.',
  formula: String.raw`\mathrm{Avg}_{i:\,y_i\neq y_i^*}\,\frac{\langle h_i-\mu^*_{y_i^*},\ \mu^*_{y_i}-\mu^*_{y_i^*}\rangle}{\lVert\mu^*_{y_i}-\mu^*_{y_i^*}\rVert^2}`,
  limitText: '0 where no wrong label is memorised, 1 where all are',
  range: '(−∞, ∞)',
  compute({ noise }) {
    if (!noise) return notApplicable(UNKNOWN);
    if (noise.corrupted === 0) return notApplicable(NONE_WRONG);
    if (!Number.isNaN(noise.progress)) return noise.progress;
    return notApplicable(
      'no sample with a wrong label has clean samples of both its classes, with different means, to compare with',
    );
  },
};

const UNKNOWN = 'the true classes of the samples are not known';
const NONE_WRONG = 'no label is wrong';

function inSpreads({ noise }: MetricInput, distance: (noise: NoiseStatistics) => number): MetricResult {
  if (!noise) return notApplicable(UNKNOWN);
  if (noise.corrupted === 0) return notApplicable(NONE_WRONG);
  if (Number.isNaN(noise.spread)) return notApplicable('fewer than two classes have clean samples');
  if (noise.spread === 0) return notApplicable('the clean samples of all classes have the same mean');
  if (Number.isNaN(noise.distance.mean)) {
    return notApplicable('no sample with a wrong label has clean samples of its true class to compare with');
  }
  return distance(noise) / noise.spread;
}
