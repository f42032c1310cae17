/** Inspecting: from a right click to a report that fills the panel checkpoint by checkpoint. */
import path from 'node:path';
import * as vscode from 'vscode';
import { CancelledError, type EngineClient } from '../driver/engine-client';
import { emptyReport, inspect } from '../driver/inspection';
import type { MeasureProgress, MeasureRequest, Plan } from '../protocol/engine';
import { asFault, Fault } from '../protocol/faults';
import type { Origin } from '../protocol/panel';
import type { Report } from '../protocol/report';
import { writeManifest } from '../run/manifest';
import type { Log } from './log';
import { planOf, targetPath, withEngine, type EngineServices, type Progress } from './planning';
import type { RunView } from './run-view';
import { readSettings } from './settings';
import type { TargetKind } from './targets';

export interface InspectServices extends EngineServices {
  /** A panel for the run: a new one, or the one that shows it already. */
  openView: (origin: Origin, title: string) => RunView;
  /** Called by the panel's Cancel button; returns how to unregister. */
  onCancel: (view: RunView, cancel: () => void) => vscode.Disposable;
}

/** Resolves to the report, or to undefined where there is none (nothing chosen, cancelled early, or a fault that was shown). */
export async function inspectCommand(
  kind: TargetKind,
  resource: unknown,
  services: InspectServices,
): Promise<Report | undefined> {
  const target = await targetPath(kind, resource, services.log);
  if (target === undefined) return undefined;
  return withEngine(path.basename(target), services, (engine, progress, stop) =>
    run(engine, kind, target, services, progress, stop),
  );
}

async function run(
  engine: EngineClient,
  kind: TargetKind,
  target: string,
  services: InspectServices,
  progress: Progress,
  stop: AbortController,
): Promise<Report> {
  const { log } = services;
  progress.report({ message: vscode.l10n.t('looking at the files') });
  const plan = await planOf(engine, kind, target, stop.signal);
  if (plan.remember) await remember(plan, log);
  const request = measureRequest(plan);
  const report = emptyReport(request);
  const view = services.openView(
    { target, folder: plan.folder, checkpoints: plan.checkpoints.length },
    path.basename(target),
  );
  const closed = view.onDidDispose(() => stop.abort());
  const cancelled = services.onCancel(view, () => stop.abort());
  view.start(report);
  // The same run inspected again takes the panel over; what the earlier inspection still says is not shown.
  const shown = (): boolean => view.report === report;
  const tell = progressTeller(progress, view, shown);
  try {
    await inspect(
      engine,
      request,
      report,
      {
        progress: tell,
        checkpoint: (checkpoint) => {
          log.info(`${checkpoint.path}: ${checkpoint.seconds.toFixed(2)} s on ${checkpoint.provider}`);
          if (shown()) view.addCheckpoint(checkpoint);
        },
        failed: (failed, details) => {
          log.engine('error', `${failed.code} ${failed.message}${details ? `\n${details}` : ''}`);
          if (shown()) view.addFailed(failed);
        },
      },
      stop.signal,
    );
    if (shown()) view.done();
    if (report.failed.length > 0) {
      const [first] = report.failed;
      const others = report.failed.length > 1 ? vscode.l10n.t(' (and {0} more)', report.failed.length - 1) : '';
      void log.report(new Fault(first?.code ?? 'E_INTERNAL', `${first?.message ?? ''}${others}`));
    }
    return report;
  } catch (error) {
    if (shown()) view.done(error instanceof CancelledError ? vscode.l10n.t('Cancelled.') : asFault(error).message);
    throw error;
  } finally {
    closed.dispose();
    cancelled.dispose();
  }
}

/** With what the settings say. */
export function measureRequest(plan: Plan): MeasureRequest {
  const settings = readSettings();
  return {
    plan,
    provider: settings.provider,
    ...(settings.batchSize > 0 ? { batch: settings.batchSize } : {}),
    ...(settings.maxSamples > 0 ? { maxSamples: settings.maxSamples } : {}),
  };
}

/** What was found or answered is written beside the checkpoints, so that it is asked only once. */
export async function remember(plan: Plan, log: Log): Promise<void> {
  if (!plan.remember) return;
  try {
    const file = await writeManifest(plan.folder, plan.remember);
    log.info(`remembered the data in ${file}`);
  } catch (error) {
    // A read-only folder must not stop a measurement.
    log.engine('warn', `the answer could not be remembered: ${asFault(error).message}`);
  }
}

function progressTeller(progress: Progress, view: RunView, shown: () => boolean): (state: MeasureProgress) => void {
  let told = 0;
  return ({ checkpoint, checkpoints, path: file, batch, batches }) => {
    const share = (checkpoint + batch / Math.max(1, batches)) / checkpoints;
    const text = vscode.l10n.t('{0} ({1} of {2}), batch {3} of {4}', file, checkpoint + 1, checkpoints, batch, batches);
    progress.report({ message: text, increment: Math.max(0, 100 * (share - told)) });
    told = Math.max(told, share);
    if (shown()) view.progress({ text, done: checkpoint, total: checkpoints });
  };
}
