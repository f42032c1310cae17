/** "Metric against layer" for the chosen checkpoint and metric, with the other epochs faintly behind. */
import { byPaper } from '../../src/metrics/by-paper';
import { shortCitation } from '../../src/papers/catalogue';
import { nameSubject } from '../cards/readings';
import { comparedLayers, shownRuns } from '../charts/compare';
import { checkpointName, layerFigure, layerMetric, layerMetrics } from '../charts/figure';
import type { LineChart } from '../charts/line-chart';
import { element, textButton } from '../element';
import { chosenCheckpoint, type RunState } from '../state';
import { Choice } from '../toolkit';
import type { Context } from './context';
import { curveChart } from './figure-view';
import { GroupedChoice } from './grouped-choice';
import { RunKeys } from './run-keys';
import { swatch } from './swatch';

export class LayersSection {
  readonly root: HTMLElement;
  private readonly chart: LineChart;
  private readonly checkpoint: Choice;
  private readonly metric: GroupedChoice;
  private readonly name: HTMLElement;
  private readonly own = element('span');
  private readonly runs = new RunKeys();
  private readonly others = element('li', { class: 'muted' }, element('span', { class: 'ghost-swatch' }));

  constructor(private readonly context: Context) {
    this.chart = curveChart('layers', context);
    this.checkpoint = new Choice('choose-checkpoint', 'Checkpoint', (path) => context.choose({ checkpoint: path }));
    this.metric = new GroupedChoice('choose-layer-metric', 'Metric', (id) => context.choose({ layerMetric: id }));
    this.name = textButton('metric-name', '', () => undefined);
    context.card.attach(this.name, () => nameSubject(this.shownMetric()!, context.run()));
    this.others.append('other epochs, later ones stronger');
    this.root = element(
      'section',
      { class: 'layers', 'aria-labelledby': 'layers-title' },
      element(
        'div',
        { class: 'section-head' },
        element('h2', { id: 'layers-title' }, 'Metric against layer'),
        element('div', { class: 'choices' }, this.checkpoint.root, this.metric.root),
      ),
      element(
        'article',
        { class: 'figure', 'data-figure': 'layers' },
        element('ul', { class: 'legend inline' }, element('li', {}, swatch(0), this.name, this.own), this.others),
        this.runs.root,
        this.chart.root,
      ),
    );
  }

  update(state: RunState): void {
    const { report, choices } = state;
    const chosen = chosenCheckpoint(report, choices);
    const metric = layerMetric(report, choices.layerMetric);
    const runs = shownRuns(state);
    const compared = runs.length > 1;
    const figure =
      chosen && metric && (compared ? comparedLayers(runs, metric.id) : layerFigure(report, chosen, metric.id));
    this.runs.update(compared ? runs : []);
    this.root.hidden = !report.checkpoints.some(({ layers }) => layers.length > 0) || !metric;
    if (!chosen || !metric || this.root.hidden) return;
    const checkpoints = report.checkpoints.map((checkpoint) => ({
      value: checkpoint.path,
      text: checkpointName(checkpoint),
    }));
    this.checkpoint.update(checkpoints, chosen.path);
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
    this.others.hidden = compared || report.checkpoints.length < 2;
    this.chart.root.hidden = figure === undefined;
    if (figure) this.chart.update(figure, this.context.palette());
  }

  destroy(): void {
    this.chart.destroy();
  }

  private shownMetric(): ReturnType<typeof layerMetric> {
    const { report, choices } = this.context.run();
    return layerMetric(report, choices.layerMetric);
  }
}
