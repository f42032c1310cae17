/** Orthogonal frames, the shape that squared loss without a bias leads to: penultimate layer, classifier, every layer. */
import type { ClassStatistics } from '../statistics/class-statistics';
import { forEachMeanProductRow, lacksClasses, presentMeans } from './class-means';
import { frameDistance } from './frame-distance';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';
import { forEachProductRow, type RowVisitor } from './row-products';
import { lacksClassifier, lacksTwoClasses } from './requirements';

const ORTHOGONAL_RANGE = '[0, √(2−2/√K)]';

const shared = {
  limit: () => 0,
  limitText: '0 for an orthogonal frame; √(2−2√((K−1)/K)) for a simplex',
  scale: 'log',
  family: 'frame',
  where: 'penultimate',
} as const;

/** ‖MMᵀ/‖MMᵀ‖_F − I/√K‖_F, M K'×d the uncentred means of the classes that have samples. Source: tirer2022. */
function meansFrame(statistics: ClassStatistics): MetricResult {
  const lack = lacksTwoClasses(statistics);
  if (lack) return notApplicable(lack);
  const { rows, dimension, means } = presentMeans(statistics);
  const each = (visit: RowVisitor) => forEachMeanProductRow(statistics, visit);
  return frameDistance(means, means, rows, dimension, 'orthogonal', each) ?? notApplicable('all class means are zero');
}

/** Limit 0, range [0,√(2−2/√K)]. Source: tirer2022. */
export const meansOrthogonalFrame: Metric = {
  ...shared,
  id: 'nc2.means.frame',
  name: 'Class means, distance from an orthogonal frame',
  plain:
    'How far the class means, not centred, are from being orthogonal to each other and of one length. Squared loss with weight decay and no bias brings this to 0; with a bias it is the simplex distance that falls.',
  formula: String.raw`\left\lVert \frac{MM^{\top}}{\lVert MM^{\top}\rVert_F}-\frac{I}{\sqrt K}\right\rVert_F`,
  range: ORTHOGONAL_RANGE,
  papers: ['tirer2022'],
  compute: ({ statistics }) => meansFrame(statistics),
};

/** The same at each layer. Limit 0, range [0,√(2−2/√K)]. Source: sukenik2023. */
export const layerOrthogonalFrame: Metric = {
  ...shared,
  id: 'dnc.frame',
  name: 'Class means of each layer, distance from an orthogonal frame',
  plain:
    'How far the class means of a layer are from being orthogonal to each other and of one length. In the deep unconstrained features model every layer comes to 0 at the optimum.',
  formula: String.raw`\left\lVert \frac{M_\ell M_\ell^{\top}}{\lVert M_\ell M_\ell^{\top}\rVert_F}-\frac{I}{\sqrt K}\right\rVert_F`,
  range: ORTHOGONAL_RANGE,
  papers: ['sukenik2023'],
  where: 'everyLayer',
  compute: ({ statistics }) => meansFrame(statistics),
};

/** ‖WWᵀ/‖WWᵀ‖_F − I/√K‖_F, W K×d. Limit 0, range [0,√(2−2/√K)]. Source: tirer2022. */
export const weightsOrthogonalFrame: Metric = {
  ...shared,
  id: 'nc2.weights.frame',
  needs: ['classifier'],
  name: 'Classifier, distance from an orthogonal frame',
  plain:
    'How far the classifier rows are from being orthogonal to each other and of one length. Squared loss with weight decay and no bias brings this to 0.',
  formula: String.raw`\left\lVert \frac{WW^{\top}}{\lVert WW^{\top}\rVert_F}-\frac{I}{\sqrt K}\right\rVert_F`,
  range: ORTHOGONAL_RANGE,
  papers: ['tirer2022'],
  compute(input) {
    const lack = lacksClassifier(input) ?? lacksTwoClasses(input.statistics);
    if (lack) return notApplicable(lack);
    const { classes, dimension } = input.statistics;
    const weight = input.classifier!.weight;
    return frameDistance(weight, weight, classes, dimension, 'orthogonal') ?? notApplicable('the classifier is zero');
  },
};

/** ‖WMᵀ/‖WMᵀ‖_F − I/√K‖_F, W and uncentred M K×d. Limit 0, range [0,2]. Source: tirer2022. */
export const dualOrthogonalFrame: Metric = {
  ...shared,
  id: 'nc3.frame',
  needs: ['classifier'],
  name: 'NC3 classifier–mean products, distance from the identity (Tirer)',
  plain:
    'How far the products of classifier rows and class means, not centred, are from a multiple of the identity: each row answers to its own class and to no other. For squared loss without a bias it goes to 0.',
  formula: String.raw`\left\lVert \frac{WM^{\top}}{\lVert WM^{\top}\rVert_F}-\frac{I}{\sqrt K}\right\rVert_F`,
  range: '[0, 2]',
  papers: ['tirer2022'],
  compute(input) {
    const { statistics } = input;
    const lack =
      lacksClassifier(input) ??
      lacksTwoClasses(statistics) ??
      lacksClasses(statistics, 'this compares the classifier with');
    if (lack) return notApplicable(lack);
    const { classes, dimension, means } = statistics;
    const weight = input.classifier!.weight;
    const each = (visit: RowVisitor) => forEachOutputRow(input, visit);
    return (
      frameDistance(weight, means, classes, dimension, 'orthogonal', each) ??
      notApplicable('all products of classifier rows and class means are zero')
    );
  },
};

/** Visits W Mᵀ through W Mcᵀ, which other measures need as well: ⟨w, μ_c⟩ = ⟨w, Mc_c⟩ + ⟨w, μ_G⟩. */
function forEachOutputRow(input: MetricInput, visit: RowVisitor): void {
  const { classes, dimension: d, centredMeans, globalMean } = input.statistics;
  const weight = input.classifier!.weight;
  const shifted = new Float64Array(classes);
  forEachProductRow(weight, centredMeans, classes, d, (row, products) => {
    let shift = 0;
    for (let j = 0; j < d; j++) shift += weight[row * d + j]! * globalMean[j]!;
    for (let c = 0; c < classes; c++) shifted[c] = products[c]! + shift;
    visit(row, shifted);
  });
}
