/** What a metric of the logits needs, each lack as a reason that a person understands. */
import type { LogitStatistics } from '../statistics/logit-statistics';
import type { MetricInput } from './metric';
import { lacksSpread } from './requirements';

export type LogitsOrReason = LogitStatistics | { notApplicable: string };

/** The logits' statistics, with two classes at least and finite. */
export function logitsOf(input: MetricInput): LogitsOrReason {
  const { logits } = input;
  if (!logits) return { notApplicable: input.noClassifier ?? "the network's logits are not known" };
  if (input.statistics.classes < 2)
    return { notApplicable: 'there is only one class, and the measure compares classes' };
  if (!Number.isFinite(logits.statistics.traceWithin))
    return { notApplicable: 'some logits are NaN, infinite or too large' };
  return logits;
}

/** Class statistics of z̃, whose mean logits are not all equal. */
export function centredLogits(input: MetricInput): LogitStatistics['statistics'] | { notApplicable: string } {
  const logits = logitsOf(input);
  if ('notApplicable' in logits) return logits;
  if (!logits.centred) return { notApplicable: 'the statistics of the centred logits were not gathered' };
  const lack = lacksSpread(logits.centred);
  return lack ? { notApplicable: `in the logits, ${lack}` } : logits.centred;
}
