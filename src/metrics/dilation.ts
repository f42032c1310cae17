/** Dilation: how wide the classes of held-out data are, seen for themselves. */
import type { ClassStatistics } from '../statistics/class-statistics';
import { meanDistance } from '../statistics/mean-distance';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';
import { nc1 } from './nc1';
import { lacksSpread } from './requirements';

const shared = {
  limit: () => 0,
  range: '[0, ∞)',
  scale: 'log',
  papers: ['nguyen2022'],
  where: 'penultimate',
  needs: ['test'],
  runs: 'runs with test data',
  belongs: (input: MetricInput) => input.test !== undefined,
} as const;

/**
 * NC1 = tr(Σ_W Σ_B⁺)/K of held-out data about its own class means. Limit 0, range [0,∞). Source: nguyen2022.
 */
export const dilationNc1: Metric = {
  ...shared,
  id: 'dilation.nc1',
  name: 'NC1 of test data',
  plain:
    'Spread of the features of test data around their own class means, measured against the spread of these means. It stays above the value on training data where training memorises what it cannot generalise.',
  formula: String.raw`\tfrac{1}{K}\,\mathrm{tr}\!\left(\Sigma_W^{\mathrm{test}}\,(\Sigma_B^{\mathrm{test}})^{+}\right)`,
  family: 'variability',
  compute: (input) => onTest(input, (statistics) => nc1.compute({ statistics, role: input.role })),
};

/**
 * Mean over held-out samples of ‖h−μ_y‖ over the mean distance between two of their class means. Limit 0,
 * range [0,∞). Source: nguyen2022 (normalised here).
 */
export const dilationRadius: Metric = {
  ...shared,
  id: 'dilation.radius',
  name: 'Radius of the classes, test data',
  plain:
    'Mean distance of test samples from the mean of their class, in units of the distance between two such means. It grows where the clusters of unseen data are dilated.',
  formula: String.raw`\frac{\mathrm{Avg}_{i\in\mathrm{test}}\,\lVert h_i-\mu_{y_i}^{\mathrm{test}}\rVert}{\mathrm{Avg}_{c\neq c'}\,\lVert\mu_c^{\mathrm{test}}-\mu_{c'}^{\mathrm{test}}\rVert}`,
  family: 'labelNoise',
  compute: (input) =>
    onTest(input, (statistics) => {
      if (!statistics.counts.some((count) => count > 1)) return notApplicable('no class has more than one sample');
      if (statistics.radius === undefined) return notApplicable('the distances from the class means were not measured');
      return statistics.radius / meanDistance(statistics);
    }),
};

function onTest(input: MetricInput, measure: (statistics: ClassStatistics) => MetricResult): MetricResult {
  if (!input.test) return notApplicable('there is no test data');
  const { statistics } = input.test;
  if (!statistics) return notApplicable('the class means of the test data were not gathered');
  const lack = lacksSpread(statistics);
  const result = lack ? notApplicable(lack) : measure(statistics);
  return typeof result === 'number' ? result : notApplicable(`in the test data, ${result.notApplicable}`);
}
