/** Create Run Manifest: a commented `neural-collapse.json` with what was found, or what one that is there lacks. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../driver/engine-client';
import type { Plan } from '../protocol/engine';
import { asFault, Fault } from '../protocol/faults';
import { createManifest, MANIFEST_NAME } from '../run/manifest';
import { detectedManifest, missingKeys } from '../run/manifest-detected';
import { manifestText, type ManifestDraft } from '../run/manifest-text';
import type { Log } from './log';
import { editDocument, manifestIn, manifestUri } from './manifest-file';
import { planOf, targetPath, withEngine, type EngineServices } from './planning';

/** Without data a manifest is needed most: it is made all the same, with that to be filled in. */
const NOTHING_FOUND = /^E_(NO_|SHAPE|INPUTS|LABEL|MULTILABEL|CLASSES|TRUNCATED|DAMAGED|FORMAT|DTYPE)/;

/**
 * @param resource a folder, a checkpoint or saved activations; without it the person chooses
 * @returns the manifest that was opened
 */
export async function createRunManifest(resource: unknown, services: EngineServices): Promise<vscode.Uri | undefined> {
  const target = await targetPath('run', resource, services.log);
  if (target === undefined) return undefined;
  const isFolder = await stat(target).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  const kind = isFolder ? 'run' : /\.onnx$/i.test(target) ? 'checkpoint' : 'activations';
  const folder = isFolder ? target : path.dirname(target);
  const uri = manifestUri(folder);
  const present = await hasManifest(uri);
  // What is there is shown whatever comes of looking for more.
  if (present) await show(uri);
  const found = await withEngine(`manifest of ${path.basename(folder)}`, services, async (engine, progress, stop) => {
    progress.report({ message: vscode.l10n.t('looking at the files') });
    const plan = await planOf(engine, kind, target, stop.signal).catch((error: unknown) => {
      if (present || !(error instanceof Fault) || !NOTHING_FOUND.test(error.code)) throw error;
      void services.log.report(error);
      return undefined;
    });
    return draftOf(engine, folder, plan, stop.signal);
  });
  if (!found) return present ? uri : undefined;
  if (present) {
    await offerMissing(uri, folder, found, services.log);
    return uri;
  }
  try {
    await createManifest(folder, manifestText(found));
    await show(uri);
    return uri;
  } catch (error) {
    void services.log.report(error);
    return undefined;
  }
}

/** As from the explorer: opened as a document by an extension it would outlive its tab. */
async function show(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', uri, { preview: false });
}

async function hasManifest(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.readFile(uri).then(
    (bytes) => Buffer.from(bytes).toString('utf8').trim() !== '',
    () => false,
  );
}

async function draftOf(
  engine: EngineClient,
  folder: string,
  plan: Plan | undefined,
  signal: AbortSignal,
): Promise<ManifestDraft> {
  const names = await readdir(folder).catch(() => []);
  const last = plan?.run.kind === 'checkpoints' ? plan.checkpoints.at(-1) : undefined;
  const description =
    last &&
    (await engine.describe({ file: last.file, model: plan?.model ?? {} }, signal).catch((error: unknown) => {
      // A model that cannot be described has a manifest without its layers.
      if (!(error instanceof Fault) || signal.aborted) throw error;
      return undefined;
    }));
  return {
    names,
    ...(plan ? { plan } : {}),
    ...(last && description ? { model: { file: last.path, description } } : {}),
  };
}

/** Offers keys that were found and do not stand in the manifest. Does not wait for the answer. */
async function offerMissing(uri: vscode.Uri, folder: string, { plan, names }: ManifestDraft, log: Log): Promise<void> {
  if (!plan) return;
  const missing = missingKeys(await manifestIn(folder), detectedManifest(plan, names));
  const keys = Object.keys(missing);
  if (keys.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} is there already and says all that was found.', MANIFEST_NAME),
    );
    return;
  }
  const add = vscode.l10n.t('Add');
  const question = vscode.l10n.t('{0} is there already. Add what else was found: {1}?', MANIFEST_NAME, keys.join(', '));
  void vscode.window.showInformationMessage(question, add).then(async (answer) => {
    if (answer !== add) return;
    try {
      await editDocument(await vscode.workspace.openTextDocument(uri), missing);
    } catch (error) {
      void log.report(asFault(error));
    }
  });
}
