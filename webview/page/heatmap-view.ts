/** The chosen layer metric at every layer of every checkpoint, as colours. */
import type { Metric } from '../../src/metrics/metric';
import type { CheckpointReport, Report } from '../../src/protocol/report';
import { pointSubject } from '../cards/readings';
import { heatmapTable } from '../charts/figure-table';
import { checkpointName } from '../charts/figure';
import { type HeatCell, type Heatmap, layerHeatmap } from '../charts/heatmap';
import { HeatmapChart } from '../charts/heatmap-chart';
import { heatmapPicture } from '../charts/vector-heatmap';
import { element } from '../element';
import type { Context } from './context';
import { type FigureSource, FigureTools } from './figure-tools';
import { t } from '../words';

export class HeatmapView {
  readonly root: HTMLElement;
  private readonly title = element('h3', { class: 'figure-title' });
  private readonly chart: HeatmapChart;
  private heatmap: Heatmap | undefined;
  /** What the shown heatmap was made of: the cells stay while only another checkpoint is chosen. */
  private made: { report: Report; metric: Metric } | undefined;

  constructor(private readonly context: Context) {
    this.chart = new HeatmapChart({
      hover: (cell, at) => this.hover(cell, at),
      leave: () => context.card.leave(),
      choose: ({ column }) => {
        const checkpoint = this.heatmap?.columns[column]?.checkpoint;
        if (checkpoint !== undefined) context.choose({ checkpoint });
      },
    });
    const tools = new FigureTools(t('the heatmap'), () => this.source(), context);
    this.root = element(
      'article',
      { class: 'figure heatmap', 'data-figure': 'heatmap' },
      element('div', { class: 'figure-head' }, this.title, tools.root),
      this.chart.root,
    );
  }

  update(report: Report, chosen: CheckpointReport, metric: Metric): void {
    if (this.heatmap && this.made?.report === report && this.made.metric === metric) {
      this.heatmap = { ...this.heatmap, marked: report.checkpoints.indexOf(chosen) };
    } else {
      this.heatmap = layerHeatmap(report, chosen, metric);
      this.made = { report, metric };
    }
    this.root.hidden = this.heatmap === undefined;
    if (!this.heatmap) return;
    this.title.textContent = this.heatmap.title;
    this.root.style.setProperty('--rows', String(this.heatmap.rows.length));
    this.chart.update(this.heatmap, this.context.palette());
  }

  destroy(): void {
    this.chart.destroy();
  }

  private hover({ column, row, value }: HeatCell, at: DOMRect): void {
    const { heatmap } = this;
    const checkpoint = this.context.run().report.checkpoints[column];
    if (!heatmap || !checkpoint) return;
    const layer = heatmap.rows.find((other) => other.value === row)?.label ?? '';
    const where = `${checkpointName(checkpoint)} · ${layer}`;
    const point = { x: column, y: value, checkpoint: checkpoint.path, where };
    this.context.card.point(pointSubject(heatmap.metric, point, this.context.run()), at);
  }

  private source(): FigureSource | undefined {
    const { heatmap } = this;
    return (
      heatmap && {
        name: `${this.context.run().report.run.path}-heatmap`,
        title: heatmap.title,
        table: () => heatmapTable(heatmap),
        picture: (colours) => heatmapPicture(heatmap, colours),
      }
    );
  }
}
