/** The simplex in the logits: whether all samples of a class get the same outputs, and these form a regular simplex. */
import { presentClasses, type ClassStatistics } from '../statistics/class-statistics';
import { gram } from '../statistics/products';
import { normVariation } from './equinorm';
import { centredLogits } from './logit-requirements';
import { notApplicable, type Metric } from './metric';

const shared = {
  limit: () => 0,
  scale: 'log',
  family: 'logits',
  papers: ['e2020'],
  where: 'penultimate',
  needs: ['logits'],
} as const;

/**
 * tr Σ_W / tr Σ_B of z̃ = z − mean_k z_k (the shift that all logits share is not seen by the softmax).
 * Limit 0, range [0,∞). Source: e2020.
 */
export const logitVariability: Metric = {
  ...shared,
  id: 'logits.nc1',
  name: 'Within/between trace ratio, logits',
  plain:
    "Variance of the logits within classes over the variance of the classes' mean logits. At 0 the network gives all samples of a class the same outputs.",
  formula: String.raw`\frac{\mathrm{tr}\,\Sigma_W(\tilde z)}{\mathrm{tr}\,\Sigma_B(\tilde z)},\quad \tilde z=z-\tfrac1K\mathbf 1\mathbf 1^{\top}z`,
  range: '[0, ∞)',
  compute(input) {
    const logits = centredLogits(input);
    if ('notApplicable' in logits) return logits;
    if (!logits.counts.some((count) => count > 1)) return notApplicable('no class has more than one sample');
    return logits.traceWithin / logits.traceBetween;
  },
};

/**
 * ‖VVᵀ/‖VVᵀ‖_F − (I−J/K)/√(K−1)‖_F, V the K×K mean logits of the classes, centred. Classes without samples are left
 * out, K is then the number of the others. Limit 0, range [0,√2]. Source: e2020.
 */
export const logitSimplex: Metric = {
  ...shared,
  id: 'logits.etf',
  name: 'Distance to a simplex, mean logits',
  plain:
    "Distance between the inner products of the classes' mean logits and those of a regular simplex, both scaled to length one. At 0 the classes sit at the vertices of a regular simplex.",
  formula: String.raw`\left\lVert\frac{VV^{\top}}{\lVert VV^{\top}\rVert_F}-\frac{I-\frac1KJ}{\sqrt{K-1}}\right\rVert_F,\quad v_c=\bar z_c-\bar z_G`,
  range: '[0, √2]',
  compute(input) {
    const logits = centredLogits(input);
    if ('notApplicable' in logits) return logits;
    return distanceToSimplex(presentRows(logits, logits.centredMeans), presentClasses(logits), logits.dimension);
  },
};

/** Std/mean over classes of ‖mean z̃‖, ddof 0. Limit 0, range [0,√(K−1)]. Source: e2020. */
export const logitRadiusVariation: Metric = {
  ...shared,
  id: 'logits.radiusCv',
  name: 'Variation of the radius, mean logits',
  plain:
    "How unequal the lengths of the classes' mean logits are, after what all logits share is taken off: standard deviation over mean. At 0 all classes lie equally far from indecision.",
  formula: String.raw`\frac{\mathrm{Std}_c\,\lVert\bar{\tilde z}_c\rVert}{\mathrm{Avg}_c\,\lVert\bar{\tilde z}_c\rVert}`,
  range: '[0, √(K−1)]',
  compute(input) {
    const logits = centredLogits(input);
    if ('notApplicable' in logits) return logits;
    const values = presentRows(logits, logits.means);
    const { dimension } = logits;
    const rows = values.length / dimension;
    const norms = Float64Array.from({ length: rows }, (_, row) =>
      Math.hypot(...values.subarray(row * dimension, (row + 1) * dimension)),
    );
    return normVariation({ rows, dimension, values, norms });
  },
};

/** V rows×columns, not zero. Entry by entry, as 2 − 2⟨·,·⟩ has no digits left near the simplex. */
function distanceToSimplex(v: Float64Array, rows: number, columns: number): number {
  const products = gram(v, rows, columns);
  let squares = 0;
  for (const value of products) squares += value * value;
  const norm = Math.sqrt(squares);
  const scale = Math.sqrt(rows - 1);
  let sum = 0;
  for (let a = 0, at = 0; a < rows; a++) {
    for (let b = 0; b < rows; b++, at++) sum += (products[at]! / norm - ((a === b ? 1 : 0) - 1 / rows) / scale) ** 2;
  }
  return Math.sqrt(sum);
}

/** The rows of the classes that have samples. */
function presentRows({ classes, dimension, counts }: ClassStatistics, values: Float64Array): Float64Array {
  const present = Array.from({ length: classes }, (_, c) => c).filter((c) => counts[c]! > 0);
  const rows = new Float64Array(present.length * dimension);
  present.forEach((c, row) => rows.set(values.subarray(c * dimension, (c + 1) * dimension), row * dimension));
  return rows;
}
