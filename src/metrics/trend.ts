/** Where a measure stands and where it goes: what a status bar has room for. */
import { valueOf, type CheckpointReport, type Report } from '../protocol/report';

export interface Trend {
  at: CheckpointReport;
  value: number;
  /** The checkpoint before that has a value, and its value. */
  before?: { at: CheckpointReport; value: number };
  /** Absent where there is nothing to compare with. */
  direction?: 'falls' | 'rises' | 'rests';
}

/** The latest value of a metric, and whether it is below the one before. Undefined where no checkpoint has a value. */
export function trendOf({ checkpoints }: Pick<Report, 'checkpoints'>, metric: string): Trend | undefined {
  const known = checkpoints.flatMap((at) => {
    const value = valueOf(at, metric);
    return value === undefined ? [] : [{ at, value }];
  });
  const last = known.at(-1);
  const before = known.at(-2);
  if (!last) return undefined;
  if (!before) return last;
  const direction = last.value < before.value ? 'falls' : last.value > before.value ? 'rises' : 'rests';
  return { ...last, before, direction };
}
