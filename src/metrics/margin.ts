/** Margins: by how much the logit of the right class beats the next one. */
import { presentClasses } from '../statistics/class-statistics';
import type { LogitStatistics } from '../statistics/logit-statistics';
import { logitsOf } from './logit-requirements';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';
import { lacksClassifier } from './requirements';

const shared = {
  scale: 'linear',
  family: 'margin',
  papers: ['ji2022'],
  where: 'penultimate',
  needs: ['logits'],
} as const;

/** min_i (z_{y_i} − max_{j≠y_i} z_j). Range (−∞,∞); grows like log t without decay. Source: ji2022. */
export const smallestMargin: Metric = {
  ...shared,
  id: 'margin.min',
  name: 'Smallest margin',
  plain:
    'Smallest lead of the logit of the right class over the next one, over all training samples. Above 0 every sample is classified correctly; without weight decay it keeps growing.',
  formula: String.raw`\min_i\bigl(z_{i,y_i}-\max_{j\neq y_i}z_{i,j}\bigr)`,
  limitText: 'none: without weight decay it grows without bound',
  range: '(−∞, ∞)',
  compute(input) {
    const logits = logitsOf(input);
    return 'notApplicable' in logits ? logits : logits.margins.min;
  },
};

/**
 * margin.min / (½(‖W‖_F² + ‖H‖_F²)), H all N×d features. Range (−∞, 1/((K−1)√n)] when balanced, n samples a class.
 * Source: ji2022.
 */
export const normalisedMargin: Metric = {
  ...shared,
  id: 'margin.normalized',
  needs: ['logits', 'classifier'],
  name: 'Smallest margin for its norms',
  plain:
    'Smallest margin divided by half the summed squared norms of classifier and features: the margin that the network gets for the norms it spends. It does not change when both grow by one factor.',
  formula: String.raw`\frac{\min_i\bigl(z_{i,y_i}-\max_{j\neq y_i}z_{i,j}\bigr)}{\tfrac12\bigl(\lVert W\rVert_F^2+\lVert H\rVert_F^2\bigr)}`,
  limitText: '1/((K−1)√n) with n samples in each class, the largest possible',
  range: '(−∞, 1/((K−1)√n)]',
  compute: normalised,
};

/** margin.normalized over the largest it can be, 1/((K−1)√n). Limit 1, range (−∞,1]. Source: ji2022. */
export const marginRatio: Metric = {
  ...shared,
  id: 'margin.ratio',
  needs: ['logits', 'classifier'],
  name: 'Margin over the largest possible',
  plain:
    'Smallest margin for its norms, over the largest that any features and classifier can have. At 1 they solve the minimum-norm separation problem, whose only solutions are collapsed.',
  formula: String.raw`(K-1)\sqrt{n}\;\frac{\min_i\bigl(z_{i,y_i}-\max_{j\neq y_i}z_{i,j}\bigr)}{\tfrac12\bigl(\lVert W\rVert_F^2+\lVert H\rVert_F^2\bigr)}`,
  limit: () => 1,
  range: '(−∞, 1]',
  compute(input) {
    const margin = normalised(input);
    if (typeof margin !== 'number') return margin;
    const { classes: K, dimension: d, counts } = input.statistics;
    if (presentClasses(input.statistics) < K || counts.some((count) => count !== counts[0])) {
      return notApplicable('the largest possible margin is known only where all classes have equally many samples');
    }
    if (d < K - 1) {
      return notApplicable(`the largest possible margin is known only where d ≥ K−1, and ${d} features are too few`);
    }
    return margin * (K - 1) * Math.sqrt(counts[0]!);
  },
};

/** Std over mean of the margins of all samples, ddof 0. Limit 0, range [0,∞). Sources: ji2022, rangamani2022. */
export const marginVariation: Metric = {
  ...shared,
  scale: 'log',
  id: 'margin.std',
  name: 'Variation of the margins',
  plain:
    'How unequal the margins of the training samples are: standard deviation over mean. At 0 every sample is classified by the same lead.',
  formula: String.raw`\frac{\mathrm{Std}_i\,m_i}{\mathrm{Avg}_i\,m_i},\quad m_i=z_{i,y_i}-\max_{j\neq y_i}z_{i,j}`,
  limit: () => 0,
  range: '[0, ∞)',
  papers: ['ji2022', 'rangamani2022'],
  compute(input) {
    const logits = logitsOf(input);
    if ('notApplicable' in logits) return logits;
    const { mean, deviation } = logits.margins;
    if (mean <= 0)
      return notApplicable('the mean margin is not above 0: the network does not separate the classes yet');
    return deviation / mean;
  },
};

function normalised(input: MetricInput): MetricResult {
  const logits = logitsOf(input);
  if ('notApplicable' in logits) return logits;
  const lack = lacksClassifier(input) ?? notBilinear(input, logits);
  if (lack) return notApplicable(lack);
  let energy = squaredNorm(input.classifier!.weight, 0, input.classifier!.weight.length);
  const { classes, dimension: d, counts, means, scatters } = input.statistics;
  // ‖H‖_F² from the means and the scatter about them: a sum of squares, so nothing cancels.
  for (let c = 0; c < classes; c++) energy += counts[c]! * squaredNorm(means, c * d, (c + 1) * d) + scatters[c]!;
  return energy === 0 ? notApplicable('classifier and features are zero') : logits.margins.min / (energy / 2);
}

/** Classes whose mean logits are looked at, and how far they may be from W μ + b for their size. */
const CHECKED = 16;
const ALLOWED = 1e-2;

/** The bound holds for z = W h + b only: a temperature or a normalisation between features and logits breaks it. */
function notBilinear({ statistics, classifier }: MetricInput, logits: LogitStatistics): string | undefined {
  const { classes: K, dimension: d, counts, means } = statistics;
  const { weight, bias } = classifier!;
  const found = logits.statistics.means;
  const largest = found.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const checked = Array.from(counts.keys()).filter((c) => counts[c]! > 0 && logits.statistics.counts[c] === counts[c]);
  for (const c of checked.slice(0, CHECKED)) {
    for (let k = 0; k < K; k++) {
      let z = bias?.[k] ?? 0;
      for (let j = 0; j < d; j++) z += weight[k * d + j]! * means[c * d + j]!;
      if (Math.abs(z - found[c * K + k]!) > ALLOWED * largest) {
        return 'the logits are not W h + b of these features (a scale or a normalisation lies between), so norms and margins cannot be compared';
      }
    }
  }
  return undefined;
}

function squaredNorm(values: Float64Array, from: number, to: number): number {
  let squares = 0;
  for (let at = from; at < to; at++) squares += values[at]! * values[at]!;
  return squares;
}
