/** Finding: NC1 has stopped falling although training error is zero. */
import type { Finding, Report } from '../protocol/report';
import { formatValue } from '../metrics/number-format';
import { errorOf, placeOf, terminalPhase } from './course';

/** How many of the last checkpoints are looked at. Ours: with fewer, one noisy checkpoint would decide. */
export const STALL_CHECKPOINTS = 3;
/** NC1 must have fallen by this share over them. Ours: the variation of NC1 between neighbouring epochs is of this size. */
export const STALL_FALL = 0.1;
/** Below this NC1 is the rounding of float32 features and cannot fall; measured 1e-15 to 7e-12, growing with their offset. */
export const STALL_FLOOR = 1e-11;

export function collapseStalled(report: Report): Finding | undefined {
  const phase = terminalPhase(report);
  const last = phase.filter(({ metrics }) => metrics['nc1'] !== undefined).slice(-STALL_CHECKPOINTS);
  const start = last[0];
  const end = last.at(-1);
  if (!start || !end || last.length < STALL_CHECKPOINTS || end !== phase.at(-1)) return undefined;
  const before = start.metrics['nc1']!;
  const after = end.metrics['nc1']!;
  if (before < STALL_FLOOR || !(1 - after / before < STALL_FALL)) return undefined;
  const change = Math.abs(1 - after / before);
  const went =
    after === before ? 'stayed the same' : `${after < before ? 'fell by' : 'rose by'} ${formatValue(change, true)}`;
  return {
    id: 'collapse-stalled',
    text: `NC1 has stalled although ${errorOf(phase)}: it ${went} over the last ${STALL_CHECKPOINTS} checkpoints, from ${formatValue(before)} at ${placeOf(start)} to ${formatValue(after)} at ${placeOf(end)}.`,
    paper: 'papyan2020',
    evidence: {
      from: placeOf(start),
      to: placeOf(end),
      'nc1 before': before,
      'nc1 after': after,
      'share fallen': 1 - after / before,
      'least share': STALL_FALL,
    },
  };
}
