/** "Values": every metric at the chosen checkpoint and the one before, also those that are not applicable, and why. */
import type { Metric } from '../../src/metrics/metric';
import { limitWords } from '../cards/metric-card';
import { nameSubject } from '../cards/readings';
import { FAMILIES, membersOf } from '../charts/families';
import { checkpointName } from '../charts/figure';
import { formatExact, formatValue } from '../../src/metrics/number-format';
import { element, textButton } from '../element';
import { chosenCheckpoint, previousCheckpoint, reasonOf, type RunState, valueOf } from '../state';
import type { Context } from './context';

interface Row {
  metric: Metric;
  root: HTMLTableRowElement;
  value: HTMLElement;
  previous: HTMLElement;
  limit: HTMLElement;
  reason: HTMLElement;
}

export class ValuesSection {
  readonly root: HTMLElement;
  private readonly chosenHead = element('th', { scope: 'col', class: 'number' });
  private readonly previousHead = element('th', { scope: 'col', class: 'number' });
  private readonly hint = element('span', { class: 'hint' });
  private readonly rows: Row[] = [];

  constructor(private readonly context: Context) {
    const head = element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'Metric'),
        this.chosenHead,
        this.previousHead,
        element('th', { scope: 'col', class: 'number' }, 'At collapse'),
      ),
    );
    const groups = FAMILIES.flatMap((family) => {
      const rows = membersOf(family.id).map((metric) => this.row(metric));
      this.rows.push(...rows);
      return rows.length > 0 ? [element('tbody', {}, ...rows.map(({ root }) => root))] : [];
    });
    this.root = element(
      'section',
      { class: 'values', 'aria-labelledby': 'values-title' },
      element('div', { class: 'section-head' }, element('h2', { id: 'values-title' }, 'Values'), this.hint),
      element('table', {}, head, ...groups),
    );
  }

  update({ report, choices }: RunState): void {
    const chosen = chosenCheckpoint(report, choices);
    this.root.hidden = chosen === undefined;
    if (!chosen) return;
    const before = previousCheckpoint(report, chosen);
    this.chosenHead.textContent = checkpointName(chosen);
    this.previousHead.textContent = before ? checkpointName(before) : '';
    this.hint.textContent = 'penultimate layer and classifier';
    for (const row of this.rows) {
      const { percent, id } = row.metric;
      const value = valueOf(chosen, id);
      const earlier = before && valueOf(before, id);
      const reason = value === undefined ? (reasonOf(chosen, id) ?? 'not in this report') : undefined;
      row.value.textContent = value === undefined ? '–' : formatValue(value, percent);
      row.previous.textContent = earlier === undefined ? '' : formatValue(earlier, percent);
      row.limit.textContent = limitShort(row.metric, report.run.classes);
      row.reason.textContent = reason ?? '';
      row.reason.hidden = reason === undefined;
      row.root.classList.toggle('absent', reason !== undefined);
    }
  }

  /** The row of a metric. */
  find(metric: string): HTMLElement | undefined {
    return this.rows.find((row) => row.metric.id === metric)?.root;
  }

  private row(metric: Metric): Row {
    const show = (): void => this.context.showMetric(metric.id);
    const name = textButton('metric-name', metric.name, show);
    this.context.card.attach(name, () => nameSubject(metric, this.context.run()));
    const reason = element('span', { class: 'reason', hidden: '' });
    const value = element('td', { class: 'number value' });
    const previous = element('td', { class: 'number muted' });
    const limit = element('td', { class: 'number muted' });
    const head = element('th', { scope: 'row' }, name, reason);
    const root = element('tr', { 'data-metric': metric.id }, head, value, previous, limit);
    root.addEventListener('click', (event) => {
      if (event.target !== name) show();
    });
    return { metric, root, value, previous, limit, reason };
  }
}

/** Numbers only: words about a limit belong to the card. */
function limitShort(metric: Metric, classes: number): string {
  const limit = metric.limit?.(classes);
  return limit === undefined ? (limitWords(metric, classes) === '–' ? '' : '–') : formatExact(limit, metric.percent);
}
