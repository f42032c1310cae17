/** Strong collapse: the one state that unregularised squared loss reaches from a small start, scales included. */
import { gram, transposed } from '../statistics/products';
import { frobenius, rowNorms } from './class-means';
import { notApplicable, type Metric, type MetricInput } from './metric';
import { lacksClassifier, lacksTwoClasses } from './requirements';
import { forEachProductRow } from './row-products';

const shared = {
  limit: () => 0,
  scale: 'log',
  family: 'strongCollapse',
  papers: ['mixon2022'],
  where: 'penultimate',
  needs: ['classifier'],
  runs: 'runs trained with the squared loss ("loss": "mse" in neural-collapse.json)',
  belongs: ({ training }: MetricInput) => training?.loss === 'mse',
} as const;

/** ‖WWᵀ − √n(I−J/K)‖_F / ‖√n(I−J/K)‖_F, W K×d, n samples a class. Limit 0, range [0,∞). Source: mixon2022. */
export const strongWeights: Metric = {
  ...shared,
  id: 'snc.weights',
  name: 'Strong collapse, classifier',
  plain:
    'How far the products of classifier rows are from those of the one simplex, of one size, that unregularised squared loss leads to. The size depends on the samples per class that were measured: use all of the training data.',
  formula: String.raw`\frac{\lVert WW^{\top}-\sqrt n\,(I-\frac1K J)\rVert_F}{\lVert \sqrt n\,(I-\frac1K J)\rVert_F}`,
  range: '[0, ∞)',
  compute(input) {
    const lack = lacksStrongState(input);
    if (lack) return notApplicable(lack);
    const { classes: K, dimension, counts } = input.statistics;
    const weight = input.classifier!.weight;
    const scale = Math.sqrt(counts[0]!);
    let squares = 0;
    forEachProductRow(weight, weight, K, dimension, (row, products) => {
      for (let c = 0; c < K; c++) squares += (products[c]! - scale * ((c === row ? 1 : 0) - 1 / K)) ** 2;
    });
    return Math.sqrt(squares / (K - 1)) / scale;
  },
};

/** ‖H − W⊗1ᵀ/√n‖_F / ‖W⊗1ᵀ/√n‖_F: every feature against its class's row. Limit 0, range [0,∞). Source: mixon2022. */
export const strongFeatures: Metric = {
  ...shared,
  id: 'snc.features',
  name: 'Strong collapse, features',
  plain:
    'How far the features are from the classifier row of their class, divided by the square root of the samples per class. At 0 every sample is that very vector.',
  formula: String.raw`\frac{\lVert H-\frac1{\sqrt n}\,W\otimes\mathbf 1\rVert_F}{\lVert \frac1{\sqrt n}\,W\otimes\mathbf 1\rVert_F}`,
  range: '[0, ∞)',
  compute(input) {
    const lack = lacksStrongState(input);
    if (lack) return notApplicable(lack);
    const { weights, between, within } = sizes(input);
    if (weights === 0) return notApplicable('the classifier is zero');
    // Σ_i‖h_i − w_k/√n‖² = scatter_k + ‖√n μ_k − w_k‖².
    return Math.sqrt((within + between) / weights);
  },
};

/** √K ‖b − 1/K‖, b K. Limit 0, range [0,∞). Source: mixon2022. */
export const strongBias: Metric = {
  ...shared,
  id: 'snc.bias',
  name: 'Strong collapse, bias',
  plain:
    'Distance of the bias from 1/K for every class, the value that unregularised squared loss leads to, relative to the size of that value.',
  formula: String.raw`\frac{\lVert b-\frac1K\mathbf 1\rVert}{\lVert \frac1K\mathbf 1\rVert}`,
  range: '[0, ∞)',
  compute(input) {
    const lack = lacksClassifier(input) ?? lacksTwoClasses(input.statistics);
    if (lack) return notApplicable(lack);
    const bias = input.classifier!.bias;
    if (!bias) return notApplicable('the classifier has no bias');
    return Math.sqrt(bias.length) * frobenius(bias.map((value) => value - 1 / bias.length));
  },
};

/**
 * ‖WᵀW − HᵀH‖_F / (‖W‖_F² + ‖H‖_F²), H N×d, with HᵀH = N Σ_W + Σ_k n_k μ_k μ_kᵀ. Gradient flow conserves the
 * numerator. 0 at strong collapse, range [0,1]. Source: mixon2022.
 */
export const strongBalance: Metric = {
  ...shared,
  id: 'snc.balance',
  name: 'Balance of classifier and features',
  plain:
    'How much the second moments of classifier and features differ, as a share of their size. Training without weight decay conserves the difference, so a small value tells of a small start.',
  formula: String.raw`\frac{\lVert W^{\top}W-H^{\top}H\rVert_F}{\lVert W\rVert_F^2+\lVert H\rVert_F^2}`,
  range: '[0, 1]',
  needs: ['classifier', 'within'],
  compute(input) {
    const { statistics, within } = input;
    const lack = lacksClassifier(input) ?? lacksTwoClasses(statistics);
    if (lack) return notApplicable(lack);
    if (!within) return notApplicable('the covariance within classes was not gathered: the layer is too wide');
    const { classes: K, dimension: d, samples, counts, means } = statistics;
    const weight = input.classifier!.weight;
    const scaled = means.map((value, at) => value * Math.sqrt(counts[Math.floor(at / d)]!));
    const ofWeights = gram(transposed(weight, K, d), d, K);
    const ofMeans = gram(transposed(scaled, K, d), d, K);
    const size = frobenius(weight) ** 2 + frobenius(scaled) ** 2 + samples * statistics.traceWithin;
    if (size === 0) return notApplicable('classifier and features are zero');
    let squares = 0;
    for (let i = 0; i < d * d; i++) squares += (ofWeights[i]! - ofMeans[i]! - samples * within.matrix[i]!) ** 2;
    return Math.sqrt(squares) / size;
  },
};

/**
 * Relative distance of (W, H) from the subspace {H = W⊗1ᵀ/√n}; its projection has W' = ½(W + √n M).
 * Limit 0, range [0,1]. Source: mixon2022.
 */
export const strongSubspace: Metric = {
  ...shared,
  id: 'snc.subspace',
  name: 'Distance from the invariant subspace',
  plain:
    'How far classifier and features are from the subspace in which every feature equals its classifier row up to a fixed factor. Training from a small start soon comes close to it and stays there.',
  formula: String.raw`\frac{\lVert (W,H)-P_S(W,H)\rVert}{\lVert (W,H)\rVert}`,
  range: '[0, 1]',
  compute(input) {
    const lack = lacksClassifier(input) ?? lacksTwoClasses(input.statistics) ?? lacksBalance(input);
    if (lack) return notApplicable(lack);
    const { weights, means, between, within } = sizes(input);
    const whole = weights + means + within;
    return whole === 0 ? notApplicable('classifier and features are zero') : Math.sqrt((between / 2 + within) / whole);
  },
};

/** ‖W‖², Σ n‖μ_k‖², Σ‖√n μ_k − w_k‖² and Σ_i‖h_i − μ_{y_i}‖², n samples in every class. */
function sizes({ statistics, classifier }: MetricInput) {
  const { classes, dimension, counts, means, scatters } = statistics;
  const root = Math.sqrt(counts[0]!);
  const weight = classifier!.weight;
  const norms = rowNorms(means, classes, dimension);
  return {
    weights: frobenius(weight) ** 2,
    means: norms.reduce((sum, norm) => sum + (root * norm) ** 2, 0),
    between: frobenius(weight.map((value, at) => value - root * means[at]!)) ** 2,
    within: scatters.reduce((sum, scatter) => sum + scatter, 0),
  };
}

function lacksStrongState(input: MetricInput): string | undefined {
  const lack = lacksClassifier(input) ?? lacksTwoClasses(input.statistics) ?? lacksBalance(input);
  if (lack) return lack;
  const { classes, dimension } = input.statistics;
  if (classes <= dimension + 1) return undefined;
  return `${classes} classes cannot form the simplex of strong collapse in ${dimension} dimensions`;
}

function lacksBalance({ statistics: { counts } }: MetricInput): string | undefined {
  const most = counts.reduce((so, count) => Math.max(so, count), 0);
  const least = counts.reduce((so, count) => Math.min(so, count), Infinity);
  if (most === least) return undefined;
  return `classes have between ${least} and ${most} samples, and strong collapse asks for as many in each`;
}
