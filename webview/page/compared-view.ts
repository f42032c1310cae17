/** One figure of a comparison: a metric, with a curve and a value for each run. */
import { metricById } from '../../src/metrics/registry';
import { formatValue } from '../../src/metrics/number-format';
import { nameSubject } from '../cards/readings';
import { shownRuns } from '../charts/compare';
import type { Crosshair } from '../charts/crosshair';
import type { FigureData } from '../charts/figure';
import type { LineChart } from '../charts/line-chart';
import { element, textButton } from '../element';
import { valueOf } from '../state';
import type { Context } from './context';
import { FigureTools } from './figure-tools';
import { curveChart, figureSource } from './figure-view';
import { RunKeys } from './run-keys';

export class ComparedView {
  readonly root: HTMLElement;
  private readonly chart: LineChart;
  private readonly keys: RunKeys;
  private readonly metric: string;
  private figure: FigureData | undefined;

  constructor(
    { id, title, curves }: FigureData,
    private readonly context: Context,
    crosshair: Crosshair,
  ) {
    this.metric = curves[0]?.metric ?? '';
    this.chart = curveChart(id, context, { zoom: (zoom) => context.choose({ zoom }) }, crosshair);
    this.keys = new RunKeys((run) => this.chart.emphasise(run));
    const metric = metricById(this.metric);
    const name = textButton('metric-name', title, () => context.showMetric(this.metric));
    if (metric) context.card.attach(name, () => nameSubject(metric, context.run()));
    const tools = new FigureTools(title, () => this.figure && figureSource(this.figure, context), context);
    const head = element('div', { class: 'figure-head' }, element('h3', { class: 'figure-title' }, name), tools.root);
    this.root = element('article', { class: 'figure', 'data-figure': id }, head, this.keys.root, this.chart.root);
  }

  update(figure: FigureData): void {
    this.figure = figure;
    const percent = metricById(this.metric)?.percent;
    this.keys.update(shownRuns(this.context.run()), ({ chosen }) => {
      const value = chosen && valueOf(chosen, this.metric);
      return value === undefined ? '–' : formatValue(value, percent);
    });
    this.chart.update(figure, this.context.palette());
  }

  destroy(): void {
    this.chart.destroy();
    this.root.remove();
  }
}
