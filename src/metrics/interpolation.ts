/** Symmetric quasi-interpolation: one output value for the right class, one for all others; and the layers' norms. */
import type { LogitStatistics } from '../statistics/logit-statistics';
import { logitsOf } from './logit-requirements';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';

/** Target (1−ε) e_y + ε/(K−1) (1−e_y) = e_y + ε u_y, with the ε that fits all samples best, and what remains. */
interface Fit {
  epsilon: number;
  /** RMS over all N·K outputs. */
  deviation: number;
}

/**
 * Least squares over all samples. The residual is the scatter about the mean outputs plus the distance of those from
 * their targets, both sums of squares: from Σ‖z−e_y‖² and ε alone it would have no digits left near interpolation.
 */
function fit(logits: LogitStatistics): Fit {
  const { classes: K, samples, counts, means, scatters } = logits.statistics;
  const epsilon = logits.interpolation.along / (samples * (K / (K - 1)));
  let sum = 0;
  for (let c = 0; c < K; c++) {
    sum += scatters[c]!;
    for (let k = 0; k < K; k++) {
      const target = k === c ? 1 - epsilon : epsilon / (K - 1);
      sum += counts[c]! * (means[c * K + k]! - target) ** 2;
    }
  }
  return { epsilon, deviation: Math.sqrt(sum / (samples * K)) };
}

function fitOf(input: MetricInput): Fit | { notApplicable: string } {
  const logits = logitsOf(input);
  if ('notApplicable' in logits) return logits;
  const { classes: K, means } = logits.statistics;
  if (K === 2 && means[0] === -means[1]! && means[2] === -means[3]!) {
    return notApplicable('the two logits are opposite numbers, as of a model with one output, and cannot be 1 and 0');
  }
  return fit(logits);
}

const shared = {
  family: 'interpolation',
  papers: ['rangamani2022'],
  where: 'penultimate',
  needs: ['logits'],
  runs: 'runs trained with the squared loss ("loss": "mse" in neural-collapse.json)',
  belongs: (input: MetricInput) => input.training?.loss === 'mse',
} as const;

/**
 * ε = Σ_i ⟨z_i − e_{y_i}, u_{y_i}⟩ / Σ_i ‖u_{y_i}‖², u_y = (1−e_y)/(K−1) − e_y. Range (−∞,∞); 0 at interpolation,
 * 1−1/K where all outputs are equal. Source: rangamani2022.
 */
export const interpolationEpsilon: Metric = {
  ...shared,
  id: 'sqi.epsilon',
  name: 'Quasi-interpolation, shortfall ε',
  plain:
    'By how much the output of the right class falls short of 1 when one value for the right class and one for all others are fitted to the outputs. Weight decay keeps it above 0.',
  formula: String.raw`\arg\min_\varepsilon\sum_i\Bigl\lVert z_i-(1-\varepsilon)e_{y_i}-\tfrac{\varepsilon}{K-1}(\mathbf 1-e_{y_i})\Bigr\rVert^2`,
  limitText: '0 without weight decay; with it a small value above 0',
  range: '(−∞, ∞)',
  scale: 'linear',
  compute(input) {
    const found = fitOf(input);
    return 'notApplicable' in found ? found : found.epsilon;
  },
};

/** Root mean square over all N·K outputs of z − target at the best ε. Limit 0, range [0,∞). Source: rangamani2022. */
export const interpolationDeviation: Metric = {
  ...shared,
  id: 'sqi.deviation',
  name: 'Quasi-interpolation, deviation',
  plain:
    'Root mean square distance of the outputs from having one value for the right class and one for all others. At 0 the network interpolates symmetrically, which implies collapse.',
  formula: String.raw`\sqrt{\tfrac{1}{NK}\sum_i\Bigl\lVert z_i-(1-\varepsilon)e_{y_i}-\tfrac{\varepsilon}{K-1}(\mathbf 1-e_{y_i})\Bigr\rVert^2}`,
  limit: () => 0,
  range: '[0, ∞)',
  scale: 'log',
  compute(input) {
    const found = fitOf(input);
    return 'notApplicable' in found ? found : found.deviation;
  },
};

/** Product over the linear layers of ‖W_ℓ‖_F. Range [0,∞); what weight decay bounds. Source: rangamani2022. */
export const normProduct: Metric = {
  id: 'norm.product',
  name: 'Product of the layer norms',
  plain:
    "Product of the Frobenius norms of the network's linear layers: the scale of a homogeneous network. Weight decay keeps it bounded; a small product with small error goes with large margins.",
  formula: String.raw`\prod_{\ell}\lVert W_\ell\rVert_F`,
  limitText: 'none; bounded under weight decay',
  range: '[0, ∞)',
  scale: 'log',
  family: 'interpolation',
  papers: ['rangamani2022'],
  where: 'penultimate',
  needs: ['network'],
  compute: productOfNorms,
};

function productOfNorms({ network }: MetricInput): MetricResult {
  if (!network) return notApplicable("the norms of the network's layers were not gathered");
  if ('unknown' in network) return notApplicable(network.unknown);
  if (network.norms.length === 0) return notApplicable('no linear layer was found');
  return network.norms.reduce((product, norm) => product * norm, 1);
}
