/** Collapse of features and classifier on the unit sphere, as networks with normalised features are trained. */
import { normalisedRows } from './class-means';
import { unitVariability } from './generalised-collapse';
import { notApplicable, type Metric } from './metric';
import { classifierRows, lacksUnit } from './requirements';
import { meansSimplexDistance, productsSimplexDistance } from './simplex-distance';

const shared = {
  limit: () => 0,
  scale: 'log',
  family: 'sphere',
  papers: ['yaras2022'],
  where: 'penultimate',
  needs: ['unit'],
} as const;

/** tr(Σ_W Σ_B⁺)/K of unit features, the same number as gnc1. Limit 0, range [0,∞). Source: yaras2022. */
export const sphereVariability: Metric = {
  ...shared,
  id: 'sphere.nc1',
  name: 'NC1 on the sphere',
  plain:
    'Within-class variability of the features after each was scaled to unit length. It falls towards 0 as each class shrinks to one direction.',
  formula: unitVariability.formula,
  range: unitVariability.range,
  compute: unitVariability.compute,
};

/** Distance of the centred class means of unit features from a simplex. Limit 0, range [0,√2]. Source: yaras2022. */
export const sphereSimplex: Metric = {
  ...shared,
  id: 'sphere.nc2',
  name: 'NC2 on the sphere, distance from a simplex',
  plain:
    'How far the class means of the features, each scaled to unit length, are from a simplex equiangular tight frame after centring.',
  formula: String.raw`\left\lVert \frac{\hat M\hat M^{\top}}{\lVert \hat M\hat M^{\top}\rVert_F}-\frac{I-\frac1K J}{\sqrt{K-1}}\right\rVert_F`,
  range: '[0, √2]',
  compute({ unit }) {
    const lack = lacksUnit(unit);
    return lack ? notApplicable(lack) : meansSimplexDistance(unit!.statistics);
  },
};

/**
 * Distance from a simplex's of the products of unit classifier rows and centred class means of unit features, both
 * K×d. Limit 0, range [0,2]. Source: yaras2022.
 */
export const sphereDuality: Metric = {
  ...shared,
  id: 'sphere.nc3',
  needs: ['unit', 'classifier'],
  name: 'NC3 on the sphere, classifier–mean products',
  plain:
    'How far the products of classifier rows and class means, everything scaled to unit length, are from those of a simplex: each row answers most to its own class and equally little to all others.',
  formula: String.raw`\left\lVert \frac{\hat W\hat M^{\top}}{\lVert \hat W\hat M^{\top}\rVert_F}-\frac{I-\frac1K J}{\sqrt{K-1}}\right\rVert_F`,
  range: '[0, 2]',
  compute(input) {
    const lack = lacksUnit(input.unit);
    if (lack) return notApplicable(lack);
    const rows = classifierRows(input);
    if ('notApplicable' in rows) return rows;
    const unit = normalisedRows(rows.values, rows.norms, rows.dimension);
    return productsSimplexDistance(unit, input.unit!.statistics);
  },
};

/** Std_i‖h_i‖ / Avg_i‖h_i‖ over all samples. 0 for normalised features, range [0,∞). Source: after yaras2022. */
export const featureNormVariation: Metric = {
  ...shared,
  id: 'sphere.normCv',
  name: 'Variation of the feature lengths',
  plain:
    'How unequal the lengths of the features of all samples are: standard deviation over mean. At 0 the features lie on a sphere, which is what the measures on the sphere assume.',
  formula: String.raw`\frac{\mathrm{Std}_i\,\lVert h_i\rVert}{\mathrm{Avg}_i\,\lVert h_i\rVert}`,
  range: '[0, ∞)',
  compute({ unit }) {
    const lack = lacksUnit(unit);
    return lack ? notApplicable(lack) : unit!.norms.deviation / unit!.norms.mean;
  },
};
