/** The collapse panel of one run: a webview that shows a report and takes results as they arrive. */
import path from 'node:path';
import * as vscode from 'vscode';
import {
  parseFromPanel,
  type ComparedRun,
  type FromPanel,
  type Origin,
  type PanelProgress,
  type ToPanel,
  type WatchState,
} from '../protocol/panel';
import {
  REPORT_SCHEMA,
  type CheckpointReport,
  type FailedCheckpoint,
  type Finding,
  type Report,
} from '../protocol/report';
import { panelIcon, webviewHtml, webviewOptions } from './webview-html';

export const RUN_VIEW_TYPE = 'neuralCollapse.run';

/** What a webview asks of the rest of the extension. */
export type PanelRequests = (message: FromPanel, view: RunView) => void;

export class RunView implements vscode.Disposable {
  report: Report | undefined;
  private watch: WatchState | undefined;
  private compared: readonly ComparedRun[] = [];
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
    const { report, origin, others } = savedState(state);
    const view = RunView.adopt(extensionUri, panel, origin, requests, onActive);
    view.compared = others;
    if (report) {
      view.report = report;
      const { checkpoints } = origin;
      const done = report.checkpoints.length + report.failed.length;
      // Measuring ended with the window, and nothing else would say that there is more.
      if (done < checkpoints)
        view.done(
          vscode.l10n.t(
            '{0} of {1} checkpoints were measured before the window closed; inspect the run again for the rest.',
            done,
            checkpoints,
          ),
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

  /** Shows a report that fills while it is measured. */
  start(report: Report): void {
    this.replace(report, true);
  }

  /** Shows a report that is there as a whole. */
  show(report: Report, others: readonly ComparedRun[] = this.compared): void {
    this.compared = others;
    this.replace(report, false);
  }

  /** Shows the report of a run that is watched, or what the watch does now. */
  watching(report: Report, watch: WatchState, findings?: Finding[]): void {
    const same = this.report === report && this.watch !== undefined;
    this.watch = watch;
    if (same) this.post({ type: 'watch', watch, ...(findings ? { findings } : {}) });
    else this.replace(report, false);
  }

  /** The report stays as it is. */
  stopWatching(): void {
    if (!this.watch) return;
    this.watch = undefined;
    this.post({ type: 'watch' });
  }

  get others(): readonly ComparedRun[] {
    return this.compared;
  }

  compare(others: readonly ComparedRun[]): void {
    this.compared = others;
    this.post({ type: 'compare', others });
  }

  private replace(report: Report, running: boolean): void {
    this.report = report;
    this.running = running;
    // What waited to be said of an earlier report is over.
    this.queue = this.queue.filter(({ type }) => type !== 'done');
    this.post(this.whole(report));
  }

  private whole(report: Report): ToPanel {
    const { running, origin, watch, compared: others } = this;
    return {
      type: 'report',
      report,
      running,
      origin,
      ...(watch ? { watch } : {}),
      ...(others.length > 0 ? { others } : {}),
    };
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
    if (this.report) this.send(this.whole(this.report));
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

/** What a page saved of its run: reports of the known schema and where they came from; nothing of it is trusted more. */
function savedState(state: unknown): { report?: Report; origin: Origin; others: ComparedRun[] } {
  const { report, origin, others } = (state ?? {}) as {
    report?: Report;
    origin?: Partial<Origin>;
    others?: Partial<ComparedRun>[];
  };
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    origin: {
      target: text(origin?.target),
      folder: text(origin?.folder),
      checkpoints: typeof origin?.checkpoints === 'number' ? origin.checkpoints : 0,
    },
    others: (Array.isArray(others) ? others : []).flatMap((other) =>
      isReport(other?.report) ? [{ id: text(other.id), name: text(other.name), report: other.report }] : [],
    ),
    ...(isReport(report) ? { report } : {}),
  };
}

function isReport(report: Report | undefined): report is Report {
  return report?.schema === REPORT_SCHEMA && Array.isArray(report.checkpoints);
}
