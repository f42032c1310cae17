/** The head of the page: which run this is, how far measuring has come, and what went wrong, said quietly. */
import type { CheckpointReport, Finding, Report } from '../../src/protocol/report';
import { penultimate } from '../../src/protocol/report';
import { formatCount, formatExact, formatValue } from '../../src/metrics/number-format';
import { element, textButton } from '../element';
import { chosenCheckpoint, type RunState } from '../state';
import { button, progressRing } from '../toolkit';
import type { Context } from './context';
import { fileLink } from './table-dialog';

const LOSSES: Record<string, string> = {
  ce: 'cross-entropy',
  'label-smoothing': 'label smoothing',
  focal: 'focal',
  mse: 'mean squared error',
  'pick-all-labels': 'pick-all-labels',
};

export class Masthead {
  private readonly name = element('h1');
  private readonly facts = element('dl', { class: 'facts' });
  private readonly status = element('span', { class: 'status', role: 'status' });
  private readonly bar = element('progress', { class: 'bar', 'aria-label': 'Measuring' });
  private readonly working: HTMLElement;
  private readonly exportButton: HTMLElement;
  private readonly problem = element('p', { class: 'problem', role: 'alert' });
  private readonly findings = element('ul', { class: 'findings' });
  private readonly failed = new Notes('error');
  private readonly warnings = new Notes('warning');
  readonly root: HTMLElement;

  constructor(private readonly context: Context) {
    const cancel = button('Cancel', 'secondary', () => context.send({ type: 'cancel' }));
    this.working = element('div', { class: 'working' }, progressRing(), this.status, cancel);
    this.exportButton = button('Export report…', 'secondary', () => context.send({ type: 'exportReport' }));
    this.exportButton.classList.add('editor-only');
    this.root = element(
      'header',
      { class: 'masthead' },
      element('div', { class: 'masthead-line' }, this.name, this.working, this.exportButton),
      this.facts,
      this.bar,
      this.problem,
      this.findings,
      element('div', { class: 'all-notes' }, this.failed.root, this.warnings.root),
    );
  }

  update({ report, running, progress, message, choices }: RunState): void {
    this.name.textContent = report.run.path;
    const chosen = chosenCheckpoint(report, choices);
    this.showFacts([...runFacts(report, chosen).map(fact), ...this.file(chosen)]);
    this.working.hidden = !running;
    this.bar.hidden = !running;
    this.status.textContent = progress?.text ?? 'Starting…';
    if (progress && progress.total > 0) {
      this.bar.max = progress.total;
      this.bar.value = progress.done;
    } else {
      this.bar.removeAttribute('value');
    }
    this.exportButton.hidden = report.checkpoints.length === 0;
    this.problem.hidden = message === undefined;
    this.problem.textContent = message ?? '';
    this.findings.hidden = report.findings.length === 0;
    this.findings.replaceChildren(...report.findings.map((finding) => this.finding(finding)));
    this.failed.update('checkpoint could not be measured', 'checkpoints could not be measured', this.failures(report));
    this.warnings.update('warning', 'warnings', warnings(report));
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
    return [element('div', {}, element('dt', {}, 'Chosen checkpoint'), element('dd', {}, link))];
  }

  private failures(report: Report): HTMLElement[] {
    return report.failed.map(({ path, message }) => {
      const name = textButton('link', path, () => this.context.send({ type: 'revealCheckpoint', path }));
      return element('li', {}, name, ` ${message}`);
    });
  }

  private finding({ text, paper }: Finding): HTMLElement {
    const open = textButton('link', 'the paper', () => this.context.send({ type: 'openPaper', paper }));
    return element('li', {}, `${text} `, open);
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

  update(one: string, many: string, items: HTMLElement[]): void {
    this.root.hidden = items.length === 0;
    this.title.textContent = `${items.length} ${items.length === 1 ? one : many}`;
    this.list.replaceChildren(...items);
  }
}

type Fact = [name: string, value: string];

function fact([name, value]: Fact): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', {}, value));
}

function runFacts({ run, checkpoints }: Report, chosen: CheckpointReport | undefined): Fact[] {
  const facts: Fact[] = [['Classes', formatCount(run.classes)]];
  if (chosen) {
    facts.push(['Samples', formatCount(chosen.samples)]);
    const dimension = penultimate(chosen)?.dimension ?? chosen.classifier?.dimension;
    if (dimension !== undefined) facts.push(['Features d', formatCount(dimension)]);
  }
  if (run.loss !== undefined) facts.push(['Loss', LOSSES[run.loss] ?? run.loss]);
  if (run.weightDecay !== undefined) facts.push(['Weight decay', formatExact(run.weightDecay)]);
  if (run.labelNoise !== undefined) facts.push(['Label noise', formatValue(run.labelNoise, true)]);
  if (chosen) facts.push(['Checkpoints', span(checkpoints)]);
  if (chosen && chosen.provider !== 'none') facts.push(['Provider', chosen.provider]);
  return facts;
}

/** "9, epochs 0–500" */
function span(checkpoints: readonly CheckpointReport[]): string {
  const epochs = checkpoints.flatMap(({ epoch }) => (epoch === undefined ? [] : [epoch]));
  const count = String(checkpoints.length);
  if (epochs.length === 0) return count;
  return epochs.length === 1 ? `${count}, epoch ${epochs[0]}` : `${count}, epochs ${epochs[0]}–${epochs.at(-1)}`;
}

/** Each warning once, with the checkpoints that gave it. */
function warnings({ checkpoints }: Report): HTMLElement[] {
  const paths = new Map<string, string[]>();
  for (const { path, warnings } of checkpoints) {
    for (const text of warnings) paths.set(text, [...(paths.get(text) ?? []), path]);
  }
  return [...paths].map(([text, where]) => {
    const all = where.length === checkpoints.length && where.length > 1;
    const source = all ? 'all checkpoints' : where.join(', ');
    return element('li', {}, text, element('span', { class: 'muted' }, ` ${source}`));
  });
}
