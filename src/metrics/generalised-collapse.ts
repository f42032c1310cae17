/** Generalised collapse with more classes than dimensions: unit features around their means, classifier along them. */
import { lacksClasses } from './class-means';
import { notApplicable, type Metric } from './metric';
import { withinOverBetween } from './nc1';
import { centredMeans, classifierRows, lacksUnit } from './requirements';

const shared = {
  limit: () => 0,
  scale: 'log',
  family: 'manyClasses',
  papers: ['jiang2023'],
  where: 'penultimate',
  needs: ['unit'],
} as const;

/** tr(Σ_W Σ_B⁺)/K of the features scaled to unit length. Limit 0, range [0,∞). Source: jiang2023. */
export const unitVariability: Metric = {
  ...shared,
  id: 'gnc1',
  name: 'GNC1 within-class variability of directions',
  plain:
    'Spread of the directions of the features within classes, against the spread of the classes. It falls towards 0 as the samples of each class come to point the same way, however many classes there are.',
  formula: String.raw`\tfrac1K\,\mathrm{tr}\bigl(\hat\Sigma_W\hat\Sigma_B^{+}\bigr),\quad \hat h=h/\lVert h\rVert`,
  range: '[0, ∞)',
  compute({ unit }) {
    const lack = lacksUnit(unit);
    return lack ? notApplicable(lack) : withinOverBetween(unit!.statistics);
  },
};

/**
 * (1/K) Σ_k (1 − cos(w_k, Mc_k)), Mc (K×d) the centred class means of the unit features. Limit 0 (where the best
 * arrangement is unique; it stays above 0 for (d,K) = (3,5), (3,7), (3,10)), range [0,2]. Source: jiang2023.
 */
export const unitAlignment: Metric = {
  ...shared,
  id: 'gnc3',
  needs: ['unit', 'classifier'],
  name: 'GNC3 classifier along its class mean',
  plain:
    'Mean of one minus the cosine between each classifier row and the centred mean direction of its class. At 0 every row points along its class.',
  formula: String.raw`\tfrac1K\sum_k\bigl(1-\cos(w_k,\ \hat\mu_k-\hat\mu_G)\bigr)`,
  limitText: '0 where the best arrangement of the classes is unique',
  range: '[0, 2]',
  compute(input) {
    const lack = lacksUnit(input.unit);
    if (lack) return notApplicable(lack);
    const rows = classifierRows(input);
    if ('notApplicable' in rows) return rows;
    const { statistics } = input.unit!;
    const missing = lacksClasses(statistics, 'this compares each row of the classifier with');
    if (missing) return notApplicable(missing);
    const means = centredMeans({ statistics });
    if ('notApplicable' in means) return means;
    const d = rows.dimension;
    let sum = 0;
    // 1 − cos = ½‖u − v‖² of unit vectors, which has digits near 0.
    for (let at = 0; at < rows.values.length; at++) {
      const k = Math.floor(at / d);
      sum += (rows.values[at]! / rows.norms[k]! - means.values[at]! / means.norms[k]!) ** 2;
    }
    return sum / 2 / rows.rows;
  },
};
