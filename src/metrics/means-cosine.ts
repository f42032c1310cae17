/** Where between an orthogonal frame and a simplex the class means are. */
import { forEachMeanProductRow } from './class-means';
import type { Metric } from './metric';
import { uncentredMeans } from './requirements';

/**
 * Mean over c≠c' of cos(μ_c, μ_c'), uncentred means of the classes that have samples. 0 for an orthogonal frame,
 * −1/(K−1) for a simplex around 0; range [−1/(K−1), 1]. Source: zhou2022a.
 */
export const meansCosine: Metric = {
  id: 'nc2.means.cosMean',
  name: 'Mean cosine of the class means',
  plain:
    'Mean cosine between class means, not centred. With squared loss it tells how free the bias was: 0, an orthogonal frame, without a bias; −1/(K−1), a simplex, with a bias that is not regularised.',
  formula: String.raw`\mathrm{Avg}_{c\neq c'}\,\cos(\mu_c,\ \mu_{c'})`,
  limitText: '0 for an orthogonal frame, −1/(K−1) for a simplex',
  range: '[−1/(K−1), 1]',
  scale: 'linear',
  family: 'frame',
  papers: ['zhou2022a'],
  where: 'penultimate',
  compute({ statistics }) {
    const means = uncentredMeans(statistics);
    if ('notApplicable' in means) return means;
    const { rows, norms } = means;
    let sum = 0;
    forEachMeanProductRow(statistics, (a, products) => {
      for (let b = 0; b < a; b++) sum += products[b]! / norms[a]! / norms[b]!;
    });
    return sum / ((rows * (rows - 1)) / 2);
  },
};
