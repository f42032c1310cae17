/** Distance from a simplex equiangular tight frame: class means, classifier, and the products of the two. */
import type { ClassStatistics } from '../statistics/class-statistics';
import { lacksClasses, presentMeans } from './class-means';
import { frameDistance } from './frame-distance';
import { notApplicable, type Metric, type MetricResult } from './metric';
import { lacksClassifier, lacksSpread, lacksTwoClasses } from './requirements';

const shared = {
  limit: () => 0,
  scale: 'log',
  where: 'penultimate',
  papers: ['zhu2021', 'zhou2022a', 'zhou2022b', 'li2024'],
} as const;

const frame = { ...shared, family: 'frame', range: '[0, √2]' } as const;

/**
 * ‖McMcᵀ/‖McMcᵀ‖_F − (I−J/K)/√(K−1)‖_F for the centred means Mc (K'×d) of the classes that have samples.
 * Limit 0, at least √(2−2√(d/(K−1))) for d < K−1; range [0,√2].
 */
export function meansSimplexDistance(statistics: ClassStatistics): MetricResult {
  const lack = lacksSpread(statistics);
  if (lack) return notApplicable(lack);
  const { rows, dimension, centred } = presentMeans(statistics);
  return frameDistance(centred, centred, rows, dimension, 'simplex') ?? notApplicable('all class means are equal');
}

/** Limit 0, range [0,√2]. Source: zhu2021's NC2 of the features. */
export const meansSimplex: Metric = {
  ...frame,
  id: 'nc2.means.etf',
  name: 'Class means, distance from a simplex',
  plain:
    'How far the centred class means are from a simplex equiangular tight frame: equal lengths and equal, largest possible angles, all in one number.',
  formula: String.raw`\left\lVert \frac{\tilde M\tilde M^{\top}}{\lVert \tilde M\tilde M^{\top}\rVert_F}-\frac{I-\frac1K J}{\sqrt{K-1}}\right\rVert_F`,
  compute: ({ statistics }) => meansSimplexDistance(statistics),
};

/** The same of WWᵀ, W K×d as it is, not centred. Limit 0, range [0,√2]. Source: zhu2021's NC2. */
export const weightsSimplex: Metric = {
  ...frame,
  id: 'nc2.weights.etf',
  needs: ['classifier'],
  name: 'Classifier, distance from a simplex',
  plain:
    'How far the classifier rows are from a simplex equiangular tight frame: equal lengths and equal, largest possible angles, all in one number.',
  formula: String.raw`\left\lVert \frac{WW^{\top}}{\lVert WW^{\top}\rVert_F}-\frac{I-\frac1K J}{\sqrt{K-1}}\right\rVert_F`,
  compute(input) {
    const { classes, dimension } = input.statistics;
    const lack = lacksClassifier(input) ?? lacksTwoClasses(input.statistics);
    if (lack) return notApplicable(lack);
    const weight = input.classifier!.weight;
    return frameDistance(weight, weight, classes, dimension, 'simplex') ?? notApplicable('the classifier is zero');
  },
};

/**
 * ‖WMcᵀ/‖WMcᵀ‖_F − (I−J/K)/√(K−1)‖_F, W and Mc K×d. Limit 0, range [0,2]. It is 0 also wherever the squared loss is
 * 0, collapsed or not. Source: zhu2021's NC3.
 */
export const dualSimplex: Metric = {
  ...shared,
  id: 'nc3.etf',
  needs: ['classifier'],
  name: 'NC3 classifier–mean products, distance from a simplex (Zhu)',
  plain:
    "How far the products of classifier rows and centred class means are from those of a simplex: each row answers most to its own class and equally little to all others. It says nothing of the classifier's or the means' own shape.",
  formula: String.raw`\left\lVert \frac{W\tilde M^{\top}}{\lVert W\tilde M^{\top}\rVert_F}-\frac{I-\frac1K J}{\sqrt{K-1}}\right\rVert_F`,
  family: 'frame',
  range: '[0, 2]',
  compute(input) {
    const lack = lacksClassifier(input);
    return lack ? notApplicable(lack) : productsSimplexDistance(input.classifier!.weight, input.statistics);
  },
};

/** The distance of V Mcᵀ from a simplex's, V K×d and Mc the centred class means of the statistics. Range [0,2]. */
export function productsSimplexDistance(vectors: Float64Array, statistics: ClassStatistics): MetricResult {
  const lack = lacksSpread(statistics) ?? lacksClasses(statistics, 'this compares the classifier with');
  if (lack) return notApplicable(lack);
  const { classes, dimension, centredMeans } = statistics;
  return (
    frameDistance(vectors, centredMeans, classes, dimension, 'simplex') ??
    notApplicable('all products of classifier rows and centred class means are zero')
  );
}
