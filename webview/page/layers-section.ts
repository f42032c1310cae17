/** "Metric against layer": the chosen checkpoint's curve with other epochs faintly behind, and layer by epoch as colours. */
import { byPaper } from '../../src/metrics/by-paper';
import { shortCitation } from '../../src/papers/catalogue';
import { nameSubject } from '../cards/readings';
import { comparedLayers, shownRuns } from '../charts/compare';
import { checkpointName, type FigureData, layerFigure, layerMetric, layerMetrics, MOST_GHOSTS } from '../charts/figure';
import type { LineChart } from '../charts/line-chart';
import { splitTitle } from '../charts/split-curves';
import { element, svg, textButton } from '../element';
import { chosenCheckpoint, type RunState } from '../state';
import { Choice } from '../toolkit';
import type { Context } from './context';
import { EpochSlider } from './epoch-slider';
import { FigureTools } from './figure-tools';
import { curveChart, figureSource } from './figure-view';
import { GroupedChoice } from './grouped-choice';
import { HeatmapView } from './heatmap-view';
import { resetButton } from './reset-button';
import { RunKeys } from './run-keys';
import { swatch } from './swatch';
import { t } from '../words';

export class LayersSection {
  readonly root: HTMLElement;
  private readonly chart: LineChart;
  private readonly checkpoint: Choice;
  private readonly slider: EpochSlider;
  private readonly metric: GroupedChoice;
  private readonly name: HTMLElement;
  private readonly own = element('span');
  private readonly runs = new RunKeys();
  private readonly beside = element('ul', { class: 'legend inline', hidden: '' });
  private readonly others = element('li', { class: 'muted' }, element('span', { class: 'ghost-swatch' }));
  private readonly othersText = element('span');
  private readonly fit = element('li', { class: 'fit', hidden: '' }, fitSwatch());
  private readonly fitText = element('span');
  private readonly reset: HTMLElement;
  private readonly heatmap: HeatmapView;
  private figure: FigureData | undefined;

  constructor(private readonly context: Context) {
    this.chart = curveChart('layers', context, { zoom: (layerZoom) => context.choose({ layerZoom }) });
    this.checkpoint = new Choice('choose-checkpoint', t('Checkpoint'), (path) => context.choose({ checkpoint: path }));
    this.slider = new EpochSlider((path) => context.choose({ checkpoint: path }));
    this.metric = new GroupedChoice('choose-layer-metric', t('Metric'), (id) => context.choose({ layerMetric: id }));
    this.name = textButton('metric-name', '', () => undefined);
    context.card.attach(this.name, () => nameSubject(this.shownMetric()!, context.run()));
    this.others.append(this.othersText);
    this.fit.append(this.fitText);
    this.reset = resetButton(() => context.choose({ layerZoom: undefined }));
    this.heatmap = new HeatmapView(context);
    const source = (): ReturnType<typeof figureSource> | undefined => this.figure && figureSource(this.figure, context);
    const tools = new FigureTools(t('the metric against layer'), source, context);
    const own = element('li', {}, swatch(0), this.name, this.own);
    const legend = element('ul', { class: 'legend inline' }, own, this.others, this.fit);
    this.root = element(
      'section',
      { class: 'layers', 'aria-labelledby': 'layers-title' },
      element(
        'div',
        { class: 'section-head' },
        element('h2', { id: 'layers-title' }, t('Metric against layer')),
        this.reset,
        element('div', { class: 'choices' }, this.checkpoint.root, this.slider.root, this.metric.root),
      ),
      element(
        'article',
        { class: 'figure', 'data-figure': 'layers' },
        element('div', { class: 'figure-head' }, legend, tools.root),
        this.runs.root,
        this.beside,
        this.chart.root,
      ),
      this.heatmap.root,
    );
  }

  update(state: RunState): void {
    const { report, choices } = state;
    const chosen = chosenCheckpoint(report, choices);
    const metric = layerMetric(report, choices.layerMetric);
    const runs = shownRuns(state);
    const compared = runs.length > 1;
    const { layerZoom } = choices;
    const figure =
      chosen &&
      metric &&
      (compared
        ? comparedLayers(runs, metric.id, layerZoom)
        : layerFigure(report, chosen, metric.id, layerZoom, choices.splits));
    this.runs.update(compared ? runs : []);
    this.root.hidden = !report.checkpoints.some(({ layers }) => layers.length > 0) || !metric;
    if (!chosen || !metric || this.root.hidden) return;
    const checkpoints = report.checkpoints.map((checkpoint) => ({
      value: checkpoint.path,
      text: checkpointName(checkpoint),
    }));
    this.checkpoint.update(checkpoints, chosen.path);
    this.slider.update(checkpoints, chosen.path);
    this.metric.update(
      byPaper(layerMetrics(report)).map(({ paper, metrics }) => ({
        label: `${shortCitation(paper)} · ${paper.topic}`,
        options: metrics.map(({ id, name }) => ({ value: id, text: name })),
      })),
      metric.id,
    );
    this.name.textContent = metric.name;
    this.root.classList.toggle('compared', compared);
    this.own.textContent = compared ? '' : checkpointName(chosen);
    this.showSplits(figure);
    const others = report.checkpoints.length - 1;
    this.others.hidden = compared || others < 1;
    this.othersText.textContent =
      others > MOST_GHOSTS
        ? t('{0} of {1} other epochs, later ones stronger', MOST_GHOSTS, others)
        : t('other epochs, later ones stronger');
    const [fit] = figure?.fits ?? [];
    this.fit.hidden = fit === undefined;
    this.fitText.textContent = fit?.label ?? '';
    this.reset.hidden = choices.layerZoom === undefined;
    this.chart.root.hidden = figure === undefined;
    this.figure = figure;
    if (figure) this.chart.update(figure, this.context.palette());
    this.heatmap.update(report, chosen, metric);
  }

  /** The line of each set beside the training data. */
  private showSplits(figure: FigureData | undefined): void {
    const curves = figure?.curves.filter(({ split }) => split !== undefined) ?? [];
    this.beside.hidden = curves.length === 0;
    this.beside.replaceChildren(
      ...curves.map(({ style, split }) => element('li', {}, swatch(style), split ? splitTitle(split) : '')),
    );
  }

  destroy(): void {
    this.chart.destroy();
    this.heatmap.destroy();
  }

  private shownMetric(): ReturnType<typeof layerMetric> {
    const { report, choices } = this.context.run();
    return layerMetric(report, choices.layerMetric);
  }
}

function fitSwatch(): SVGElement {
  const line = svg('line', { x1: '0', y1: '5', x2: '26', y2: '5', 'stroke-dasharray': '10 4 2 4' });
  const size = { viewBox: '0 0 26 10', width: '26', height: '10', 'aria-hidden': 'true' };
  return svg('svg', { class: 'swatch', ...size }, line);
}
