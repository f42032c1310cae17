/** One run that is followed while it is trained: looks for complete checkpoints, measures them, extends the panel. */
import path from 'node:path';
import * as vscode from 'vscode';
import { CancelledError } from '../driver/engine-client';
import { awaitedReport, measureNext } from '../driver/growing-run';
import { asFault, Fault } from '../protocol/faults';
import type { MeasureProgress } from '../protocol/engine';
import type { Report } from '../protocol/report';
import { MANIFEST_NAME } from '../run/manifest';
import { ReadyFiles, type WaitingFile } from '../run/ready-files';
import { watchedFiles } from '../run/watched-files';
import { measureRequest, remember } from './inspect-command';
import { Declined, planOf, type EngineServices } from './planning';
import type { RunView } from './run-view';

/** Between two looks at a file that may still be written (milliseconds). */
const LOOK = 1000;
/** Between looks where nothing seems to happen: network file systems tell of no changes made elsewhere. */
const POLL = 10_000;
/** What a run lacks before its first checkpoint is complete. */
const NOT_YET = new Set(['E_NO_CHECKPOINTS', 'E_NOT_FOUND', 'E_TRUNCATED', 'E_NOT_ONNX', 'E_EXTERNAL_DATA']);

export class RunWatch implements vscode.Disposable {
  readonly report: Report;
  /** What is to be undone when the watch ends. */
  onEnd: () => void = () => {};
  private readonly files: ReadyFiles;
  private readonly watcher: vscode.FileSystemWatcher;
  private readonly stop = new AbortController();
  /** Complete files that are not in the report as they are now. */
  private readonly pending = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  /** Something changed since planning failed last, or never failed. */
  private retry = true;
  private lastLook = 0;
  private text = '';
  /** Why the complete files cannot be measured. */
  private problem: string | undefined;

  /**
   * @param target absolute folder of the run
   * @param onChange the report, or whether the watch goes on, has changed
   */
  constructor(
    readonly target: string,
    readonly view: RunView,
    private readonly services: EngineServices,
    private readonly onChange: () => void,
  ) {
    // A report of its own: an inspection that is going on in the panel no longer fills what is shown.
    const shown = view.report;
    this.report = shown
      ? { ...shown, checkpoints: [...shown.checkpoints], failed: [...shown.failed] }
      : awaitedReport(path.basename(target));
    this.files = new ReadyFiles((file) => this.whole(file));
    this.watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(target), '**'));
    const changed = (uri: vscode.Uri): void => {
      // Data of a run may come late, and a manifest may be corrected.
      this.retry = true;
      if (path.basename(uri.fsPath) === MANIFEST_NAME) this.problem = undefined;
      this.soon();
    };
    this.watcher.onDidCreate(changed);
    this.watcher.onDidChange(changed);
    this.watcher.onDidDelete(changed);
    this.tell(vscode.l10n.t('looking at the files'), true);
    void this.begin();
  }

  get stopped(): boolean {
    return this.stop.signal.aborted;
  }

  /** Ends the watch; what is being measured is given up. */
  dispose(): void {
    if (this.stopped) return;
    this.stop.abort();
    clearTimeout(this.timer);
    this.watcher.dispose();
    this.view.stopWatching();
  }

  /** What the report holds already is not measured again; what failed may have been incomplete then. */
  private async begin(): Promise<void> {
    const measured = new Set(this.report.checkpoints.map(({ path: shown }) => shown.split('#')[0]));
    const looks = await watchedFiles(this.target);
    const known = [...looks].filter(([file]) =>
      measured.has(path.relative(this.target, file).split(path.sep).join('/')),
    );
    this.files.passOver(new Map(known));
    await this.look();
  }

  private soon(): void {
    if (this.stopped || this.looking) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), Math.max(0, this.lastLook + LOOK - Date.now()));
  }

  private async look(): Promise<void> {
    if (this.stopped) return;
    this.looking = true;
    this.lastLook = Date.now();
    let waiting: WaitingFile[] = [];
    try {
      const ready = await this.files.look(await watchedFiles(this.target), this.lastLook);
      waiting = ready.waiting;
      for (const file of ready.files) this.pending.add(file);
      if (this.pending.size > 0 && (this.retry || ready.files.length > 0)) await this.measure();
    } catch (error) {
      if (this.stopped || error instanceof CancelledError) return;
      this.services.log.engine('error', asFault(error).message);
    } finally {
      this.looking = false;
    }
    if (this.stopped) return;
    this.tell(this.idle(waiting), false);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), waiting.length > 0 ? LOOK : POLL);
  }

  private async measure(): Promise<void> {
    const { engines, log } = this.services;
    const { signal } = this.stop;
    this.retry = false;
    try {
      await engines.use(async (engine) => {
        this.tell(vscode.l10n.t('looking at the files'), true);
        const plan = await planOf(engine, 'run', this.target, signal, { growing: true });
        if (plan.remember) await remember(plan, log);
        this.view.origin = { target: this.target, folder: plan.folder, checkpoints: plan.checkpoints.length };
        const first = this.report.checkpoints.length + this.report.failed.length === 0;
        this.report.run = plan.run;
        // Until now the page knew neither classes nor loss.
        if (first) this.view.show(this.report);
        const ready = new Set(this.pending);
        await measureNext(
          engine,
          measureRequest(plan),
          this.report,
          ready,
          {
            progress: (progress) => this.tell(words(progress), true),
            checkpoint: (checkpoint) => {
              log.info(`${checkpoint.path}: ${checkpoint.seconds.toFixed(2)} s on ${checkpoint.provider}`);
              this.view.addCheckpoint(checkpoint);
              this.onChange();
            },
            failed: (failed, details) => {
              log.engine('error', `${failed.code} ${failed.message}${details ? `\n${details}` : ''}`);
              this.view.addFailed(failed);
            },
          },
          signal,
        );
        for (const file of ready) this.pending.delete(file);
        this.problem = undefined;
      });
    } catch (error) {
      if (error instanceof Declined) {
        this.problem = vscode.l10n.t('a question about its data was not answered; write it into {0}', MANIFEST_NAME);
        return;
      }
      if (!(error instanceof Fault)) throw error;
      log.info(`${path.basename(this.target)} cannot be measured yet: ${error.code} ${error.message}`);
      const early = this.report.checkpoints.length === 0 && NOT_YET.has(error.code);
      this.problem = early ? undefined : error.message;
    }
  }

  private async whole(file: string): Promise<string | undefined> {
    return (await this.services.engines.use((engine) => engine.whole({ file }, this.stop.signal))).why;
  }

  private idle(waiting: readonly WaitingFile[]): string {
    const [first] = waiting;
    if (first) return vscode.l10n.t('{0} is still being written', path.basename(first.file));
    if (this.problem !== undefined) return this.problem;
    return this.report.checkpoints.length === 0
      ? vscode.l10n.t('waiting for the first checkpoint')
      : vscode.l10n.t('waiting for the next checkpoint');
  }

  private tell(text: string, busy: boolean): void {
    if (this.stopped) return;
    const same = text === this.text;
    this.text = text;
    if (same && busy) return;
    this.view.watching(this.report, { text, busy }, busy ? undefined : this.report.findings);
    if (!busy) this.onChange();
  }
}

function words({ path: file, batch, batches }: MeasureProgress): string {
  return vscode.l10n.t('{0}, batch {1} of {2}', file, batch, batches);
}
