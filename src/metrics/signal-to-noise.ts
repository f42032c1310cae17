/** Signal to noise: the class means in units of the spread within the classes, direction by direction. */
import { cholesky, whitenRows } from '../statistics/cholesky';
import { presentClasses, type ClassStatistics } from '../statistics/class-statistics';
import { analyseSpan, tooCostlySpan } from '../statistics/mean-span';
import { ofSquaredLoss } from './central-path';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';
import { oncePerInput } from './once';
import { lacksRepeats, lacksSpread, lacksWithin } from './requirements';

type Values = Float64Array | { notApplicable: string };

/** A feature whose spread is below this share of its size is constant up to rounding. */
const ROUNDING = 16 * Number.EPSILON;

/**
 * The singular values ω_r of Σ_W^{−1/2} Mcᵀ, r ≤ min(K−1, d), largest first. With Σ_W = L Lᵀ they are those of L⁻¹Mcᵀ,
 * since both have the Gram matrix Mc Σ_W⁻¹ Mcᵀ. Features that are the same for all samples carry neither and are left
 * out, which is what the pseudo-inverse does. Source: han2022.
 */
const signalToNoise = oncePerInput((input: MetricInput): Values => {
  const { statistics } = input;
  const lack = lacksSpread(statistics) ?? lacksRepeats(statistics);
  if (lack) return notApplicable(lack);
  if (!input.within) return notApplicable(lacksWithin(statistics));
  if (!(statistics.traceWithin > 0)) return notApplicable('no class has any spread, so the ratio is infinite');
  const features = varying(statistics, input.within.matrix);
  if ('notApplicable' in features) return features;
  const d = features.length;
  const tooCostly = tooCostlySpan(statistics.classes, d);
  if (tooCostly) return notApplicable(tooCostly);
  const factor = cholesky(picked(input.within.matrix, features, features, statistics.dimension), d);
  if ('dependentRow' in factor) {
    return notApplicable(
      'the features are linearly dependent within the classes, so that some directions have no noise to compare with',
    );
  }
  const rows = Int32Array.from({ length: statistics.classes }, (_, k) => k);
  const whitened = picked(statistics.centredMeans, rows, features, statistics.dimension);
  whitenRows(factor, whitened, statistics.classes);
  const { classes, counts } = statistics;
  const { rank, singularValues } = analyseSpan({ classes, counts, dimension: d, centredMeans: whitened });
  const expected = Math.min(presentClasses(statistics) - 1, d);
  if (rank === expected) return singularValues;
  return notApplicable(`the class means span ${rank} of ${expected} possible directions, so the smallest ratio is 0`);
});

/** Features that are not constant, or the reason why one has signal but no noise. */
function varying(statistics: ClassStatistics, within: Float64Array): Int32Array | { notApplicable: string } {
  const { classes, dimension: d, means, centredMeans } = statistics;
  const found: number[] = [];
  for (let j = 0; j < d; j++) {
    let size = 0;
    let signal = 0;
    for (let at = j; at < classes * d; at += d) {
      size = Math.max(size, Math.abs(means[at]!));
      signal = Math.max(signal, Math.abs(centredMeans[at]!));
    }
    if (Math.sqrt(within[j * d + j]!) > ROUNDING * size) found.push(j);
    else if (signal > ROUNDING * size) {
      return notApplicable(`feature ${j} differs between classes but not within them, so the ratio is infinite`);
    }
  }
  return Int32Array.from(found);
}

/** The given rows and columns of a matrix with `stride` columns. */
function picked(matrix: Float64Array, rows: Int32Array, columns: Int32Array, stride: number): Float64Array {
  const out = new Float64Array(rows.length * columns.length);
  let at = 0;
  for (const i of rows) for (const j of columns) out[at++] = matrix[i * stride + j]!;
  return out;
}

function ofValues(input: MetricInput, combine: (values: Float64Array) => MetricResult): MetricResult {
  const values = signalToNoise(input);
  return 'notApplicable' in values ? values : combine(values);
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

const defined = String.raw`\omega_r=\sigma_r\bigl(\Sigma_W^{-1/2}\tilde M^{\top}\bigr)`;

/** Geometric mean of ω_1…ω_{K−1}. No limit (∞ at collapse), range [0,∞). Source: han2022. */
export const signalToNoiseMean: Metric = {
  ...ofSquaredLoss,
  id: 'snr.singularValues',
  needs: ['within'],
  name: 'Signal-to-noise ratio of the class means',
  plain:
    'Spread of the class means in units of the spread within the classes: the geometric mean of the singular values over the directions that the class means span. On the central path every one of them grows.',
  formula: String.raw`\Bigl(\prod_{r=1}^{R}\omega_r\Bigr)^{1/R},\quad R=\min(K-1,d),\quad ${defined}`,
  limitText: 'grows without bound towards collapse',
  compute: (input) => ofValues(input, (values) => Math.exp(average(values.map((value) => Math.log(value))))),
};

/** ω_{K−1}. No limit (∞ at collapse), range [0,∞). Source: han2022. */
export const signalToNoiseLeast: Metric = {
  ...ofSquaredLoss,
  id: 'snr.min',
  needs: ['within'],
  name: 'Smallest signal-to-noise ratio',
  plain:
    'The ratio of signal to noise in the direction in which the classes are told apart worst. It grows towards collapse and draws level with the largest one.',
  formula: String.raw`\min_{r\le\min(K-1,d)}\omega_r,\quad ${defined}`,
  limitText: 'grows without bound towards collapse',
  compute: (input) => ofValues(input, (values) => values[values.length - 1]!),
};

/** ω_1. No limit (∞ at collapse), range [0,∞). Source: han2022. */
export const signalToNoiseMost: Metric = {
  ...ofSquaredLoss,
  id: 'snr.max',
  needs: ['within'],
  name: 'Largest signal-to-noise ratio',
  plain:
    'The ratio of signal to noise in the direction in which the classes are told apart best. Beside the smallest one it shows how equally the classes are told apart.',
  formula: String.raw`\max_{r}\omega_r,\quad ${defined}`,
  limitText: 'grows without bound towards collapse',
  compute: (input) => ofValues(input, (values) => values[0]!),
};

/** Std_r ω_r / Avg_r ω_r, ddof 0. Limit 0, range [0,√(K−2)]. Source: han2022. */
export const signalToNoiseVariation: Metric = {
  ...ofSquaredLoss,
  id: 'snr.cv',
  needs: ['within'],
  name: 'Inequality of the signal-to-noise ratios',
  plain:
    'How unequal the signal-to-noise ratios of the directions between the class means are: standard deviation over mean. On the central path they become equal, which turns the class means into a simplex.',
  formula: String.raw`\frac{\mathrm{Std}_r\,\omega_r}{\mathrm{Avg}_r\,\omega_r},\quad ${defined}`,
  limit: () => 0,
  range: '[0, √(K−2)]',
  compute: (input) =>
    ofValues(input, (values) => {
      if (values.length < 2) return notApplicable('the class means span one direction, which has nothing to equal');
      const mean = average(values);
      return Math.sqrt(average(values.map((value) => (value - mean) ** 2))) / mean;
    }),
};
