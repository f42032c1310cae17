/** What metrics gave, as a report keeps it. */
import type { Measured } from '../protocol/report';
import type { MetricResult } from './metric';

/** Results sorted into numbers and reasons. */
export function asMeasured(results: readonly [string, MetricResult][]): Measured {
  const values: Record<string, number> = {};
  const reasons: Record<string, string> = {};
  for (const [id, result] of results) {
    if (typeof result !== 'number') reasons[id] = result.notApplicable;
    else if (Number.isFinite(result)) values[id] = result;
    else reasons[id] = 'the result is not a finite number; the features or weights are too large or not finite';
  }
  return Object.keys(reasons).length === 0 ? { metrics: values } : { metrics: values, notApplicable: reasons };
}
