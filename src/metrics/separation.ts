/** How well the classes are separated at a layer, and whether every layer improves it by the same factor. */
import { cholesky, whitenRows } from '../statistics/cholesky';
import { presentClasses, type ClassStatistics, type MeanSpan } from '../statistics/class-statistics';
import { gram, transposed } from '../statistics/products';
import { notApplicable, type AcrossLayersMetric, type LayerValues, type Metric, type MetricResult } from './metric';
import { lacksRepeats, lacksSpan, lacksSpread } from './requirements';

/**
 * D = tr(SS_W SS_B⁺) with SS_W = Σ_W and SS_B = Σ_k (n_k/N)(μ_k−μ̄)(μ_k−μ̄)ᵀ around the mean μ̄ of all samples.
 *
 * With Mc = U S Vᵀ the vectors μ_k−μ̄ are the rows of (I−1πᵀ) U S Vᵀ, π_k = n_k/N: the same span V. So
 * SS_B = Vᵀ S G S V with G = Uᵀ(diag π − ππᵀ)U, and D = tr(S⁻¹ (V Σ_W Vᵀ) S⁻¹ G⁻¹). G is as well conditioned as the
 * classes are balanced, and no d×d matrix is formed. For equal classes G = I/K and D = K·NC1.
 * Limit 0, range [0,∞). Source: hesu2023.
 */
export const fuzziness: Metric = {
  id: 'separation.fuzziness',
  name: 'Separation fuzziness',
  plain:
    'Spread within the classes, measured in every direction against the spread of the class means around the mean of all samples, larger classes counting more. It falls as the classes separate; with classes of equal size it is the number of classes times NC1.',
  formula: String.raw`D=\mathrm{tr}\!\left(SS_W\,SS_B^{+}\right),\quad SS_B=\sum_k\tfrac{n_k}{N}(\mu_k-\bar\mu)(\mu_k-\bar\mu)^{\top}`,
  limit: () => 0,
  range: '[0, ∞)',
  scale: 'log',
  family: 'separation',
  papers: ['hesu2023'],
  where: 'everyLayer',
  needs: ['span', 'withinSpan'],
  compute({ statistics }) {
    const lack = lacksSpread(statistics) ?? lacksRepeats(statistics);
    if (lack) return notApplicable(lack);
    const { span } = statistics;
    if (!span?.within) return notApplicable(lacksSpan(statistics));
    if (isBalanced(statistics)) {
      let sum = 0;
      for (let r = 0; r < span.rank; r++) sum += span.within[r]! / span.singularValues[r]! ** 2;
      return presentClasses(statistics) * sum;
    }
    if (!span.withinMatrix) return notApplicable('the variance on the span of the class means was not gathered');
    return weighted(statistics, span, span.withinMatrix);
  },
};

/** All classes that have samples have equally many: then the diagonal of Σ_W on the span is enough. */
export function isBalanced({ counts }: ClassStatistics): boolean {
  let size = 0;
  for (const count of counts) {
    if (count > 0 && size > 0 && count !== size) return false;
    if (count > 0) size = count;
  }
  return true;
}

/** tr(S⁻¹ P S⁻¹ G⁻¹) with P = V Σ_W Vᵀ. */
function weighted(statistics: ClassStatistics, span: MeanSpan, within: Float64Array): MetricResult {
  const { rank } = span;
  const factor = cholesky(betweenGram(statistics, span), rank);
  // G is positive definite wherever every present class has a share; only rounding can spoil it.
  if ('dependentRow' in factor) return notApplicable('the classes are too unequal in size to weigh their means');
  // With G = L Lᵀ and Q = S⁻¹ P S⁻¹ the trace is tr(L⁻¹ Q L⁻ᵀ): whiten the rows of Q, then those of the transpose.
  const scaled = within.slice();
  for (let a = 0; a < rank; a++) {
    for (let b = 0; b < rank; b++) scaled[a * rank + b]! /= span.singularValues[a]! * span.singularValues[b]!;
  }
  whitenRows(factor, scaled, rank);
  const turned = transposed(scaled, rank, rank);
  whitenRows(factor, turned, rank);
  let trace = 0;
  for (let r = 0; r < rank; r++) trace += turned[r * rank + r]!;
  return trace;
}

/** G = Σ_k π_k (u_k − ū)(u_k − ū)ᵀ, ρ×ρ, with u_k the rows of U and ū = Σ_k π_k u_k. */
function betweenGram({ classes, counts, samples }: ClassStatistics, { rank, left }: MeanSpan): Float64Array {
  const centre = new Float64Array(rank);
  for (let k = 0; k < classes; k++) {
    for (let r = 0; r < rank; r++) centre[r]! += (counts[k]! / samples) * left[k * rank + r]!;
  }
  const rows: number[] = [];
  for (let k = 0; k < classes; k++) if (counts[k]! > 0) rows.push(k);
  const columns = new Float64Array(rank * rows.length);
  rows.forEach((k, at) => {
    const weight = Math.sqrt(counts[k]! / samples);
    for (let r = 0; r < rank; r++) columns[r * rows.length + at] = weight * (left[k * rank + r]! - centre[r]!);
  });
  return gram(columns, rank, rows.length);
}

/** Least squares of log D on depth over the layers that have a fuzziness: D_ℓ ≈ exp(intercept + slope ℓ). */
export interface SeparationLaw {
  slope: number;
  intercept: number;
  /** Depths of the first and the last layer it was fitted to. */
  from: number;
  to: number;
  /** Share of the variance of log D that the line explains; undefined where log D does not vary. */
  determination?: number;
}

/** The line behind {@link decay} and {@link decayFit}, or why there is none. */
export function separationLaw(layers: readonly LayerValues[]): SeparationLaw | { notApplicable: string } {
  const points: { x: number; y: number }[] = [];
  for (const { depth, metrics } of layers) {
    const value = metrics['separation.fuzziness'];
    if (value === undefined) continue;
    if (!(value > 0)) {
      return notApplicable(
        `the classes of layer ${depth} have no spread at all, so that its fuzziness has no logarithm`,
      );
    }
    points.push({ x: depth, y: Math.log(value) });
  }
  if (points.length < 3) {
    return notApplicable(
      `a law over the layers needs three layers with a separation fuzziness, and ${points.length === 1 ? 'one has' : `${points.length} have`} one`,
    );
  }
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point) / points.length, 0);
  const x = mean((point) => point.x);
  const y = mean((point) => point.y);
  const xx = mean((point) => (point.x - x) ** 2);
  const xy = mean((point) => (point.x - x) * (point.y - y));
  const yy = mean((point) => (point.y - y) ** 2);
  if (xx === 0) return notApplicable('all measured layers have the same depth');
  const slope = xy / xx;
  const depths = points.map((point) => point.x);
  const line = { slope, intercept: y - slope * x, from: Math.min(...depths), to: Math.max(...depths) };
  // Below rounding of log D the line explains noise.
  if (yy <= (4 * Number.EPSILON * Math.max(1, Math.abs(y))) ** 2) return line;
  return { ...line, determination: Math.min(1, (xy * xy) / (xx * yy)) };
}

const acrossLayers = {
  scale: 'linear',
  family: 'separation',
  papers: ['hesu2023'],
  where: 'acrossLayers',
  from: ['separation.fuzziness'],
  compute: () => notApplicable('it is computed from all layers together'),
} as const;

/** ρ = exp(slope) of log D_ℓ on ℓ: D_ℓ ≈ D_0 ρ^ℓ. Below 1 where layers separate. Range [0,∞). Source: hesu2023. */
export const decay: AcrossLayersMetric = {
  ...acrossLayers,
  id: 'separation.decay',
  name: 'Separation decay per layer',
  plain:
    'Factor by which one layer changes the separation fuzziness, fitted over all measured layers. At 0.5 each layer halves it; at 1 depth adds nothing to the separation.',
  formula: String.raw`\rho:\quad \log D_\ell\approx\log D_0+\ell\log\rho`,
  limitText: 'no limit; below 1 where every layer separates further',
  range: '[0, ∞)',
  across(layers) {
    const fit = separationLaw(layers);
    return 'slope' in fit ? Math.exp(fit.slope) : fit;
  },
};

/** R² of that line. Range [0,1]. Source: hesu2023, where it is close to 1 in trained networks. */
export const decayFit: AcrossLayersMetric = {
  ...acrossLayers,
  id: 'separation.r2',
  name: 'Fit of the law of separation',
  plain:
    'How well one factor a layer describes the fall of the separation fuzziness: share of the variance of its logarithm that a straight line over depth explains. Near 1 every layer does an equal share of the work.',
  formula: String.raw`R^2=1-\frac{\sum_\ell(\log D_\ell-\widehat{\log D_\ell})^2}{\sum_\ell(\log D_\ell-\overline{\log D})^2}`,
  limitText: 'no limit of its own; near 1 where the law holds',
  range: '[0, 1]',
  across(layers) {
    const fit = separationLaw(layers);
    if ('notApplicable' in fit) return fit;
    return fit.determination ?? notApplicable('the separation fuzziness is the same at every layer');
  },
};
