/** A run that is measured while it is trained: what is ready is measured and put into the report that is there. */
import { findings } from '../findings/findings';
import type { MeasureRequest } from '../protocol/engine';
import { REPORT_SCHEMA, type Report } from '../protocol/report';
import type { EngineClient } from './engine-client';
import { GENERATOR, inspect, NothingMeasured, type InspectionListener } from './inspection';
import { inPlannedOrder, nextCheckpoints } from './next-checkpoints';

/** A report of a run of which nothing is known yet but its name. K is 0 until the first plan. */
export function awaitedReport(name: string): Report {
  return {
    schema: REPORT_SCHEMA,
    generator: GENERATOR,
    run: { path: name, kind: 'checkpoints', classes: 0, classNames: [] },
    checkpoints: [],
    failed: [],
    findings: [],
  };
}

/**
 * Measures what is ready of the request's plan and not in `report`, in place. A checkpoint that cannot be measured is
 * listed as failed.
 * @param ready absolute paths of complete files
 * @returns how many checkpoints were measured or failed
 * @throws Fault where nothing can be measured for a reason that is no checkpoint's; CancelledError
 */
export async function measureNext(
  engine: EngineClient,
  request: MeasureRequest,
  report: Report,
  ready: ReadonlySet<string>,
  listener: InspectionListener,
  signal?: AbortSignal,
): Promise<number> {
  const { plan } = request;
  report.run = plan.run;
  const stretches = nextCheckpoints(plan, ready, report);
  const all = stretches.reduce((sum, { checkpoints }) => sum + checkpoints.length, 0);
  let done = 0;
  try {
    for (const { after, checkpoints } of stretches) {
      const part = { ...request, plan: { ...plan, checkpoints }, ...(after ? { after } : {}) };
      const offset = done;
      const progress: InspectionListener['progress'] = (state) =>
        listener.progress?.({ ...state, checkpoint: offset + state.checkpoint, checkpoints: all });
      await inspect(engine, part, report, { ...listener, progress }, signal).catch((error: unknown) => {
        if (!(error instanceof NothingMeasured)) throw error;
      });
      done += checkpoints.length;
    }
    return all;
  } finally {
    inPlannedOrder(report, plan);
    report.findings = findings(report);
  }
}
