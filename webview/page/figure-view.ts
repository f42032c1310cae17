/** One figure of the grid: title, legend of metric names with their values, chart. */
import { metricById } from '../../src/metrics/registry';
import { nameSubject, pointSubject } from '../cards/readings';
import type { FigureData } from '../charts/figure';
import { LineChart } from '../charts/line-chart';
import { formatValue } from '../../src/metrics/number-format';
import { element, textButton } from '../element';
import { chosenCheckpoint, valueOf } from '../state';
import type { Context } from './context';
import { swatch } from './swatch';

export class FigureView {
  readonly root: HTMLElement;
  private readonly chart: LineChart;
  private readonly legend = element('ul', { class: 'legend' });
  private readonly values = new Map<string, HTMLElement>();

  constructor(
    { id, title }: { id: string; title: string },
    private readonly context: Context,
  ) {
    this.chart = curveChart(id, context);
    const head = element('h3', { class: 'figure-title' }, title);
    this.root = element('article', { class: 'figure', 'data-figure': id }, head, this.legend, this.chart.root);
  }

  update(figure: FigureData): void {
    const ids = figure.curves.map(({ metric }) => metric);
    if (ids.join() !== [...this.values.keys()].join()) this.buildLegend(figure);
    const { report, choices } = this.context.run();
    const chosen = chosenCheckpoint(report, choices);
    for (const [id, node] of this.values) {
      const value = chosen && valueOf(chosen, id);
      node.textContent = value === undefined ? '–' : formatValue(value, metricById(id)?.percent);
    }
    this.chart.update(figure, this.context.palette());
  }

  destroy(): void {
    this.chart.destroy();
    this.root.remove();
  }

  /** Built again only when curves come or go, so that a focused name keeps its focus. */
  private buildLegend(figure: FigureData): void {
    this.values.clear();
    this.legend.replaceChildren(
      ...figure.curves.map(({ metric, style }) => {
        const value = element('span', { class: 'value' });
        this.values.set(metric, value);
        return element('li', {}, swatch(style), this.name(metric), value);
      }),
    );
  }

  private name(id: string): HTMLElement {
    const metric = metricById(id);
    const name = textButton('metric-name', metric?.name ?? id, () => this.context.showMetric(id));
    if (metric) this.context.card.attach(name, () => nameSubject(metric, this.context.run()));
    name.addEventListener('pointerenter', () => this.chart.emphasise(id));
    name.addEventListener('pointerleave', () => this.chart.emphasise(undefined));
    name.addEventListener('focus', () => this.chart.emphasise(id));
    name.addEventListener('blur', () => this.chart.emphasise(undefined));
    return name;
  }
}

/** A chart whose curves explain themselves on hover and whose points choose their checkpoint on click. */
export function curveChart(id: string, context: Context): LineChart {
  return new LineChart(id, {
    hover: ({ curve, point, at }) => {
      const metric = metricById(curve.metric);
      if (metric) context.card.point(pointSubject(metric, point, context.run()), at);
    },
    leave: () => context.card.leave(),
    choose: ({ checkpoint }, { run }) => {
      if (!run) context.choose({ checkpoint });
      else context.choose({ others: { ...context.run().choices.others, [run]: checkpoint } });
    },
  });
}
