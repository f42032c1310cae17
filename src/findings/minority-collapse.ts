/** Finding: the classifier rows of the rare classes nearly coincide, or the rare classes are not learned. */
import type { Finding, Report } from '../protocol/report';
import { formatValue } from '../metrics/number-format';
import { lastCheckpoint, placeOf } from './course';

/**
 * Mean cosine of the minority's classifier rows that counts as nearly 1. Source: fang2021, whose exact optimum rises
 * from −1/(K−1) through 0.52 and 0.94 to 1 just before the threshold.
 */
export const MINORITY_COSINE = 0.9;
/** The minority's accuracy below this share of the majority's. Ours: half as good is beyond any fluctuation. */
export const MINORITY_SHARE = 0.5;

export function minorityCollapse(report: Report): Finding | undefined {
  const last = lastCheckpoint(report);
  if (!last) return undefined;
  const cosine = last.metrics['lpm.minorityCosine'];
  const minority = last.metrics['accuracy.minority'];
  const majority = last.metrics['accuracy.majority'];
  const coincide = cosine !== undefined && cosine >= MINORITY_COSINE;
  const unlearned = minority !== undefined && majority !== undefined && minority < MINORITY_SHARE * majority;
  if (!coincide && !unlearned) return undefined;
  const sentences: string[] = [];
  if (cosine !== undefined) {
    sentences.push(
      `The minority’s classifier rows have a mean cosine of ${formatValue(cosine)} at ${placeOf(last)}; 1 means that they coincide.`,
    );
  }
  if (minority !== undefined && majority !== undefined) {
    sentences.push(
      `Training accuracy is ${formatValue(minority, true)} on the minority and ${formatValue(majority, true)} on the majority.`,
    );
  }
  return {
    id: 'minority-collapse',
    text: sentences.join(' '),
    paper: 'fang2021',
    evidence: {
      at: placeOf(last),
      ...(cosine === undefined ? {} : { 'lpm.minorityCosine': cosine, 'least cosine': MINORITY_COSINE }),
      ...(minority === undefined ? {} : { 'accuracy.minority': minority }),
      ...(majority === undefined ? {} : { 'accuracy.majority': majority }),
    },
  };
}
