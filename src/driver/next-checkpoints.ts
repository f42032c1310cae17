/** Which checkpoints of a growing run are to be measured next, and what each part's drift is counted from. */
import type { Plan, PlannedCheckpoint } from '../protocol/engine';
import type { Report } from '../protocol/report';

/** Checkpoints in the order of the run that follow each other. */
export interface Stretch {
  /** The checkpoint before the first, measured earlier. */
  after?: PlannedCheckpoint;
  checkpoints: PlannedCheckpoint[];
}

/**
 * The checkpoints of `plan` whose file is ready and, behind each, the one that was measured already: it now follows
 * another checkpoint, and its drift is counted anew.
 * @param ready absolute paths of files that are complete and were not measured as they are now
 */
export function nextCheckpoints(plan: Plan, ready: ReadonlySet<string>, report: Report): Stretch[] {
  const measured = new Set(report.checkpoints.map(({ path }) => path));
  const stretches: Stretch[] = [];
  let open: Stretch | undefined;
  let before: PlannedCheckpoint | undefined;
  for (const checkpoint of plan.checkpoints) {
    const fresh = ready.has(checkpoint.file);
    const known = measured.has(checkpoint.path);
    if (fresh || (known && open)) {
      if (!open) stretches.push((open = { ...(before ? { after: before } : {}), checkpoints: [] }));
      open.checkpoints.push(checkpoint);
    }
    if (!fresh && known) {
      open = undefined;
      before = checkpoint;
    }
  }
  return stretches;
}

/** The report's checkpoints in the order of the plan; what the plan no longer has keeps its place before them. */
export function inPlannedOrder(report: Report, plan: Plan): void {
  const place = new Map(plan.checkpoints.map(({ path }, i) => [path, i]));
  report.checkpoints.sort((a, b) => (place.get(a.path) ?? -1) - (place.get(b.path) ?? -1));
}
