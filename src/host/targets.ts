/** What a command is to work on: the resource it was called on, or what the person picks. */
import * as vscode from 'vscode';

export type TargetKind = 'checkpoint' | 'run' | 'activations';

function titleOf(kind: TargetKind): string {
  if (kind === 'checkpoint') return vscode.l10n.t('Choose a checkpoint');
  if (kind === 'run') return vscode.l10n.t('Choose a folder of checkpoints or saved activations');
  return vscode.l10n.t('Choose saved activations');
}

const GLOBS: Record<TargetKind, string> = {
  checkpoint: '**/*.onnx',
  run: '**/*.onnx',
  activations: '**/*.{npz,npy,safetensors,h5,hdf5,he5,pt,pth,parquet}',
};
const LIMIT = 500;

/** @param resource given when the command comes from the explorer */
export async function chooseTarget(kind: TargetKind, resource: unknown): Promise<vscode.Uri | undefined> {
  if (resource instanceof vscode.Uri) return resource;
  // Where the editor's search does not work, the person can still browse.
  const found = await vscode.workspace.findFiles(GLOBS[kind], '**/node_modules/**', LIMIT).then(
    (files) => files,
    (): vscode.Uri[] => [],
  );
  const uris = kind === 'run' ? folders(found) : found;
  const browse = vscode.l10n.t('Browse…');
  const items = uris
    .map((uri) => ({ label: labelOf(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label, undefined, { numeric: true }));
  if (items.length > 0) {
    const picked = await vscode.window.showQuickPick([...items, { label: browse, uri: undefined }], {
      title: titleOf(kind),
    });
    if (!picked) return undefined;
    if (picked.uri) return picked.uri;
  }
  const chosen = await vscode.window.showOpenDialog({
    title: titleOf(kind),
    canSelectFolders: kind === 'run',
    canSelectFiles: kind !== 'run',
  });
  return chosen?.[0];
}

/** Path within the workspace; a workspace folder itself by its name. */
function labelOf(uri: vscode.Uri): string {
  const root = vscode.workspace.workspaceFolders?.find((folder) => folder.uri.toString() === uri.toString());
  return root?.name ?? vscode.workspace.asRelativePath(uri);
}

function folders(files: vscode.Uri[]): vscode.Uri[] {
  const byPath = new Map<string, vscode.Uri>();
  for (const file of files) {
    const folder = vscode.Uri.joinPath(file, '..');
    byPath.set(folder.toString(), folder);
  }
  return [...byPath.values()];
}
