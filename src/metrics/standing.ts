/** Where a metric stands in a run: measured or not, its latest value, or the reason why there is none. */
import { reasonOf, valueOf, type CheckpointReport, type Report } from '../protocol/report';
import type { Metric } from './metric';
import { belongsElsewhere, metricById } from './registry';

export interface Standing {
  /** Whether any checkpoint has a value. */
  measured: boolean;
  /** The value at the last checkpoint. */
  latest?: number;
  /** Why the last checkpoint has none; absent where it has one. */
  reason?: string;
}

/** For metrics that the report does not mention at all. */
export const NOT_IN_RUN = 'does not belong to this kind of run';
/** For metrics that the run left out because others were asked for. */
export const NOT_ASKED = 'was not asked for; metrics in neural-collapse.json says what is measured';

export function standing({ checkpoints, run }: Pick<Report, 'checkpoints' | 'run'>, id: string): Standing {
  const last = checkpoints.at(-1);
  const measured = checkpoints.some((checkpoint) => valueOf(checkpoint, id) !== undefined);
  const latest = last && valueOf(last, id);
  if (latest !== undefined) return { measured, latest };
  if (run.metrics && !run.metrics.includes(id)) return { measured, reason: NOT_ASKED };
  return { measured, reason: reasonFor(checkpoints, id) };
}

function reasonFor(checkpoints: readonly CheckpointReport[], id: string): string {
  if (checkpoints.length === 0) return 'nothing is measured yet';
  const reasons = checkpoints.map((checkpoint) => reasonOf(checkpoint, id));
  const metric = metricById(id);
  return reasons.findLast((reason) => reason !== undefined) ?? (metric?.runs ? belongsElsewhere(metric) : NOT_IN_RUN);
}

/** The metrics that have a value at any checkpoint, in the given order. */
export function measuredIn(report: Pick<Report, 'checkpoints'>, list: readonly Metric[]): Metric[] {
  return list.filter(({ id }) => report.checkpoints.some((checkpoint) => valueOf(checkpoint, id) !== undefined));
}
