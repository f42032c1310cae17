/** Finding: there are too many classes for a simplex in this many dimensions. */
import { penultimate, type Finding, type Report } from '../protocol/report';
import { formatValue } from '../metrics/number-format';
import { lastCheckpoint } from './course';

/** Measures of jiang2023 that say how far a run is from its softmax code. */
const SOFTMAX_CODE = ['gnc2.ratio', 'gnc2.oneVsRest', 'gnc2.means'];

export function tooManyClasses(report: Report): Finding | undefined {
  const last = lastCheckpoint(report);
  const d = last && (last.classifier?.dimension ?? penultimate(last)?.dimension);
  const K = report.run.classes;
  if (d === undefined || d < 1 || K <= d + 1) return undefined;
  // Rank d instead of K−1: the Gram matrix of the simplex cannot be met better than by its d largest eigenvalues.
  const floor = Math.sqrt(2 - 2 * Math.sqrt(d / (K - 1)));
  const compared = SOFTMAX_CODE.some((id) => last?.metrics[id] !== undefined);
  return {
    id: 'too-many-classes',
    text: `K = ${K} > d + 1 = ${d + 1}: a simplex ETF cannot exist, and distances from one stay at ${formatValue(floor)} or above${compared ? '; compared with the softmax code instead' : ''}.`,
    paper: 'jiang2023',
    evidence: { classes: K, dimension: d, 'most classes': d + 1, 'nc2.floor': floor },
  };
}
