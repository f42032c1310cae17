/** Eigenvalues of the between- and within-class covariance. */
import type { MetricInput } from '../metrics/metric';
import { lacksSpan, lacksSpread, lacksWithin } from '../metrics/requirements';
import type { Eigenvalues, Lacking, Spectrum } from '../protocol/geometry';
import { presentClasses } from '../statistics/class-statistics';
import { symmetricEigenvalues } from '../statistics/symmetric-eigen';
import { rounded } from './rounding';

/** Σ_W of more features takes longer than a second or two: 4/3 d³ operations. */
export const WIDEST_SPECTRUM = 1024;
/** Up to so many eigenvalues all are sent; of the rest about as many, ever sparser. */
const ALL_UP_TO = 128;

export function spectrumOf({ statistics, within }: MetricInput): Spectrum {
  return { between: between(statistics), within: withinOf({ statistics, ...(within ? { within } : {}) }) };
}

/**
 * λ_r = s_r²/K' from the singular values of the centred means, whose small ones keep digits that the Gram matrix of the
 * means has lost.
 */
function between(statistics: MetricInput['statistics']): Eigenvalues | Lacking {
  const lack = lacksSpread(statistics);
  if (lack) return { notApplicable: lack };
  const { span } = statistics;
  if (!span) return { notApplicable: lacksSpan(statistics) };
  const present = presentClasses(statistics);
  const values = Array.from(span.singularValues, (s) => (s * s) / present);
  return thinned(values, statistics.dimension);
}

function withinOf({ statistics, within }: Pick<MetricInput, 'statistics' | 'within'>): Eigenvalues | Lacking {
  const d = statistics.dimension;
  if (!within) return { notApplicable: lacksWithin(statistics) };
  if (d > WIDEST_SPECTRUM) {
    return {
      notApplicable: `the layer has ${d} features, and the eigenvalues are found for at most ${WIDEST_SPECTRUM}`,
    };
  }
  const found = symmetricEigenvalues(within.matrix, d).sort().reverse();
  const floor = d * Number.EPSILON * (found[0] ?? 0);
  const values = Array.from(found).filter((value) => value > floor);
  if (values.length === 0) return { notApplicable: 'every sample lies on its class mean' };
  return thinned(values, d);
}

/** The first 128, then every second, every fourth, …, and the last. */
function thinned(values: readonly number[], total: number): Eigenvalues {
  const base = { count: values.length, total };
  if (values.length <= ALL_UP_TO) return { values: values.map(rounded), ...base };
  const ranks: number[] = [];
  for (let rank = 1, step = 1; rank <= values.length; rank += step) {
    ranks.push(rank);
    if (rank >= step * ALL_UP_TO) step *= 2;
  }
  if (ranks.at(-1) !== values.length) ranks.push(values.length);
  return { values: ranks.map((rank) => rounded(values[rank - 1]!)), ranks, ...base };
}
