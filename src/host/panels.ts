/** The open collapse panels: one per run, each with what its buttons do. */
import * as vscode from 'vscode';
import type { FromPanel, Origin } from '../protocol/panel';
import type { CurrentRun } from './current-run';
import { RUN_VIEW_TYPE, RunView } from './run-view';

export class Panels implements vscode.Disposable {
  private readonly byTarget = new Map<string, RunView>();
  private readonly cancels = new Map<RunView, () => void>();
  private readonly serializer: vscode.Disposable;
  private readonly restoreEmitter = new vscode.EventEmitter<RunView>();
  /** A panel that the editor restored, with the report it showed. */
  readonly onDidRestore = this.restoreEmitter.event;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly current: CurrentRun,
    /** Everything that concerns more than the panel itself. */
    private readonly otherwise: (message: FromPanel, view: RunView) => void,
  ) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(RUN_VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, state) => {
        const view = RunView.restore(extensionUri, panel, state, this.requests, this.activate);
        if (view.origin.target) this.byTarget.set(view.origin.target, view);
        this.keep(view);
        this.restoreEmitter.fire(view);
      },
    });
  }

  /** The panel that shows the run, if there is one. */
  find(target: string): RunView | undefined {
    return this.byTarget.get(target);
  }

  /** Every open panel, the latest last. */
  get all(): RunView[] {
    return [...new Set(this.byTarget.values())];
  }

  /** The panel that shows the run, revealed; a new one where there is none. */
  open(origin: Origin, title: string): RunView {
    const known = this.byTarget.get(origin.target);
    if (known) {
      known.origin = origin;
      known.reveal();
      this.current.set(known);
      return known;
    }
    const view = RunView.open(this.extensionUri, title, origin, this.requests, this.activate);
    this.byTarget.set(origin.target, view);
    this.keep(view);
    return view;
  }

  /** @param cancel stops the inspection that fills the view; an earlier one is stopped at once */
  onCancel(view: RunView, cancel: () => void): vscode.Disposable {
    this.cancels.get(view)?.();
    this.cancels.set(view, cancel);
    return new vscode.Disposable(() => {
      if (this.cancels.get(view) === cancel) this.cancels.delete(view);
    });
  }

  dispose(): void {
    this.serializer.dispose();
    this.restoreEmitter.dispose();
    for (const view of this.byTarget.values()) view.dispose();
  }

  private readonly activate = (view: RunView): void => this.current.set(view);

  private readonly requests = (message: FromPanel, view: RunView): void => {
    if (message.type === 'cancel') this.cancels.get(view)?.();
    else if (message.type === 'revealCheckpoint') {
      const file = view.resolve(message.path);
      if (file) void vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(file));
    } else this.otherwise(message, view);
  };

  private keep(view: RunView): void {
    view.onDidDispose(() => {
      this.cancels.delete(view);
      this.current.forget(view);
      for (const [target, other] of this.byTarget) if (other === view) this.byTarget.delete(target);
    });
  }
}
