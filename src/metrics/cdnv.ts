/** Class-distance normalised variance: spread within pairs of classes against the distance between them. */
import type { ClassStatistics } from '../statistics/class-statistics';
import { halfSquaredDistance } from '../statistics/close-rows';
import { presentMeans } from './class-means';
import { notApplicable, type Metric, type MetricResult } from './metric';
import { lacksRepeats, lacksSpread } from './requirements';
import { forEachProductRow } from './row-products';

/** Differences of class means below this share of the largest mean are rounding. */
const ROUNDING = 16 * Number.EPSILON;

/**
 * Mean over pairs of classes with samples of (V_a + V_b)/(2‖μ_a − μ_b‖²), V_c = (1/n_c) Σ_i ‖h_i − μ_c‖².
 * Limit 0, range [0,∞). Source: galanti2021.
 */
export const cdnv: Metric = {
  id: 'cdnv',
  name: 'Class-distance normalised variance',
  plain:
    'Variance of two classes over the squared distance of their means, averaged over all pairs of classes. Near 0, classes are tight clusters far from each other, and new classes can be learned from few samples.',
  formula: String.raw`\mathrm{Avg}_{a\neq b}\,\frac{V_a+V_b}{2\,\lVert\mu_a-\mu_b\rVert^2},\quad V_c=\tfrac1{n_c}\sum_i\lVert h_i-\mu_c\rVert^2`,
  limit: () => 0,
  range: '[0, ∞)',
  scale: 'log',
  family: 'separation',
  papers: ['galanti2021'],
  where: 'everyLayer',
  compute: ({ statistics }) => {
    const lack = lacksSpread(statistics) ?? lacksRepeats(statistics);
    return lack ? notApplicable(lack) : meanOverPairs(statistics);
  },
};

function meanOverPairs(statistics: ClassStatistics): MetricResult {
  const { rows, dimension, classOf, centred, norms } = presentMeans(statistics);
  const variances = classOf.map((c) => statistics.scatters[c]! / statistics.counts[c]!);
  const least = 0.5 * (ROUNDING * norms.reduce((most, norm) => Math.max(most, norm), 0)) ** 2;
  const squares = new Float64Array(rows);
  const scratch = new Float64Array(dimension);
  let sum = 0;
  let equal: [number, number] | undefined;
  forEachProductRow(centred, centred, rows, dimension, (a, products) => {
    squares[a] = products[a] ?? 0;
    for (let b = 0; b < a; b++) {
      const mean = (squares[a] + squares[b]!) / 2;
      const half = halfSquaredDistance(mean, products[b]!, centred, a, b, scratch);
      if (half <= least) equal ??= [classOf[b]!, classOf[a]!];
      sum += (variances[a]! + variances[b]!) / (4 * half);
    }
  });
  if (equal) return notApplicable(`the means of classes ${equal[0]} and ${equal[1]} are equal`);
  return sum / ((rows * (rows - 1)) / 2);
}
