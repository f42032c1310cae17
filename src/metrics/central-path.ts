/** The squared loss split at the least-squares classifier: what training still owes, and to whom. */
import { centralPath, type Optimum, type Parts } from './least-squares';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';

/**
 * The loss is that of one-hot targets, summed over the outputs, averaged over the samples, with a half; λ is the weight
 * decay of that loss. Trained with a loss c times as large (2/K for one that averages over the outputs without the
 * half), the same optimum has λ = weightDecay/c.
 */
export const ofSquaredLoss = {
  range: '[0, ∞)',
  scale: 'log',
  family: 'centralPath',
  papers: ['han2022'],
  where: 'penultimate',
  needs: ['within', 'classifier'],
  runs: 'runs trained with the squared loss ("loss": "mse" in neural-collapse.json)',
  belongs: ({ training }: MetricInput) => training?.loss === 'mse',
} as const;

function ofNetwork(input: MetricInput, pick: (parts: Parts) => number): MetricResult {
  const path = centralPath(input);
  return 'notApplicable' in path ? path : pick(path.network);
}

function ofOptimum(input: MetricInput, pick: (optimum: Optimum) => MetricResult): MetricResult {
  const path = centralPath(input);
  if ('notApplicable' in path) return path;
  return 'notApplicable' in path.optimum ? path.optimum : pick(path.optimum);
}

/** ½N⁻¹‖H̃W̃ᵀ−Y‖²+½λ‖W̃‖², W̃ = [W b] K×(d+1). Range [0,∞). Source: han2022. */
export const squaredLoss: Metric = {
  ...ofSquaredLoss,
  id: 'mse.loss',
  name: 'Squared loss with weight decay',
  plain:
    'Half the squared distance of the outputs from the one-hot labels, averaged over the training samples, plus weight decay on the last layer (weights and bias). It is the sum of the least-squares part and the deviation from it. The weight decay is taken to be that of a loss of this form.',
  formula: String.raw`\tfrac{1}{2N}\lVert \tilde H\tilde W^{\top}-Y\rVert_F^2+\tfrac{\lambda}{2}\lVert\tilde W\rVert_F^2,\quad \tilde W=[W\ b]`,
  limitText: 'no limit; weight decay keeps it above 0',
  compute: (input) => ofNetwork(input, ({ fit, spread }) => fit + spread),
};

/** The same at W̃_LS = N⁻¹YᵀH̃(N⁻¹H̃ᵀH̃+λI)⁻¹: the least for these features. Range [0,½]. Source: han2022. */
export const leastSquaresLoss: Metric = {
  ...ofSquaredLoss,
  id: 'mse.leastSquares',
  name: 'Squared loss, least-squares part',
  plain:
    'The squared loss that the best possible last layer would have on these features, weight decay included. It depends on the features alone and falls as they collapse; the rest of the loss is the deviation of the actual last layer.',
  formula: String.raw`\min_{\tilde V}\ \tfrac{1}{2N}\lVert \tilde H\tilde V^{\top}-Y\rVert_F^2+\tfrac{\lambda}{2}\lVert\tilde V\rVert_F^2`,
  limitText: 'no limit; weight decay keeps it above 0',
  range: '[0, 1/2]',
  compute: (input) => ofOptimum(input, ({ leastSquares }) => leastSquares.fit + leastSquares.spread),
};

/** ½tr[(W̃−W̃_LS)(N⁻¹H̃ᵀH̃+λI)(W̃−W̃_LS)ᵀ] = loss − least-squares part. Limit 0, range [0,∞). Source: han2022. */
export const deviation: Metric = {
  ...ofSquaredLoss,
  id: 'mse.deviation',
  name: 'Squared loss, deviation from least squares',
  plain:
    'What the squared loss has beyond the best possible last layer for these features. While it is small beside the least-squares part, training stays near the central path.',
  formula: String.raw`\tfrac12\mathrm{tr}\bigl[(\tilde W-\tilde W_{LS})(\tfrac1N\tilde H^{\top}\tilde H+\lambda I)(\tilde W-\tilde W_{LS})^{\top}\bigr]`,
  limitText: '0 on the central path',
  compute: (input) => ofOptimum(input, (optimum) => optimum.deviation),
};

/** ½tr[W̃_LS(Σ_W+λI)W̃_LSᵀ]. Range [0,½]. Source: han2022. */
export const variabilityPart: Metric = {
  ...ofSquaredLoss,
  id: 'mse.nc1',
  name: 'Least-squares loss from variability (NC1)',
  plain:
    'The part of the least-squares loss that comes from the spread of the features within their classes, and from weight decay. It falls with NC1.',
  formula: String.raw`\tfrac12\mathrm{tr}\bigl[\tilde W_{LS}(\tilde\Sigma_W+\lambda I)\tilde W_{LS}^{\top}\bigr]`,
  limitText: 'no limit; weight decay keeps it above 0',
  range: '[0, 1/2]',
  compute: (input) => ofOptimum(input, ({ leastSquares }) => leastSquares.spread),
};

/** ½Σ_k(n_k/N)‖W̃_LS μ̃_k−e_k‖², for equal classes (1/2K)‖W̃_LS M̃ᵀ−I‖². Range [0,½]. Source: han2022. */
export const geometryPart: Metric = {
  ...ofSquaredLoss,
  id: 'mse.nc23',
  name: 'Least-squares loss from geometry (NC2 and NC3)',
  plain:
    'The part of the least-squares loss that is left at the class means themselves: how far the best last layer is from sending each class mean to its label. It falls as the class means become equally long and equally far apart.',
  formula: String.raw`\tfrac12\sum_k\tfrac{n_k}{N}\lVert \tilde W_{LS}\tilde\mu_k-e_k\rVert^2`,
  limitText: 'no limit; weight decay keeps it above 0',
  range: '[0, 1/2]',
  compute: (input) => ofOptimum(input, ({ leastSquares }) => leastSquares.fit),
};

/** ‖W̃−W̃_LS‖_F/‖W̃_LS‖_F. Limit 0, range [0,∞). Source: han2022. */
export const pathDistance: Metric = {
  ...ofSquaredLoss,
  id: 'centralPath.distance',
  name: 'Distance from the central path',
  plain:
    'Distance between the actual last layer (weights and bias) and the one that is least-squares optimal for the current features, in units of the latter. At 0 training is on the central path.',
  formula: String.raw`\frac{\lVert\tilde W-\tilde W_{LS}\rVert_F}{\lVert\tilde W_{LS}\rVert_F}`,
  limitText: '0 on the central path',
  compute: (input) =>
    ofOptimum(input, ({ distance }) => distance ?? notApplicable('the least-squares classifier is zero')),
};
