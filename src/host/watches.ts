/** The runs that are watched: started and stopped, kept over a reload of the window, and told of in the status bar. */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { formatValue } from '../metrics/number-format';
import { trendOf, type Trend } from '../metrics/trend';
import type { Origin } from '../protocol/panel';
import type { CheckpointReport } from '../protocol/report';
import type { Panels } from './panels';
import { isTrusted, targetPath, type EngineServices } from './planning';
import type { RunView } from './run-view';
import { RunWatch } from './run-watch';

/** Key of the workspace's memory: absolute folders. */
const KEPT = 'neuralCollapse.watched';
/** What the status bar tells the course of. */
const METRIC = 'nc1';
const ARROWS: Record<NonNullable<Trend['direction']>, string> = { falls: '↓', rises: '↑', rests: '→' };

export class Watches implements vscode.Disposable {
  private readonly byTarget = new Map<string, RunWatch>();
  private readonly status: vscode.StatusBarItem;
  private readonly listeners: vscode.Disposable[];
  /** The run that changed last. */
  private latest: RunWatch | undefined;
  private closing = false;

  constructor(
    private readonly memory: vscode.Memento,
    private readonly panels: Panels,
    private readonly services: EngineServices,
  ) {
    this.status = vscode.window.createStatusBarItem('neuralCollapse.watch', vscode.StatusBarAlignment.Left, 10);
    this.status.name = vscode.l10n.t('Neural Collapse: watched run');
    this.status.command = 'neuralCollapse.showWatchedRun';
    this.listeners = [
      panels.onDidRestore((view) => this.resume(view)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => panels.all.forEach((view) => this.resume(view))),
    ];
    void this.forgetClosed();
  }

  /** @param resource a folder, where the command comes from the explorer */
  async start(resource: unknown): Promise<void> {
    const target = await targetPath('run', resource, this.services.log);
    if (target === undefined) return;
    const facts = await stat(target).catch(() => undefined);
    // A run may be watched before its first file is there.
    if (!facts) await mkdir(target, { recursive: true }).catch(() => undefined);
    const folder = facts?.isFile() ? path.dirname(target) : target;
    const known = this.byTarget.get(folder);
    if (known) {
      known.view.reveal();
      return;
    }
    const shown = this.panels.find(folder);
    const origin: Origin = shown?.origin ?? { target: folder, folder, checkpoints: 0 };
    this.watch(folder, this.panels.open(origin, path.basename(folder)));
  }

  /** The same for the run of a panel. */
  startIn(view: RunView): void {
    const { target, folder } = view.origin;
    if (target !== '' && target === folder && isTrusted()) this.watch(target, view);
  }

  /** Without a view: every watch. */
  stop(view?: RunView): void {
    for (const watch of [...this.byTarget.values()]) if (!view || watch.view === view) this.end(watch);
  }

  /** Brings the panel of the run that the status bar tells of to the front. */
  show(): void {
    const watch = this.latest ?? [...this.byTarget.values()].at(-1);
    if (watch) watch.view.reveal();
    else void vscode.window.showInformationMessage(vscode.l10n.t('No run is being watched.'));
  }

  /** When the window closes, what is watched stays remembered. */
  dispose(): void {
    this.closing = true;
    for (const watch of this.byTarget.values()) watch.dispose();
    for (const listener of this.listeners) listener.dispose();
    this.status.dispose();
  }

  private watch(target: string, view: RunView): void {
    if (this.byTarget.has(target)) return;
    const watch = new RunWatch(target, view, this.services, () => this.tell(watch));
    this.byTarget.set(target, watch);
    // Closed, or inspected as a whole: either ends the watch.
    const ends: vscode.Disposable[] = [
      view.onDidDispose(() => this.end(watch)),
      this.panels.onCancel(view, () => this.end(watch)),
    ];
    watch.onEnd = () => {
      for (const one of ends) one.dispose();
    };
    this.keep();
    this.tell(watch);
  }

  private end(watch: RunWatch): void {
    watch.dispose();
    if (this.closing) return;
    watch.onEnd();
    this.byTarget.delete(watch.target);
    if (this.latest === watch) this.latest = undefined;
    this.keep();
    this.draw();
  }

  /** A panel that came back with the window: its run is watched on. */
  private resume(view: RunView): void {
    const { target } = view.origin;
    if (this.kept().includes(target) && vscode.workspace.isTrusted) this.watch(target, view);
  }

  private kept(): string[] {
    return this.memory.get<string[]>(KEPT, []);
  }

  private keep(): void {
    void this.memory.update(KEPT, [...this.byTarget.keys()]);
  }

  /** A watch whose panel did not come back with the window has ended with it. */
  private async forgetClosed(): Promise<void> {
    const open = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .some(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('neuralCollapse.run'));
    if (!open && this.byTarget.size === 0 && this.kept().length > 0) await this.memory.update(KEPT, undefined);
  }

  private tell(watch: RunWatch): void {
    this.latest = watch;
    this.draw();
  }

  private draw(): void {
    const watch = this.latest ?? [...this.byTarget.values()].at(-1);
    if (!watch || watch.stopped) {
      this.status.hide();
      return;
    }
    const { report } = watch;
    const trend = trendOf(report, METRIC);
    const arrow = trend?.direction ? ` ${ARROWS[trend.direction]}` : '';
    this.status.text = trend ? `$(eye) NC1 ${twoDigits(trend.value)}${arrow}` : '$(eye) NC1 …';
    const tooltip = new vscode.MarkdownString(undefined, false);
    tooltip.isTrusted = { enabledCommands: ['neuralCollapse.stopWatching'] };
    tooltip.appendText(`${report.run.path}\n`);
    tooltip.appendText(trend ? sentence(trend) : vscode.l10n.t('No checkpoint has been measured yet.'));
    const { size } = this.byTarget;
    if (size > 1) tooltip.appendText(`\n${vscode.l10n.t('{0} runs are watched.', size)}`);
    tooltip.appendMarkdown(`\n\n[${vscode.l10n.t('Stop watching')}](command:neuralCollapse.stopWatching)`);
    this.status.tooltip = tooltip;
    const spoken = trend ? sentence(trend) : vscode.l10n.t('No checkpoint has been measured yet.');
    this.status.accessibilityInformation = { label: `${report.run.path}: ${spoken}` };
    this.status.show();
  }
}

function sentence({ at, value, before, direction }: Trend): string {
  const now = vscode.l10n.t('NC1 {0} at {1}', formatValue(value), placeOf(at));
  if (!before || !direction) return now;
  const went = {
    falls: vscode.l10n.t('it still falls'),
    rises: vscode.l10n.t('it rises'),
    rests: vscode.l10n.t('it rests'),
  }[direction];
  return vscode.l10n.t('{0}; {1} ({2} at {3})', now, went, formatValue(before.value), placeOf(before.at));
}

function placeOf({ epoch, path: file }: CheckpointReport): string {
  return epoch === undefined ? file : vscode.l10n.t('epoch {0}', epoch);
}

/** `0.13`; the tooltip has the other digits. */
function twoDigits(value: number): string {
  return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e4)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(2)));
}
