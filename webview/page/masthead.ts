/** The head of the page: which run this is, how far measuring has come, and what went wrong, said quietly. */
import type { FromPanel, Origin } from '../../src/protocol/panel';
import type { CheckpointReport, Finding, Report } from '../../src/protocol/report';
import { penultimate } from '../../src/protocol/report';
import { formatCount, formatExact, formatValue } from '../../src/metrics/number-format';
import { element, textButton } from '../element';
import { chosenCheckpoint, type RunState } from '../state';
import { button, progressRing } from '../toolkit';
import { t } from '../words';
import type { Context } from './context';
import { fileLink } from './table-dialog';
import { findingItem } from './finding-item';
import { RunList } from './run-list';

export class Masthead {
  private readonly name = element('h1');
  private readonly facts = element('dl', { class: 'facts' });
  private readonly status = element('span', { class: 'status', role: 'status' });
  private readonly bar = element('progress', { class: 'bar', 'aria-label': t('Measuring') });
  private readonly working: HTMLElement;
  private readonly actions: HTMLElement;
  private readonly ring = progressRing();
  private readonly cancelButton: HTMLElement;
  private readonly stopButton: HTMLElement;
  private readonly watchButton: HTMLElement;
  private readonly compareButton: HTMLElement;
  private readonly exportButton: HTMLElement;
  private readonly runs: RunList;
  private readonly problem = element('p', { class: 'problem', role: 'alert' });
  private readonly findings = element('ul', { class: 'findings' });
  private shownFindings = '';
  private readonly failed = new Notes('error');
  private readonly warnings = new Notes('warning');
  readonly root: HTMLElement;

  constructor(private readonly context: Context) {
    const secondary = (text: string, message: FromPanel): HTMLElement =>
      button(text, 'secondary', () => context.send(message));
    this.cancelButton = secondary(t('Cancel'), { type: 'cancel' });
    this.stopButton = secondary(t('Stop watching'), { type: 'stopWatching' });
    this.watchButton = secondary(t('Watch run'), { type: 'watchRun' });
    this.compareButton = secondary(t('Compare…'), { type: 'compareRuns' });
    this.exportButton = secondary(t('Export report…'), { type: 'exportReport' });
    this.exportButton.classList.add('editor-only');
    for (const one of [this.watchButton, this.compareButton]) one.classList.add('editor-only');
    this.runs = new RunList(context);
    this.working = element('div', { class: 'working' }, this.ring, this.status, this.cancelButton, this.stopButton);
    this.actions = element('div', { class: 'actions' }, this.watchButton, this.compareButton, this.exportButton);
    this.root = element(
      'header',
      { class: 'masthead' },
      element('div', { class: 'masthead-line' }, this.name, this.working, this.actions),
      this.facts,
      this.runs.root,
      this.bar,
      this.problem,
      this.findings,
      element('div', { class: 'all-notes' }, this.failed.root, this.warnings.root),
    );
  }

  update(state: RunState): void {
    const { report, running, progress, message, choices, watch, origin, others = [] } = state;
    const compared = others.length > 0;
    this.name.textContent = [report.run.path, ...others.map(({ name }) => name)].join(' · ');
    const chosen = chosenCheckpoint(report, choices);
    this.showFacts([...runFacts(report, chosen).map(fact), ...this.file(chosen)]);
    this.facts.hidden = compared;
    this.runs.update(state);
    this.working.hidden = !running && !watch;
    this.ring.hidden = !running && !watch?.busy;
    this.cancelButton.hidden = watch !== undefined;
    this.stopButton.hidden = watch === undefined;
    this.watchButton.hidden = running || watch !== undefined || compared || !isRun(origin, report);
    this.compareButton.hidden = report.checkpoints.length === 0;
    this.bar.hidden = !running;
    this.status.textContent = watch ? t('Watching: {0}', watch.text) : (progress?.text ?? t('Starting…'));
    if (progress && progress.total > 0) {
      this.bar.max = progress.total;
      this.bar.value = progress.done;
    } else {
      this.bar.removeAttribute('value');
    }
    this.exportButton.hidden = report.checkpoints.length === 0;
    this.actions.hidden = [this.watchButton, this.compareButton, this.exportButton].every(({ hidden }) => hidden);
    this.problem.hidden = message === undefined;
    this.problem.textContent = message ?? '';
    const findings = [
      ...report.findings.map((finding) => ({ finding, run: compared ? report.run.path : undefined })),
      ...others.flatMap(({ name, report: other }) => other.findings.map((finding) => ({ finding, run: name }))),
    ];
    this.findings.hidden = findings.length === 0;
    this.showFindings(findings);
    const failures = this.failures(report);
    const broken = failures.length;
    this.failed.update(
      broken === 1 ? t('1 checkpoint could not be measured') : t('{0} checkpoints could not be measured', broken),
      failures,
    );
    const told = warnings(report);
    this.warnings.update(told.length === 1 ? t('1 warning') : t('{0} warnings', told.length), told);
  }

  /** Replaced only where they differ: a focused link keeps its focus. */
  private showFacts(facts: HTMLElement[]): void {
    const same =
      facts.map((one) => one.textContent).join() === [...this.facts.children].map((one) => one.textContent).join();
    if (!same) this.facts.replaceChildren(...facts);
  }

  /** The chosen checkpoint's file, which the explorer can show. */
  private file(chosen: CheckpointReport | undefined): HTMLElement[] {
    if (!chosen) return [];
    const link = fileLink(chosen.path, this.context);
    return [element('div', {}, element('dt', {}, t('Chosen checkpoint')), element('dd', {}, link))];
  }

  private failures(report: Report): HTMLElement[] {
    return report.failed.map(({ path, message }) => {
      const name = textButton('link', path, () => this.context.send({ type: 'revealCheckpoint', path }));
      return element('li', {}, name, ` ${message}`);
    });
  }

  /** Built again only when they change: one that is unfolded stays so. */
  private showFindings(findings: readonly { finding: Finding; run: string | undefined }[]): void {
    const shown = JSON.stringify(findings);
    if (shown === this.shownFindings) return;
    this.shownFindings = shown;
    const open = (paper: string): void => this.context.send({ type: 'openPaper', paper });
    this.findings.replaceChildren(...findings.map(({ finding, run }) => findingItem(finding, run, open)));
  }
}

/** A list with its count as title, which can be folded away. */
class Notes {
  private readonly title = element('summary');
  private readonly list = element('ul');
  /** Open from the start: what stands here changes how the numbers are to be read. */
  readonly root: HTMLElement;

  constructor(kind: 'error' | 'warning') {
    this.root = element('details', { class: `notes ${kind}`, open: '' }, this.title, this.list);
  }

  update(title: string, items: HTMLElement[]): void {
    this.root.hidden = items.length === 0;
    this.title.textContent = title;
    this.list.replaceChildren(...items);
  }
}

/** A folder of checkpoints, which more may come into; not a file, not a report. */
function isRun({ target, folder }: Origin, { run }: Report): boolean {
  return target !== '' && target === folder && run.path !== '';
}

type Fact = [name: string, value: string];

function fact([name, value]: Fact): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', {}, value));
}

function runFacts({ run, checkpoints }: Report, chosen: CheckpointReport | undefined): Fact[] {
  // A run that is only waited for has no classes yet.
  const facts: Fact[] = run.classes > 0 ? [[t('Classes'), formatCount(run.classes)]] : [];
  if (chosen) {
    facts.push([t('Samples'), formatCount(chosen.samples)]);
    const dimension = penultimate(chosen)?.dimension ?? chosen.classifier?.dimension;
    if (dimension !== undefined) facts.push([t('Features d'), formatCount(dimension)]);
  }
  if (run.loss !== undefined) facts.push([t('Loss'), lossName(run.loss)]);
  if (run.weightDecay !== undefined) facts.push([t('Weight decay'), formatExact(run.weightDecay)]);
  if (run.labelNoise !== undefined) facts.push([t('Label noise'), formatValue(run.labelNoise, true)]);
  if (chosen) facts.push([t('Checkpoints'), span(checkpoints)]);
  if (chosen && chosen.provider !== 'none') facts.push([t('Provider'), chosen.provider]);
  return facts;
}

function lossName(loss: string): string {
  const names: Record<string, string> = {
    ce: t('cross-entropy'),
    'label-smoothing': t('label smoothing'),
    focal: t('focal'),
    mse: t('mean squared error'),
    'pick-all-labels': t('pick-all-labels'),
  };
  return names[loss] ?? loss;
}

/** "9, epochs 0–500" */
function span(checkpoints: readonly CheckpointReport[]): string {
  const epochs = checkpoints.flatMap(({ epoch }) => (epoch === undefined ? [] : [epoch]));
  const count = String(checkpoints.length);
  if (epochs.length === 0) return count;
  if (epochs.length === 1) return t('{0}, epoch {1}', count, epochs[0]!);
  return t('{0}, epochs {1}–{2}', count, epochs[0]!, epochs.at(-1)!);
}

/** Each warning once, with the checkpoints that gave it. */
function warnings({ checkpoints }: Report): HTMLElement[] {
  const paths = new Map<string, string[]>();
  for (const { path, warnings } of checkpoints) {
    for (const text of warnings) paths.set(text, [...(paths.get(text) ?? []), path]);
  }
  return [...paths].map(([text, where]) => {
    const all = where.length === checkpoints.length && where.length > 1;
    const source = all ? t('all checkpoints') : where.join(', ');
    return element('li', {}, text, element('span', { class: 'muted' }, ` ${source}`));
  });
}
