/** A plan measured to a report. A checkpoint that takes the engine down is listed as failed; the rest is measured. */
import { findings } from '../findings/findings';
import type { FailedNotice, MeasureProgress, MeasureRequest, ProviderState } from '../protocol/engine';
import { Fault } from '../protocol/faults';
import { REPORT_SCHEMA, type CheckpointReport, type FailedCheckpoint, type Report } from '../protocol/report';
import { EngineCrash, type EngineClient } from './engine-client';

export interface InspectionListener {
  progress?(progress: MeasureProgress): void;
  checkpoint?(checkpoint: CheckpointReport): void;
  failed?(failed: FailedCheckpoint, details?: string): void;
  provider?(state: ProviderState): void;
}

export const GENERATOR = { name: 'neural-collapse-inspector', version: __VERSION__ };

/** No checkpoint could be measured; each one's reason was told to the listener already. */
export class NothingMeasured extends Fault {}

/** A report with nothing measured yet. */
export function emptyReport(request: MeasureRequest): Report {
  return {
    schema: REPORT_SCHEMA,
    generator: GENERATOR,
    run: request.plan.run,
    checkpoints: [],
    failed: [],
    findings: [],
  };
}

/**
 * Fills `report` as results arrive, checkpoints in the plan's order.
 * @throws Fault where nothing could be measured at all; CancelledError (what was measured stays in `report`)
 */
export async function inspect(
  engine: EngineClient,
  request: MeasureRequest,
  report: Report,
  listener: InspectionListener,
  signal?: AbortSignal,
): Promise<Report> {
  try {
    return await measureAll(engine, request, report, listener, signal);
  } finally {
    // Also where it was cancelled: what was measured says what it says.
    report.findings = findings(report);
  }
}

async function measureAll(
  engine: EngineClient,
  request: MeasureRequest,
  report: Report,
  listener: InspectionListener,
  signal?: AbortSignal,
): Promise<Report> {
  const all = request.plan.checkpoints;
  let from = 0;
  let { after } = request;
  while (from < all.length) {
    const part = {
      ...request,
      plan: { ...request.plan, checkpoints: all.slice(from) },
      ...(after ? { after } : {}),
    };
    const offset = from;
    let next = from;
    try {
      await engine.measure(
        part,
        {
          progress: (progress) =>
            listener.progress?.({ ...progress, checkpoint: progress.checkpoint + offset, checkpoints: all.length }),
          checkpoint: ({ index, report: checkpoint }) => {
            next = offset + index + 1;
            after = all[offset + index];
            place(report.checkpoints, checkpoint);
            report.failed = report.failed.filter(({ path }) => path !== checkpoint.path);
            listener.checkpoint?.(checkpoint);
          },
          failed: ({ index, failed, details }: FailedNotice) => {
            next = offset + index + 1;
            place(report.failed, failed);
            listener.failed?.(failed, details);
          },
          provider: (state) => listener.provider?.(state),
        },
        signal,
      );
      from = all.length;
    } catch (error) {
      const crashed = all[next];
      if (!(error instanceof EngineCrash) || !crashed) throw error;
      const failed: FailedCheckpoint = {
        path: crashed.path,
        code: 'E_ENGINE',
        message: `The engine process ended (${error.signal}) while measuring ${crashed.path}; try a smaller batch, or the CPU as execution provider.`,
      };
      place(report.failed, failed);
      listener.failed?.(failed);
      from = next + 1;
    }
  }
  if (report.checkpoints.length === 0) {
    const [first] = report.failed;
    throw new NothingMeasured(first?.code ?? 'E_NO_DATA', first?.message ?? 'There was no checkpoint to measure.');
  }
  return report;
}

/** In the place of what the report says of the same checkpoint already, else at the end. */
function place<T extends { path: string }>(list: T[], one: T): void {
  const known = list.findIndex(({ path }) => path === one.path);
  if (known < 0) list.push(one);
  else list[known] = one;
}
