/** A run's manifest as the person sees it: with what stands in an open editor and is not saved yet. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { Manifest } from '../protocol/engine';
import { MANIFEST_NAME, parseManifest, readManifest, writeManifest } from '../run/manifest';
import { editManifest, type ManifestChange } from '../run/manifest-edit';

export function manifestUri(folder: string): vscode.Uri {
  return vscode.Uri.file(path.join(folder, MANIFEST_NAME));
}

/** Empty where there is no manifest. @throws Fault of reading, E_MANIFEST */
export async function manifestIn(folder: string): Promise<Manifest> {
  const unsaved = unsavedIn(folder);
  if (unsaved) return parseManifest(unsaved.getText(), MANIFEST_NAME).manifest;
  return (await readManifest(folder))?.manifest ?? {};
}

/**
 * Writes the keys given; comments and other keys stay. An editor with unsaved changes gets them, too, and is saved.
 * @throws Fault E_MANIFEST where what is there is no JSON, E_NOT_READABLE, E_NOT_WRITABLE
 */
export async function changeManifest(folder: string, change: ManifestChange): Promise<void> {
  const unsaved = unsavedIn(folder);
  if (!unsaved) {
    await writeManifest(folder, change);
    return;
  }
  await editDocument(unsaved, change);
  await unsaved.save();
}

/** The same in an open editor, which is left unsaved. @throws Fault E_MANIFEST */
export async function editDocument(document: vscode.TextDocument, change: ManifestChange): Promise<void> {
  const before = document.getText();
  const after = editManifest(before, change, MANIFEST_NAME);
  if (after === before) return;
  // What stays the same at both ends is not touched, so that cursors stay where they are.
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(start), document.positionAt(before.length - end));
  edit.replace(document.uri, range, after.slice(start, after.length - end));
  await vscode.workspace.applyEdit(edit);
}

function unsavedIn(folder: string): vscode.TextDocument | undefined {
  const wanted = manifestUri(folder).toString();
  return vscode.workspace.textDocuments.find((document) => document.isDirty && document.uri.toString() === wanted);
}
