/** Inspecting: from a right click to a report that fills the panel checkpoint by checkpoint. */
import path from 'node:path';
import * as vscode from 'vscode';
import { CancelledError, type EngineClient } from '../driver/engine-client';
import type { EnginePool } from '../driver/engine-pool';
import { emptyReport, inspect } from '../driver/inspection';
import { settlePlan } from '../driver/settle';
import type { InspectRequest, MeasureProgress, MeasureRequest, Plan, Question } from '../protocol/engine';
import { asFault, Fault } from '../protocol/faults';
import type { Origin } from '../protocol/panel';
import type { Report } from '../protocol/report';
import { writeManifest } from '../run/manifest';
import type { Log } from './log';
import type { RunView } from './run-view';
import { readSettings } from './settings';
import { chooseTarget, type TargetKind } from './targets';

export interface InspectServices {
  engines: EnginePool;
  log: Log;
  /** A panel for the run: a new one, or the one that shows it already. */
  openView: (origin: Origin, title: string) => RunView;
  /** Called by the panel's Cancel button; returns how to unregister. */
  onCancel: (view: RunView, cancel: () => void) => vscode.Disposable;
}

/** The person looked at the question and turned away. */
class Declined extends Error {}

/** Resolves to the report, or to undefined where there is none (nothing chosen, cancelled early, or a fault that was shown). */
export async function inspectCommand(
  kind: TargetKind,
  resource: unknown,
  services: InspectServices,
): Promise<Report | undefined> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      'Neural Collapse Inspector runs models only in trusted workspaces; papers can be read in any.',
    );
    return undefined;
  }
  const target = await chooseTarget(kind, resource);
  if (!target) return undefined;
  if (target.scheme !== 'file') {
    await services.log.report(
      new Fault('E_NOT_FOUND', `${target.path} is not on this machine’s disk; copy it here first.`),
    );
    return undefined;
  }
  let report: Report | undefined;
  try {
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: `Neural Collapse: ${path.basename(target.fsPath)}`,
        cancellable: true,
      },
      async (progress, token) => {
        report = await services.engines.use((engine) => run(engine, kind, target.fsPath, services, progress, token));
      },
    );
  } catch (error) {
    if (!(error instanceof CancelledError) && !(error instanceof Declined)) void services.log.report(error);
  }
  return report;
}

type Progress = vscode.Progress<{ message?: string; increment?: number }>;

async function run(
  engine: EngineClient,
  kind: TargetKind,
  target: string,
  services: InspectServices,
  progress: Progress,
  token: vscode.CancellationToken,
): Promise<Report> {
  const { log } = services;
  const stop = new AbortController();
  token.onCancellationRequested(() => stop.abort());
  progress.report({ message: 'looking at the files' });
  const plan = await settlePlan(engine, requestOf(kind, target), ask, stop.signal);
  if (plan.remember) await remember(plan, log);
  const settings = readSettings();
  const request: MeasureRequest = {
    plan,
    provider: settings.provider,
    ...(settings.batchSize > 0 ? { batch: settings.batchSize } : {}),
    ...(settings.maxSamples > 0 ? { maxSamples: settings.maxSamples } : {}),
  };
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
      const others = report.failed.length > 1 ? ` (and ${report.failed.length - 1} more)` : '';
      void log.report(new Fault(first?.code ?? 'E_INTERNAL', `${first?.message ?? ''}${others}`));
    }
    return report;
  } catch (error) {
    if (shown()) view.done(error instanceof CancelledError ? 'Cancelled.' : asFault(error).message);
    throw error;
  } finally {
    closed.dispose();
    cancelled.dispose();
  }
}

function requestOf(kind: TargetKind, target: string): InspectRequest {
  const folder = kind === 'run' ? target : path.dirname(target);
  const roots = (vscode.workspace.workspaceFolders ?? []).map((entry) => entry.uri.fsPath);
  // Nearest first: the run's own folder, the one above, then the workspace.
  const inside = roots.some((root) => folder !== root && folder.startsWith(root + path.sep));
  return { target, kind, searchFolders: [...new Set([folder, ...(inside ? [path.dirname(folder)] : []), ...roots])] };
}

async function ask(question: Question): Promise<number> {
  const items = question.choices.map((choice, index) => ({
    label: choice.label,
    ...(choice.description === undefined ? {} : { description: choice.description }),
    index,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: question.text, ignoreFocusOut: true });
  if (!picked) throw new Declined();
  return picked.index;
}

/** What was found or answered is written beside the checkpoints, so that it is asked only once. */
async function remember(plan: Plan, log: Log): Promise<void> {
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
    const text = `${file} (${checkpoint + 1} of ${checkpoints}), batch ${batch} of ${batches}`;
    progress.report({ message: text, increment: Math.max(0, 100 * (share - told)) });
    told = Math.max(told, share);
    if (shown()) view.progress({ text, done: checkpoint, total: checkpoints });
  };
}
