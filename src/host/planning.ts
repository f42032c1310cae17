/** From what a command was called on to a plan: the part that every command about a run begins with. */
import path from 'node:path';
import * as vscode from 'vscode';
import { CancelledError, type EngineClient } from '../driver/engine-client';
import type { EnginePool } from '../driver/engine-pool';
import { settlePlan } from '../driver/settle';
import type { InspectRequest, Plan, Question } from '../protocol/engine';
import { Fault } from '../protocol/faults';
import type { Log } from './log';
import { chooseTarget, type TargetKind } from './targets';

export interface EngineServices {
  engines: EnginePool;
  log: Log;
}

export type Progress = vscode.Progress<{ message?: string; increment?: number }>;

/** The person looked at the question and turned away. */
export class Declined extends Error {}

/** False, with a word to the person, where the workspace is not trusted. */
export function isTrusted(): boolean {
  if (vscode.workspace.isTrusted) return true;
  void vscode.window.showWarningMessage(
    vscode.l10n.t('Neural Collapse Inspector runs models only in trusted workspaces; papers can be read in any.'),
  );
  return false;
}

/** The path on disk of what the command is to work on; undefined where nothing was chosen or it lies elsewhere. */
export async function targetPath(kind: TargetKind, resource: unknown, log: Log): Promise<string | undefined> {
  if (!isTrusted()) return undefined;
  const target = await chooseTarget(kind, resource);
  if (!target) return undefined;
  if (target.scheme === 'file') return target.fsPath;
  await log.report(new Fault('E_NOT_FOUND', `${target.path} is not on this machine’s disk; copy it here first.`));
  return undefined;
}

/**
 * Runs `work` with an engine of its own under a notification that can cancel it. Resolves to undefined where it was
 * cancelled, where the person turned away from a question, and where a fault was shown.
 */
export async function withEngine<T>(
  title: string,
  { engines, log }: EngineServices,
  work: (engine: EngineClient, progress: Progress, stop: AbortController) => Promise<T>,
): Promise<T | undefined> {
  const location = vscode.ProgressLocation.Notification;
  try {
    return await vscode.window.withProgress(
      { location, title: `Neural Collapse: ${title}`, cancellable: true },
      (progress, token) =>
        engines.use((engine) => {
          const stop = new AbortController();
          token.onCancellationRequested(() => stop.abort());
          return work(engine, progress, stop);
        }),
    );
  } catch (error) {
    if (!(error instanceof CancelledError) && !(error instanceof Declined)) void log.report(error);
    return undefined;
  }
}

/** @throws Fault of planning; Declined; CancelledError */
export function planOf(
  engine: EngineClient,
  kind: InspectRequest['kind'],
  target: string,
  signal: AbortSignal,
  options: Pick<InspectRequest, 'growing'> = {},
): Promise<Plan> {
  return settlePlan(engine, { ...requestOf(kind, target), ...options }, ask, signal);
}

function requestOf(kind: InspectRequest['kind'], target: string): InspectRequest {
  const isFolder = kind === 'run' || kind === 'guess';
  const folder = isFolder ? target : path.dirname(target);
  const roots = (vscode.workspace.workspaceFolders ?? []).map((entry) => entry.uri.fsPath);
  // Nearest first: the run's own folder, the one above, then the workspace.
  const inside = roots.some((root) => folder !== root && folder.startsWith(root + path.sep));
  const searchFolders = [...new Set([folder, ...(inside ? [path.dirname(folder)] : []), ...roots])];
  // A folder may hold checkpoints or saved activations; planning looks.
  return { target, kind: kind === 'run' ? 'guess' : kind, searchFolders };
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
