/** Models and saved activations opened as an editor: what the file is, and a button to measure it. Runs nothing untrusted. */
import path from 'node:path';
import * as vscode from 'vscode';
import { CancelledError } from '../driver/engine-client';
import { asFault } from '../protocol/faults';
import { parseFromPanel, type FileOverview, type FromPanel, type ToPanel } from '../protocol/panel';
import { inspectCommand, type InspectServices } from './inspect-command';
import { manifestIn } from './manifest-file';
import { describeAnyhow } from './model-target';
import { webviewHtml, webviewOptions } from './webview-html';

export const FILE_VIEW_TYPE = 'neuralCollapse.file';

export class FileEditor implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  private readonly registration: vscode.Disposable;

  /** @param handle takes what a page asks for that concerns more than its file */
  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly services: InspectServices,
    private readonly handle: (message: FromPanel) => void,
  ) {
    this.registration = vscode.window.registerCustomEditorProvider(FILE_VIEW_TYPE, this, {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  dispose(): void {
    this.registration.dispose();
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => {} };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const stop = new AbortController();
    let shown: FileOverview = { ...factsOf(uri), state: 'reading' };
    const show = (overview: FileOverview): void => {
      shown = overview;
      if (!stop.signal.aborted) void webview.postMessage({ type: 'file', overview } satisfies ToPanel);
    };
    const read = (): void => void this.overview(uri, stop.signal).then(show);
    const trusted = vscode.workspace.onDidGrantWorkspaceTrust(read);
    panel.onDidDispose(() => {
      stop.abort();
      trusted.dispose();
    });
    webview.onDidReceiveMessage((raw: unknown) => {
      const message = parseFromPanel(raw);
      if (message?.type === 'ready') show(shown);
      else if (message?.type === 'measureFile') {
        void inspectCommand(shown.kind === 'model' ? 'checkpoint' : 'activations', uri, this.services);
      } else if (message) this.handle(message);
    });
    webview.options = webviewOptions(this.extensionUri);
    webview.html = webviewHtml(webview, this.extensionUri, path.basename(uri.fsPath));
    read();
  }

  private async overview(uri: vscode.Uri, signal: AbortSignal): Promise<FileOverview> {
    const facts: FileOverview = { ...factsOf(uri), state: 'known' };
    const size = await vscode.workspace.fs.stat(uri).then(
      (found) => found.size,
      () => undefined,
    );
    if (size !== undefined) facts.size = size;
    if (!vscode.workspace.isTrusted) return { ...facts, state: 'untrusted' };
    if (uri.scheme !== 'file') {
      const message = vscode.l10n.t('This file is not on this machine’s disk; copy it here first.');
      return { ...facts, state: 'failed', message };
    }
    const file = uri.fsPath;
    try {
      return await this.services.engines.use(async (engine) => {
        if (facts.kind === 'activations') return { ...facts, arrays: await engine.arrays({ file }, signal) };
        const manifest = await manifestIn(path.dirname(file)).catch(() => ({ model: {} }));
        return { ...facts, model: await describeAnyhow(engine, file, manifest.model ?? {}, signal) };
      });
    } catch (error) {
      if (error instanceof CancelledError) return facts;
      const { message } = asFault(error);
      this.services.log.info(`${facts.name} cannot be described: ${message}`);
      return { ...facts, state: 'failed', message };
    }
  }
}

function factsOf(uri: vscode.Uri): Pick<FileOverview, 'name' | 'kind'> {
  return { name: path.basename(uri.path), kind: /\.onnx$/i.test(uri.path) ? 'model' : 'activations' };
}
