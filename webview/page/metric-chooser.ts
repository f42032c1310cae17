/** "Choose metrics…": every metric under its paper, to be drawn or not, with where it stands in this run. */
import { byPaper, type MetricsOfPaper } from '../../src/metrics/by-paper';
import { familyTitles } from '../../src/metrics/family-titles';
import { limitAsNumber } from '../../src/metrics/in-words';
import type { Metric } from '../../src/metrics/metric';
import { formatValue } from '../../src/metrics/number-format';
import { metrics } from '../../src/metrics/registry';
import { type Standing, standing } from '../../src/metrics/standing';
import { shortCitation } from '../../src/papers/catalogue';
import { nameSubject } from '../cards/readings';
import { drawnMetrics, withMetric } from '../charts/selection';
import { element, textButton } from '../element';
import type { RunState } from '../state';
import type { Context } from './context';
import { matches } from './text-filter';
import { t } from '../words';

interface Row {
  metric: Metric;
  root: HTMLElement;
  box: HTMLInputElement;
  value: HTMLElement;
  reason: HTMLElement;
  /** What the filter looks at. */
  text: string;
}

interface Group {
  root: HTMLElement;
  list: HTMLElement;
  rows: Row[];
}

export class MetricChooser {
  /** Opens and closes the list. */
  readonly button = textButton('disclosure', t('Choose metrics…'), () => this.toggle(this.root.hasAttribute('hidden')));
  readonly root: HTMLElement;
  private readonly filter = element('input', {
    type: 'search',
    class: 'filter',
    placeholder: t('Filter by name, id or paper'),
    'aria-label': t('Filter metrics by name, id or paper'),
    spellcheck: 'false',
  });
  private readonly count = element('span', { class: 'hint', role: 'status' });
  private readonly list = element('div', { class: 'chooser-list' });
  private readonly nothing = element('p', { class: 'muted', hidden: '' }, t('No metric has these words.'));
  private readonly groups: Group[];
  /** Groups and rows in this order were shown last. */
  private order = '';

  constructor(private readonly context: Context) {
    this.groups = byPaper(metrics).map((group) => this.group(group));
    const defaults = textButton('link', t('Defaults'), () => context.choose({ metrics: undefined }));
    defaults.title = t('Show the four properties and what matters in this run');
    const close = textButton('link', t('Close'), () => this.close());
    this.root = element(
      'div',
      { class: 'chooser', id: 'metric-chooser', role: 'group', 'aria-label': t('Choose metrics'), hidden: '' },
      element('div', { class: 'chooser-head' }, this.filter, this.count, defaults, close),
      element('div', { class: 'chooser-scroll' }, this.list, this.nothing),
    );
    this.button.setAttribute('aria-expanded', 'false');
    this.button.setAttribute('aria-controls', this.root.id);
    this.filter.addEventListener('input', () => this.applyFilter());
    this.root.addEventListener('keydown', (event) => {
      // In the filter the first Escape empties it, as in any search field.
      const emptied = event.target === this.filter && this.filter.value !== '';
      if (event.key === 'Escape' && !emptied) this.close();
    });
  }

  update(state: RunState): void {
    if (this.root.hidden) return;
    const { report, choices } = state;
    const drawn = new Set(drawnMetrics(report, choices.metrics));
    for (const { rows } of this.groups) {
      for (const row of rows) this.show(row, standing(report, row.metric.id), drawn.has(row.metric));
    }
    const measured = metrics.filter(({ id }) => standing(report, id).measured);
    const shown = measured.filter((metric) => drawn.has(metric)).length;
    this.count.textContent = t('{0} of {1} measured are shown', shown, measured.length);
  }

  private toggle(open: boolean): void {
    this.root.hidden = !open;
    this.button.setAttribute('aria-expanded', String(open));
    if (!open) return;
    this.arrange();
    this.update(this.context.run());
    this.filter.focus();
  }

  private close(): void {
    this.toggle(false);
    this.button.focus();
  }

  /** What applies comes first. Done on opening only: a list must not move under the pointer while results arrive. */
  private arrange(): void {
    const { report } = this.context.run();
    const measured = new Set(metrics.filter(({ id }) => standing(report, id).measured));
    const applies = ({ metric }: Row): boolean => measured.has(metric);
    const order = [...measured].map(({ id }) => id).join();
    if (order === this.order && this.list.childElementCount > 0) return;
    this.order = order;
    for (const { list, rows } of this.groups) {
      list.replaceChildren(...firstThose(rows, applies).map(({ root }) => root));
    }
    const groups = firstThose(this.groups, ({ rows }) => rows.some(applies));
    this.list.replaceChildren(...groups.map(({ root }) => root));
  }

  private applyFilter(): void {
    let found = 0;
    for (const { root, rows } of this.groups) {
      for (const row of rows) row.root.hidden = !matches(row.text, this.filter.value);
      root.hidden = rows.every((row) => row.root.hidden);
      found += rows.filter((row) => !row.root.hidden).length;
    }
    this.nothing.hidden = found > 0;
  }

  private show({ metric, root, box, value, reason }: Row, state: Standing, drawn: boolean): void {
    const limit = limitAsNumber(metric, this.context.run().report.run.classes);
    box.checked = drawn && state.measured;
    box.disabled = !state.measured;
    root.classList.toggle('absent', !state.measured);
    const latest = state.latest === undefined ? '–' : formatValue(state.latest, metric.percent);
    value.textContent = state.measured ? (limit ? `${latest} → ${limit}` : latest) : '';
    value.title = limit ? t('latest value → value at perfect collapse') : t('latest value');
    reason.hidden = state.reason === undefined;
    reason.textContent = state.reason ?? '';
  }

  private group({ paper, metrics }: MetricsOfPaper): Group {
    const id = `chooser-${paper.key}`;
    const name = textButton('link', shortCitation(paper), () =>
      this.context.send({ type: 'openPaper', paper: paper.key }),
    );
    name.title = paper.title;
    const head = element('h3', { id }, name, element('span', { class: 'topic' }, paper.topic));
    const rows = metrics.map((metric) => this.row(metric, `${shortCitation(paper)} ${paper.topic} ${paper.title}`));
    const list = element('ul');
    return {
      root: element('div', { class: 'chooser-group', role: 'group', 'aria-labelledby': id }, head, list),
      list,
      rows,
    };
  }

  private row(metric: Metric, paper: string): Row {
    const box = element('input', { type: 'checkbox', value: metric.id });
    const value = element('span', { class: 'value' });
    const reason = element('span', { class: 'reason', hidden: '' });
    const name = element('span', { class: 'chooser-name' }, metric.name);
    const label = element('label', {}, box, name, value, reason);
    box.addEventListener('change', () => {
      const { report, choices } = this.context.run();
      this.context.choose({ metrics: withMetric(report, choices.metrics, metric.id, box.checked) });
    });
    const { card } = this.context;
    name.addEventListener('pointerenter', () =>
      card.point(nameSubject(metric, this.context.run()), name.getBoundingClientRect()),
    );
    name.addEventListener('pointerleave', () => card.leave());
    const root = element('li', { 'data-metric': metric.id }, label);
    const text = `${metric.name} ${metric.id} ${familyTitles[metric.family]} ${paper}`;
    return { metric, root, box, value, reason, text };
  }
}

/** The entries that hold first, each part in its order. */
function firstThose<T>(entries: readonly T[], holds: (entry: T) => boolean): T[] {
  return [...entries.filter(holds), ...entries.filter((entry) => !holds(entry))];
}
