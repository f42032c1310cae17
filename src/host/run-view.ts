/** The collapse panel of one run: a webview that shows a report and takes results as they arrive. */
import path from 'node:path';
import * as vscode from 'vscode';
import { parseFromPanel, type FromPanel, type Origin, type PanelProgress, type ToPanel } from '../protocol/panel';
import { REPORT_SCHEMA, type CheckpointReport, type FailedCheckpoint, type Report } from '../protocol/report';
import { panelIcon, webviewHtml, webviewOptions } from './webview-html';

export const RUN_VIEW_TYPE = 'neuralCollapse.run';

/** What a webview asks of the rest of the extension. */
export type PanelRequests = (message: FromPanel, view: RunView) => void;

export class RunView implements vscode.Disposable {
  report: Report | undefined;
  private running = false;
  private ready = false;
  private disposed = false;
  private queue: ToPanel[] = [];
  private readonly disposeEmitter = new vscode.EventEmitter<void>();
  readonly onDidDispose = this.disposeEmitter.event;

  private constructor(
    private readonly panel: vscode.WebviewPanel,
    public origin: Origin,
    requests: PanelRequests,
    onActive: (view: RunView) => void,
  ) {
    panel.webview.onDidReceiveMessage((raw: unknown) => {
      const message = parseFromPanel(raw);
      if (!message) return;
      if (message.type === 'ready') this.flush();
      else requests(message, this);
    });
    panel.onDidChangeViewState(() => {
      if (panel.active) onActive(this);
    });
    panel.onDidDispose(() => {
      this.disposed = true;
      this.disposeEmitter.fire();
    });
    onActive(this);
  }

  static open(
    extensionUri: vscode.Uri,
    title: string,
    origin: Origin,
    requests: PanelRequests,
    onActive: (view: RunView) => void,
  ): RunView {
    const panel = vscode.window.createWebviewPanel(RUN_VIEW_TYPE, title, vscode.ViewColumn.Active, {
      ...webviewOptions(extensionUri),
    });
    return RunView.adopt(extensionUri, panel, origin, requests, onActive);
  }

  /** A panel that the editor restored; its page keeps the report it showed. */
  static restore(
    extensionUri: vscode.Uri,
    panel: vscode.WebviewPanel,
    state: unknown,
    requests: PanelRequests,
    onActive: (view: RunView) => void,
  ): RunView {
    panel.webview.options = webviewOptions(extensionUri);
    const { report, origin } = savedState(state);
    const view = RunView.adopt(extensionUri, panel, origin, requests, onActive);
    if (report) {
      view.report = report;
      const { checkpoints } = origin;
      const done = report.checkpoints.length + report.failed.length;
      // Measuring ended with the window, and nothing else would say that there is more.
      if (done < checkpoints)
        view.done(
          `${done} of ${checkpoints} checkpoints were measured before the window closed; inspect the run again for the rest.`,
        );
    }
    return view;
  }

  private static adopt(
    extensionUri: vscode.Uri,
    panel: vscode.WebviewPanel,
    origin: Origin,
    requests: PanelRequests,
    onActive: (view: RunView) => void,
  ): RunView {
    const view = new RunView(panel, origin, requests, onActive);
    panel.iconPath = panelIcon(extensionUri);
    panel.webview.html = webviewHtml(panel.webview, extensionUri, panel.title);
    return view;
  }

  reveal(): void {
    if (!this.disposed) this.panel.reveal(undefined, false);
  }

  start(report: Report): void {
    this.report = report;
    this.running = true;
    this.post({ type: 'report', report, running: true, origin: this.origin });
  }

  addCheckpoint(checkpoint: CheckpointReport): void {
    this.post({ type: 'checkpoint', checkpoint });
  }

  addFailed(failed: FailedCheckpoint): void {
    this.post({ type: 'failed', failed });
  }

  progress(progress: PanelProgress): void {
    if (this.ready) this.post({ type: 'progress', progress });
  }

  /** @param message why measuring ended, if it did not end well */
  done(message?: string): void {
    this.running = false;
    const { findings = [] } = this.report ?? {};
    this.post({ type: 'done', findings, ...(message === undefined ? {} : { message }) });
  }

  showMetric(metric: string): void {
    this.reveal();
    this.post({ type: 'showMetric', metric });
  }

  /** Absolute path of a checkpoint of this run; undefined for a path that would leave the folder. */
  resolve(relative: string): string | undefined {
    const { folder } = this.origin;
    if (!folder) return undefined;
    const target = path.resolve(folder, relative);
    return target === folder || target.startsWith(folder + path.sep) ? target : undefined;
  }

  dispose(): void {
    this.panel.dispose();
    this.disposeEmitter.dispose();
  }

  /** A page that starts (or starts again after having been hidden) gets the whole report, then what waited for it. */
  private flush(): void {
    const waiting = this.queue;
    this.queue = [];
    this.ready = true;
    if (this.report) this.send({ type: 'report', report: this.report, running: this.running, origin: this.origin });
    for (const message of waiting) this.send(message);
  }

  private post(message: ToPanel): void {
    // A measurement may end after its panel was closed.
    if (this.disposed) return;
    if (this.ready && this.panel.visible) this.send(message);
    else {
      // A hidden page is discarded by the editor; when shown it asks again and gets the whole report.
      this.ready = false;
      if (message.type === 'showMetric' || message.type === 'done') this.queue.push(message);
    }
  }

  private send(message: ToPanel): void {
    void this.panel.webview.postMessage(message);
  }
}

/** What a page saved of its run: a report of the known schema and where it came from; nothing of it is trusted more. */
function savedState(state: unknown): { report?: Report; origin: Origin } {
  const { report, origin } = (state ?? {}) as { report?: Report; origin?: Partial<Origin> };
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    origin: {
      target: text(origin?.target),
      folder: text(origin?.folder),
      checkpoints: typeof origin?.checkpoints === 'number' ? origin.checkpoints : 0,
    },
    ...(report?.schema === REPORT_SCHEMA && Array.isArray(report.checkpoints) ? { report } : {}),
  };
}
