/** The model that a command is about: the file it was called on, or a checkpoint of the run that is shown. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../driver/engine-client';
import type { ModelDescription, ModelOverrides } from '../protocol/engine';
import type { CurrentRun } from './current-run';
import type { Log } from './log';
import { isTrusted, targetPath } from './planning';

export interface ModelTarget {
  /** Absolute path of the checkpoint. */
  file: string;
  /** Absolute folder whose manifest speaks of it. */
  folder: string;
  /** What to inspect again: the file, or the run that is shown. */
  inspect: { kind: 'checkpoint' | 'run'; target: string };
}

/** Without a resource: the last checkpoint of the run that is shown; where none is, the person chooses. */
export async function modelTarget(resource: unknown, current: CurrentRun, log: Log): Promise<ModelTarget | undefined> {
  if (!isTrusted()) return undefined;
  const shown = resource === undefined ? shownModel(current) : undefined;
  if (shown) return shown;
  const file = await targetPath('checkpoint', resource, log);
  if (file === undefined) return undefined;
  return { file, folder: path.dirname(file), inspect: { kind: 'checkpoint', target: file } };
}

function shownModel({ active, report }: CurrentRun): ModelTarget | undefined {
  const last = report?.checkpoints.at(-1)?.path ?? report?.failed.at(-1)?.path;
  if (!active || last === undefined || report?.run.kind !== 'checkpoints') return undefined;
  const file = active.resolve(last);
  const { target, folder } = active.origin;
  if (file === undefined || target === '') return undefined;
  return { file, folder, inspect: { kind: target === folder ? 'run' : 'checkpoint', target } };
}

/**
 * With the overrides of the manifest; where these name what is not in the model, without them, so that they can be
 * chosen anew.
 * @throws Fault where the model cannot be described in either way; CancelledError
 */
export async function describeAnyhow(
  engine: EngineClient,
  file: string,
  model: ModelOverrides,
  signal: AbortSignal,
): Promise<ModelDescription> {
  try {
    return await engine.describe({ file, model }, signal);
  } catch (error) {
    if (Object.keys(model).length === 0 || signal.aborted) throw error;
    return engine.describe({ file, model: {} }, signal);
  }
}

/** Says what was written, and offers to look at what comes of it. Does not wait for the answer. */
export function offerInspection(message: string, { inspect }: ModelTarget): void {
  const again = vscode.l10n.t('Inspect Again');
  void vscode.window.showInformationMessage(message, again).then((answer) => {
    if (answer !== again) return;
    const command = inspect.kind === 'run' ? 'neuralCollapse.inspectRun' : 'neuralCollapse.inspectCheckpoint';
    void vscode.commands.executeCommand(command, vscode.Uri.file(inspect.target));
  });
}
