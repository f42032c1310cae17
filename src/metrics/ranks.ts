/** In how many directions features vary: between the class means, within the classes, and in all. */
import { largestEigenvalue } from '../statistics/largest-eigenvalue';
import { addOuterProducts, mirrorLower } from '../statistics/symmetric-update';
import type { WithinCovariance } from '../statistics/within-covariance';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';
import { oncePerInput } from './once';
import { lacksRepeats, lacksSpan, lacksSpread, lacksWithin } from './requirements';

/** tr Σ, tr Σ² and λ_max of a covariance, or why it has none. */
type Spectrum = { trace: number; squares: number; largest: number } | { notApplicable: string };

/** tr Σ / λ_max = ‖A‖_F²/‖A‖₂² for centred data A with Σ ∝ AᵀA. Range [1, rank Σ]. */
function stableRank(spectrum: Spectrum): MetricResult {
  return 'notApplicable' in spectrum ? spectrum : spectrum.trace / spectrum.largest;
}

/** (tr Σ)²/tr Σ². Range [1, rank Σ], and at least the stable rank. */
function participation(spectrum: Spectrum): MetricResult {
  return 'notApplicable' in spectrum ? spectrum : (spectrum.trace / spectrum.squares) * spectrum.trace;
}

/** Σ_B through the singular values s_r of the centred class means: its eigenvalues are s_r²/K. */
const between = oncePerInput(({ statistics }: MetricInput): Spectrum => {
  const lack = lacksSpread(statistics);
  if (lack) return notApplicable(lack);
  if (!statistics.span) return notApplicable(lacksSpan(statistics));
  const squares = statistics.span.singularValues.map((value) => value * value);
  return {
    trace: squares.reduce((sum, value) => sum + value, 0),
    squares: squares.reduce((sum, value) => sum + value * value, 0),
    largest: squares[0]!,
  };
});

const within = oncePerInput((input: MetricInput): Spectrum => {
  const { statistics } = input;
  const lack = lacksRepeats(statistics);
  if (lack) return notApplicable(lack);
  if (!input.within) return notApplicable(lacksWithin(statistics));
  return spectrumOf(input.within, 'no class has any spread, so the within-class covariance is zero');
});

/** Σ_T = Σ_W + Σ_k (n_k/N)(μ_k−μ̄)(μ_k−μ̄)ᵀ: the covariance of all samples around their mean. */
const total = oncePerInput((input: MetricInput): Spectrum => {
  const { classes, dimension: d, samples, counts, centredMeans } = input.statistics;
  if (!input.within) return notApplicable(lacksWithin(input.statistics));
  const shift = new Float64Array(d);
  for (let k = 0; k < classes; k++) {
    for (let j = 0; j < d; j++) shift[j]! += (counts[k]! / samples) * centredMeans[k * d + j]!;
  }
  const columns = new Float64Array(d * classes);
  for (let k = 0; k < classes; k++) {
    const weight = Math.sqrt(counts[k]! / samples);
    for (let j = 0; j < d; j++) columns[j * classes + k] = weight * (centredMeans[k * d + j]! - shift[j]!);
  }
  const matrix = input.within.matrix.slice();
  addOuterProducts(matrix, d, 0, columns, classes, 1);
  mirrorLower(matrix, d);
  return spectrumOf({ dimension: d, matrix }, 'all samples have the same features');
});

function spectrumOf({ dimension: d, matrix }: WithinCovariance, whyZero: string): Spectrum {
  let trace = 0;
  for (let j = 0; j < d; j++) trace += matrix[j * d + j]!;
  if (Number.isNaN(trace)) return notApplicable('some features are NaN, infinite or too large');
  if (trace === 0) return notApplicable(whyZero);
  let squares = 0;
  for (const value of matrix) squares += value * value;
  return { trace, squares, largest: largestEigenvalue(matrix, d) };
}

const shared = {
  scale: 'linear',
  family: 'rank',
  papers: ['masarczyk2023'],
  where: 'everyLayer',
} as const;
const stable = String.raw`\frac{\lVert A\rVert_F^2}{\lVert A\rVert_2^2}=\frac{\mathrm{tr}\,\Sigma}{\lambda_{\max}(\Sigma)}`;
const ratio = String.raw`\frac{(\mathrm{tr}\,\Sigma)^2}{\mathrm{tr}\,\Sigma^2}`;
const ofClassMeans = {
  ...shared,
  limit: (classes: number) => classes - 1,
  range: '[1, min(K−1, d)]',
  needs: ['span'],
} as const;
const ofSamplesWithin = {
  ...shared,
  limitText: 'no limit: at collapse nothing is left within the classes',
  range: '[1, d]',
  needs: ['within'],
} as const;
const ofAllSamples = {
  ...shared,
  limitText: 'K − 1 when the classes are equally large',
  range: '[1, d]',
  needs: ['within'],
} as const;

/** Stable rank of Σ_B = (1/K) Mcᵀ Mc. Limit K−1, range [1, min(K−1,d)]. After masarczyk2023's numerical rank. */
export const stableBetween: Metric = {
  ...ofClassMeans,
  id: 'rank.stable',
  name: 'Stable rank of the class means',
  plain:
    'Number of directions in which the class means spread, each counted by its variance beside that of the strongest direction. It reaches the number of classes minus one when the class means form a simplex.',
  formula: `${stable},\\quad A=\\tilde M`,
  compute: (input) => stableRank(between(input)),
};

export const stableWithin: Metric = {
  ...ofSamplesWithin,
  id: 'rank.stable.within',
  name: 'Stable rank within classes',
  plain:
    'Number of directions in which samples spread around their class mean, each counted by its variance beside that of the strongest direction. Near 1 the classes are needles, near the number of features they are balls.',
  formula: `${stable},\\quad \\Sigma=\\Sigma_W`,
  compute: (input) => stableRank(within(input)),
};

export const stableTotal: Metric = {
  ...ofAllSamples,
  id: 'rank.stable.total',
  name: 'Stable rank of all features',
  plain:
    'Number of directions in which the features of all samples spread, each counted by its variance beside that of the strongest direction. Layers that only compress, the tunnel, show it falling with depth.',
  formula: `${stable},\\quad \\Sigma=\\Sigma_T`,
  compute: (input) => stableRank(total(input)),
};

/** Participation ratio of Σ_B. Limit K−1, range [1, min(K−1,d)]. */
export const participationBetween: Metric = {
  ...ofClassMeans,
  id: 'rank.participation',
  name: 'Participation ratio of the class means',
  plain:
    'Number of directions that take part in the spread of the class means: the number of equal variances that would be as evenly shared. It reaches the number of classes minus one when the class means form a simplex.',
  formula: `${ratio},\\quad \\Sigma=\\Sigma_B`,
  compute: (input) => participation(between(input)),
};

export const participationWithin: Metric = {
  ...ofSamplesWithin,
  id: 'rank.participation.within',
  name: 'Participation ratio within classes',
  plain:
    'Number of directions that take part in the spread of samples around their class mean: the number of equal variances that would be as evenly shared.',
  formula: `${ratio},\\quad \\Sigma=\\Sigma_W`,
  compute: (input) => participation(within(input)),
};

export const participationTotal: Metric = {
  ...ofAllSamples,
  id: 'rank.participation.total',
  name: 'Participation ratio of all features',
  plain:
    'Number of directions that take part in the spread of all samples around their mean: the number of equal variances that would be as evenly shared. With depth it falls towards the number of classes minus one.',
  formula: `${ratio},\\quad \\Sigma=\\Sigma_T`,
  compute: (input) => participation(total(input)),
};
