/** Compression within classes and discrimination between them, layer by layer. */
import { halfSquaredDistance } from '../statistics/close-rows';
import { forEachMeanProductRow, normalisedRows } from './class-means';
import type { Metric } from './metric';
import { ratioOfTraces } from './nc1';
import { uncentredMeans } from './requirements';

const shared = { family: 'separation', papers: ['wang2023'], where: 'everyLayer' } as const;

/** tr Σ_W / tr Σ_B, the same number as nc1.traceRatio. Limit 0, range [0,∞). Source: wang2023. */
export const compression: Metric = {
  ...shared,
  id: 'compression',
  name: 'Within-class compression',
  plain:
    'Variance of the features within classes over that between the class means, for comparison across layers: in deep linear networks it falls by a constant factor from layer to layer.',
  formula: String.raw`C_\ell=\frac{\mathrm{tr}\,\Sigma_W}{\mathrm{tr}\,\Sigma_B}`,
  limit: () => 0,
  range: '[0, ∞)',
  scale: 'log',
  compute: ({ statistics }) => ratioOfTraces(statistics),
};

/**
 * 1 − max_{k≠k'} cos(μ_k, μ_k'), uncentred means of the classes that have samples. 1 + 1/(K−1) at a simplex around 0,
 * the largest there is; range [0, K/(K−1)]. Source: wang2023.
 */
export const discrimination: Metric = {
  ...shared,
  id: 'discrimination',
  name: 'Between-class discrimination',
  plain:
    'One minus the largest cosine between two class means: how far apart the two classes with the most similar directions are. In deep linear networks it grows linearly from layer to layer.',
  formula: String.raw`D_\ell=1-\max_{k\neq k'}\,\cos(\mu_k,\ \mu_{k'})`,
  limit: (classes) => (classes > 1 ? classes / (classes - 1) : 0),
  limitText: '1 + 1/(K−1) for a simplex, 1 for an orthogonal frame',
  range: '[0, K/(K−1)]',
  scale: 'linear',
  compute({ statistics }) {
    const means = uncentredMeans(statistics);
    if ('notApplicable' in means) return means;
    const { dimension, values, norms } = means;
    const unit = normalisedRows(values, norms, dimension);
    const scratch = new Float64Array(dimension);
    let least = Infinity;
    // 1 − cos = ½‖u − v‖² of unit vectors, which has digits near 0.
    forEachMeanProductRow(statistics, (a, products) => {
      for (let b = 0; b < a; b++) {
        const cosine = products[b]! / norms[a]! / norms[b]!;
        least = Math.min(least, halfSquaredDistance(1, cosine, unit, a, b, scratch));
      }
    });
    return least;
  },
};
