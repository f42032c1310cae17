/** The frame of a figure of geometry: title, names of the metrics that tell it in one number, note, chart. */
import { metricById } from '../../src/metrics/registry';
import { formatValue } from '../../src/metrics/number-format';
import { nameSubject } from '../cards/readings';
import { checkpointName } from '../charts/figure';
import { element, textButton } from '../element';
import { chosenCheckpoint, valueOf } from '../state';
import type { Context } from './context';
import { type FigureSource, FigureTools } from './figure-tools';
import type { Behind } from './geometry-behind';
import { Lazy } from './lazy';

export interface FrameParts {
  id: string;
  title: string;
  /** Ids of the metrics whose cards and values stand above it. */
  metrics: readonly string[];
  chart: HTMLElement;
  /** Controls and keys, above and below the chart. */
  tools?: HTMLElement[];
  foot?: HTMLElement[];
}

/** What an update changes beside the chart. */
export interface Shown {
  title?: string;
  /** To be known beside the picture. */
  note?: string;
  /** Why there is no picture; stands in its place. */
  missing?: string | undefined;
  metrics?: readonly string[];
  /** Its numbers and its picture, made when they are asked for; absent where it is not drawn. */
  behind?: () => Behind | undefined;
}

export class GeometryView {
  readonly root: HTMLElement;
  private readonly legend = element('ul', { class: 'legend' });
  private readonly title = element('h3', { class: 'figure-title' });
  private readonly note = element('p', { class: 'hint geometry-note' });
  private readonly tools: FigureTools;
  private readonly lazy: Lazy;
  private behind: Shown['behind'];
  private shown = '';

  constructor(
    private readonly parts: FrameParts,
    private readonly context: Context,
  ) {
    this.title.textContent = parts.title;
    this.tools = new FigureTools(parts.title, () => this.source(), context);
    this.root = element(
      'article',
      { class: 'figure geometry-figure', 'data-figure': `geometry-${parts.id}` },
      element('div', { class: 'figure-head' }, this.title, this.tools.root),
      this.legend,
      ...(parts.tools ? [element('div', { class: 'geometry-tools' }, ...parts.tools)] : []),
      element('div', { class: 'geometry-body' }, parts.chart, ...(parts.foot ?? []), this.note),
    );
    this.lazy = new Lazy(this.root);
  }

  /** @param draw called when the figure is on screen */
  update({ title, note, missing, metrics, behind }: Shown, draw: () => void): void {
    if (title !== undefined) this.title.textContent = title;
    this.showMetrics(metrics ?? this.parts.metrics);
    this.say(missing === undefined ? (note ?? '') : `Not drawn: ${missing}.`);
    this.behind = behind;
    this.tools.root.hidden = missing !== undefined || !behind;
    this.parts.chart.hidden = missing !== undefined;
    for (const node of this.parts.foot ?? []) node.hidden = missing !== undefined;
    if (missing === undefined) this.lazy.request(draw);
  }

  say(note: string): void {
    this.note.textContent = note;
    this.note.hidden = note === '';
  }

  destroy(): void {
    this.lazy.destroy();
    this.root.remove();
  }

  private source(): FigureSource | undefined {
    const { report, choices } = this.context.run();
    const chosen = chosenCheckpoint(report, choices);
    const behind = this.behind?.();
    if (!behind || !chosen) return undefined;
    const title = `${this.title.textContent} · ${behind.where ?? checkpointName(chosen)}`;
    return {
      name: `${report.run.path}-geometry-${this.parts.id}`,
      title,
      table: () => behind.table(title),
      picture: (colours) => behind.picture(title, colours),
    };
  }

  /** Built again only when metrics come or go, so that a focused name keeps its focus. */
  private showMetrics(metrics: readonly string[]): void {
    const { report, choices } = this.context.run();
    const chosen = chosenCheckpoint(report, choices);
    const values = metrics.flatMap((id) => {
      const value = chosen && valueOf(chosen, id);
      return value === undefined ? [] : [{ id, value }];
    });
    const ids = values.map(({ id }) => id).join();
    if (ids !== this.shown) {
      this.shown = ids;
      this.legend.replaceChildren(
        ...values.map(({ id }) => element('li', {}, this.name(id), element('span', { class: 'value' }))),
      );
    }
    values.forEach(({ id, value }, at) => {
      const node = this.legend.children[at]?.querySelector('.value');
      if (node) node.textContent = formatValue(value, metricById(id)?.percent);
    });
  }

  private name(id: string): HTMLElement {
    const metric = metricById(id);
    const name = textButton('metric-name', metric?.name ?? id, () => this.context.showMetric(id));
    if (metric) this.context.card.attach(name, () => nameSubject(metric, this.context.run()));
    return name;
  }
}
