/** Finding: there are too many classes for a simplex in this many dimensions. */
import { penultimate, type Finding, type Report } from '../protocol/report';
import { formatValue } from '../metrics/number-format';
import { lastCheckpoint } from './course';

export function tooManyClasses(report: Report): Finding | undefined {
  const last = lastCheckpoint(report);
  const d = last && (last.classifier?.dimension ?? penultimate(last)?.dimension);
  const K = report.run.classes;
  if (d === undefined || d < 1 || K <= d + 1) return undefined;
  // Rank d instead of K−1: the Gram matrix of the simplex cannot be met better than by its d largest eigenvalues.
  const floor = Math.sqrt(2 - 2 * Math.sqrt(d / (K - 1)));
  return {
    id: 'too-many-classes',
    text: `${K} classes cannot form a simplex equiangular tight frame in ${d} dimensions, which hold at most ${d + 1} of its vertices: distances to the simplex (nc2.means.etf, nc2.weights.etf) stay at ${formatValue(floor)} or above.`,
    paper: 'jiang2023',
    evidence: { classes: K, dimension: d, 'most classes': d + 1, 'nc2.floor': floor },
  };
}
