/** Problems of an open manifest that its schema cannot see, marked where they stand. */
import path from 'node:path';
import * as vscode from 'vscode';
import { asFault } from '../protocol/faults';
import type { ManifestProblem } from '../run/manifest-check';
import { MANIFEST_NAME } from '../run/manifest';
import type { Log } from './log';

const DELAY = 300;

interface Watched {
  timer?: NodeJS.Timeout;
  /** Counts checks, so that one that was overtaken is not shown. */
  check: number;
  watcher: vscode.Disposable;
}

export class ManifestDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('neuralCollapse');
  private readonly watched = new Map<vscode.TextDocument, Watched>();
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly log: Log) {
    const { workspace } = vscode;
    this.listeners = [
      workspace.onDidOpenTextDocument((document) => this.open(document)),
      workspace.onDidChangeTextDocument(({ document }) => this.soon(document)),
      workspace.onDidCloseTextDocument((document) => this.close(document)),
      workspace.onDidGrantWorkspaceTrust(() => {
        for (const document of this.watched.keys()) this.soon(document);
      }),
    ];
    for (const document of workspace.textDocuments) this.open(document);
  }

  dispose(): void {
    for (const document of [...this.watched.keys()]) this.close(document);
    for (const listener of this.listeners) listener.dispose();
    this.collection.dispose();
  }

  private open(document: vscode.TextDocument): void {
    const { uri } = document;
    if (uri.scheme !== 'file' || path.basename(uri.fsPath) !== MANIFEST_NAME || this.watched.has(document)) return;
    // Below the workspace the editor watches anyway; elsewhere one folder is enough.
    const depth = vscode.workspace.getWorkspaceFolder(uri) ? '**' : '*';
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), depth);
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const again = (): void => this.soon(document);
    watcher.onDidCreate(again);
    watcher.onDidDelete(again);
    watcher.onDidChange(again);
    this.watched.set(document, { check: 0, watcher });
    this.soon(document);
  }

  private close(document: vscode.TextDocument): void {
    const known = this.watched.get(document);
    if (!known) return;
    clearTimeout(known.timer);
    known.watcher.dispose();
    this.watched.delete(document);
    this.collection.delete(document.uri);
  }

  private soon(document: vscode.TextDocument): void {
    const known = this.watched.get(document);
    if (!known) return;
    clearTimeout(known.timer);
    known.timer = setTimeout(() => void this.check(document, known), DELAY);
  }

  private async check(document: vscode.TextDocument, known: Watched): Promise<void> {
    const check = ++known.check;
    const { version } = document;
    try {
      // Loaded when first needed: opening every format's files is more than most sessions do.
      const { checkManifest } = await import('../run/manifest-check');
      const problems = await checkManifest(document.getText(), {
        folder: path.dirname(document.uri.fsPath),
        openFiles: vscode.workspace.isTrusted,
      });
      if (known.check !== check || document.version !== version || this.watched.get(document) !== known) return;
      this.collection.set(
        document.uri,
        problems.map((problem) => diagnostic(document, problem)),
      );
    } catch (error) {
      this.log.info(`the manifest could not be checked: ${asFault(error).message}`);
    }
  }
}

function diagnostic(document: vscode.TextDocument, problem: ManifestProblem): vscode.Diagnostic {
  const { offset, length, message, severity } = problem;
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
  const { Error, Warning } = vscode.DiagnosticSeverity;
  const out = new vscode.Diagnostic(range, message, severity === 'error' ? Error : Warning);
  out.source = 'Neural Collapse';
  return out;
}
