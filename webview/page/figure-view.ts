/** One figure of the grid: title, legend of metric names with their values, chart. */
import { metricById } from '../../src/metrics/registry';
import { nameSubject, pointSubject } from '../cards/readings';
import type { Crosshair } from '../charts/crosshair';
import type { FigureData } from '../charts/figure';
import { figureTable } from '../charts/figure-table';
import { LineChart, type LineChartEvents } from '../charts/line-chart';
import { curveKey, splitTitle, splitValue } from '../charts/split-curves';
import { figurePicture } from '../charts/vector';
import { formatValue } from '../../src/metrics/number-format';
import { element, textButton } from '../element';
import { chosenCheckpoint, valueOf } from '../state';
import type { Context } from './context';
import { type FigureSource, FigureTools } from './figure-tools';
import { swatch } from './swatch';

export class FigureView {
  readonly root: HTMLElement;
  private readonly chart: LineChart;
  private readonly legend = element('ul', { class: 'legend' });
  private readonly values = new Map<string, HTMLElement>();
  private readonly unfollow: () => void;
  private figure: FigureData | undefined;

  /** @param crosshair shared by the figures with the same x axis */
  constructor(
    { id, title }: { id: string; title: string },
    private readonly context: Context,
    crosshair: Crosshair,
  ) {
    this.chart = curveChart(id, context, { zoom: (zoom) => context.choose({ zoom }) }, crosshair);
    const tools = new FigureTools(title, () => this.figure && figureSource(this.figure, context), context);
    const head = element('div', { class: 'figure-head' }, element('h3', { class: 'figure-title' }, title), tools.root);
    this.root = element('article', { class: 'figure', 'data-figure': id }, head, this.legend, this.chart.root);
    this.unfollow = crosshair.follow((x) => this.showValues(x));
  }

  update(figure: FigureData): void {
    this.figure = figure;
    const keys = figure.curves.map(curveKey);
    if (keys.join() !== [...this.values.keys()].join()) this.buildLegend(figure);
    this.showValues(undefined);
    this.chart.update(figure, this.context.palette());
  }

  /** Values where the crosshair is, else those of the chosen checkpoint. */
  private showValues(x: number | undefined): void {
    const { report, choices } = this.context.run();
    const chosen = chosenCheckpoint(report, choices);
    this.legend.classList.toggle('pointed', x !== undefined);
    for (const curve of this.figure?.curves ?? []) {
      const { metric, split, points } = curve;
      const now = chosen && (split ? splitValue(chosen, split, metric) : valueOf(chosen, metric));
      const value = x === undefined ? now : points.find((point) => point.x === x)?.y;
      const node = this.values.get(curveKey(curve));
      if (node) node.textContent = value === undefined ? '–' : formatValue(value, metricById(metric)?.percent);
    }
  }

  destroy(): void {
    this.unfollow();
    this.chart.destroy();
    this.root.remove();
  }

  /** Built again only when curves come or go, so that a focused name keeps its focus. */
  private buildLegend(figure: FigureData): void {
    this.values.clear();
    this.legend.replaceChildren(
      ...figure.curves.map((curve) => {
        const { metric, split, style } = curve;
        const value = element('span', { class: 'value' });
        this.values.set(curveKey(curve), value);
        const name = split ? element('span', { class: 'split-name' }, splitTitle(split)) : this.name(metric);
        return element('li', {}, swatch(style), name, value);
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

/** A figure of curves as its tools see it. */
export function figureSource(figure: FigureData, context: Context): FigureSource {
  return {
    name: `${context.run().report.run.path}-${figure.id}`,
    title: figure.title,
    table: () => figureTable(figure),
    picture: (colours) => figurePicture(figure, colours),
  };
}

/** A chart whose curves explain themselves on hover and whose points choose their checkpoint on click. */
export function curveChart(
  id: string,
  context: Context,
  more: Pick<LineChartEvents, 'zoom'> = {},
  crosshair?: Crosshair,
): LineChart {
  const events: LineChartEvents = {
    hover: ({ curve, point, at }) => {
      const metric = metricById(curve.metric);
      if (metric) context.card.point(pointSubject(metric, point, context.run()), at);
    },
    leave: () => context.card.leave(),
    choose: ({ checkpoint }, { run }) => {
      if (!run) context.choose({ checkpoint });
      else context.choose({ others: { ...context.run().choices.others, [run]: checkpoint } });
    },
    ...more,
  };
  return new LineChart(id, events, crosshair);
}
