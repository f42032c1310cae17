/** "Values": every metric at the chosen checkpoint and the one before, by family; what is not applicable folded away. */
import type { Metric, MetricFamily } from '../../src/metrics/metric';
import { limitAsNumber, whereShort } from '../../src/metrics/in-words';
import { formatValue } from '../../src/metrics/number-format';
import { familyTitles, families } from '../../src/metrics/family-titles';
import { reasonOf, valueOf } from '../../src/protocol/report';
import { nameSubject } from '../cards/readings';
import { membersOf } from '../charts/families';
import { type ShownRun, shownRuns } from '../charts/compare';
import { checkpointName } from '../charts/figure';
import { element, textButton } from '../element';
import { chosenCheckpoint, previousCheckpoint, type RunState } from '../state';
import type { Context } from './context';
import { t } from '../words';

interface Row {
  metric: Metric;
  root: HTMLTableRowElement;
  value: HTMLElement;
  previous: HTMLElement;
  /** A cell for each run compared with the panel's own. */
  others: HTMLElement[];
  limit: HTMLElement;
  reason: HTMLElement;
}

/** A family: its measured rows, and behind a button those that are not applicable. */
interface Group {
  id: MetricFamily;
  rows: Row[];
  family: HTMLTableRowElement;
  measured: HTMLTableSectionElement;
  absent: HTMLTableSectionElement;
  fold: HTMLTableRowElement;
  button: HTMLButtonElement;
}

const COLUMNS = '4';

export class ValuesSection {
  readonly root: HTMLElement;
  private readonly chosenHead = element('th', { scope: 'col', class: 'number' });
  private readonly previousHead = element('th', { scope: 'col', class: 'number' });
  private readonly hint = element('span', { class: 'hint' });
  private readonly head: HTMLElement;
  private readonly table = element('table');
  private readonly groups: Group[];
  private otherHeads: HTMLElement[] = [];

  constructor(private readonly context: Context) {
    const metric = element('th', { scope: 'col' }, t('Metric'));
    const limit = element('th', { scope: 'col', class: 'number' }, t('At collapse'));
    this.head = element('thead', {}, element('tr', {}, metric, this.chosenHead, this.previousHead, limit));
    this.groups = families.flatMap((id) => {
      const members = membersOf(id);
      return members.length > 0 ? [this.group(id, members)] : [];
    });
    this.root = element(
      'section',
      { class: 'values', 'aria-labelledby': 'values-title' },
      element('div', { class: 'section-head' }, element('h2', { id: 'values-title' }, t('Values')), this.hint),
      this.table,
    );
  }

  update(state: RunState): void {
    const { report, choices } = state;
    const others = shownRuns(state).slice(1);
    this.columns(others);
    const chosen = chosenCheckpoint(report, choices);
    this.root.hidden = chosen === undefined;
    if (!chosen) return;
    // The other runs stand where the checkpoint before does otherwise.
    const before = others.length > 0 ? undefined : previousCheckpoint(report, chosen);
    const prefix = others.length > 0 ? `${report.run.path} · ` : '';
    this.chosenHead.textContent = prefix + checkpointName(chosen);
    for (const [i, { name, chosen: at }] of others.entries()) {
      this.otherHeads[i]!.textContent = `${name} · ${at ? checkpointName(at) : '–'}`;
    }
    this.previousHead.textContent = before ? checkpointName(before) : '';
    this.hint.textContent = t('penultimate layer and classifier, unless said otherwise');
    for (const group of this.groups) {
      for (const row of group.rows) {
        const { metric } = row;
        const value = valueOf(chosen, metric.id);
        const earlier = before && valueOf(before, metric.id);
        const elsewhere = others.map(({ chosen: at }) => at && valueOf(at, metric.id));
        elsewhere.forEach((other, i) => {
          row.others[i]!.textContent = other === undefined ? '–' : formatValue(other, metric.percent);
        });
        const some = elsewhere.some((other) => other !== undefined);
        const reason = value === undefined ? reasonOf(chosen, metric.id) : undefined;
        row.value.textContent = value === undefined ? '–' : formatValue(value, metric.percent);
        row.previous.textContent = earlier === undefined ? '' : formatValue(earlier, metric.percent);
        row.limit.textContent = limitAsNumber(metric, report.run.classes);
        row.reason.textContent = reason ?? '';
        row.reason.hidden = reason === undefined;
        // What neither has a value nor a reason does not belong to this run.
        row.root.hidden = value === undefined && reason === undefined && !some;
        row.root.classList.toggle('absent', value === undefined && !some);
      }
      this.arrange(group);
    }
    // Families with values first; nothing moves unless one gains or loses its first value.
    const order = [...this.groups.filter(hasValues), ...this.groups.filter((group) => !hasValues(group))];
    inOrder(this.table, [this.head, ...order.flatMap(({ measured, absent }) => [measured, absent])]);
  }

  /** As many columns as runs. */
  private columns(others: readonly ShownRun[]): void {
    this.previousHead.hidden = others.length > 0;
    this.table.classList.toggle('compared', others.length > 0);
    if (others.length === this.otherHeads.length) return;
    for (const head of this.otherHeads) head.remove();
    this.otherHeads = others.map(() => element('th', { scope: 'col', class: 'number' }));
    this.previousHead.before(...this.otherHeads);
    for (const group of this.groups) {
      for (const row of group.rows) {
        for (const cell of row.others) cell.remove();
        row.others = others.map(() => element('td', { class: 'number' }));
        row.previous.before(...row.others);
        row.previous.hidden = others.length > 0;
      }
      const across = String(Number(COLUMNS) + Math.max(0, others.length - 1));
      for (const one of [group.family, group.fold]) one.firstElementChild?.setAttribute('colspan', across);
    }
  }

  /** The row of a metric, unfolded. */
  find(metric: string): HTMLElement | undefined {
    for (const group of this.groups) {
      const row = group.rows.find((other) => other.metric.id === metric && !other.root.hidden);
      if (!row) continue;
      if (row.root.parentElement === group.absent) unfold(group, true);
      return row.root;
    }
    return undefined;
  }

  /** Puts each row where it belongs. */
  private arrange(group: Group): void {
    const { id, rows, family, measured, absent, fold, button } = group;
    const split = { measured: rows.filter(isMeasured), absent: rows.filter((row) => !isMeasured(row)) };
    inOrder(measured, [family, ...split.measured.map(({ root }) => root), fold]);
    inOrder(
      absent,
      split.absent.map(({ root }) => root),
    );
    const reasons = split.absent.filter(({ root }) => !root.hidden).length;
    const title = familyTitles[id];
    measured.hidden = split.measured.length === 0 && reasons === 0;
    measured.classList.toggle('empty', split.measured.length === 0);
    fold.hidden = reasons === 0;
    const full = t('{0}: {1} not applicable', title, reasons);
    button.textContent = split.measured.length === 0 ? full : t('{0} not applicable', reasons);
    button.setAttribute('aria-label', full);
    if (fold.hidden) unfold(group, false);
  }

  private group(id: MetricFamily, members: readonly Metric[]): Group {
    const title = element('th', { scope: 'rowgroup', colspan: COLUMNS }, familyTitles[id]);
    const absent = element('tbody', { id: `not-applicable-${id}`, class: 'not-applicable', hidden: '' });
    const button = textButton('disclosure', '', () => unfold(group, absent.hasAttribute('hidden')));
    button.setAttribute('aria-expanded', 'false');
    button.setAttribute('aria-controls', absent.id);
    const fold = element('tr', { class: 'fold' }, element('td', { colspan: COLUMNS }, button));
    const family = element('tr', { class: 'family' }, title);
    const measured = element('tbody', {}, family, fold);
    const rows = members.map((metric) => this.row(metric));
    const group: Group = { id, rows, family, measured, absent, fold, button };
    return group;
  }

  private row(metric: Metric): Row {
    const show = (): void => this.context.showMetric(metric.id);
    const name = textButton('metric-name', metric.name, show);
    this.context.card.attach(name, () => nameSubject(metric, this.context.run()));
    const reason = element('span', { class: 'reason', hidden: '' });
    const value = element('td', { class: 'number value' });
    const previous = element('td', { class: 'number muted' });
    const limit = element('td', { class: 'number muted' });
    const across = metric.where.startsWith('across');
    const where = across ? element('span', { class: 'hint' }, ` ${whereShort(metric)}`) : undefined;
    const head = element('th', { scope: 'row' }, name, where, reason);
    const root = element('tr', { 'data-metric': metric.id }, head, value, previous, limit);
    root.addEventListener('click', (event) => {
      if (event.target !== name) show();
    });
    return { metric, root, value, previous, others: [], limit, reason };
  }
}

function isMeasured({ root }: Row): boolean {
  return !root.classList.contains('absent');
}

function hasValues({ rows }: Group): boolean {
  return rows.some(isMeasured);
}

/** Makes `wanted` the children of `parent`; what is in its place already is not touched, and keeps the focus. */
function inOrder(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  wanted.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}

function unfold({ absent, button }: Pick<Group, 'absent' | 'button'>, open: boolean): void {
  absent.hidden = !open;
  button.setAttribute('aria-expanded', String(open));
}
