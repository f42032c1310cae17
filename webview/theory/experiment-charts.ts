/** The charts of an experiment, drawn anew in place as their curves grow. */
import type { TheoryChart } from '../../src/protocol/theory';
import { LineChart } from '../charts/line-chart';
import { element } from '../element';
import { swatch } from '../page/swatch';
import type { Palette } from '../theme';
import { theoryFigure } from './theory-figure';

interface Drawn {
  root: HTMLElement;
  legend: HTMLElement;
  chart: LineChart;
}

const SILENT = { hover: () => undefined, leave: () => undefined, choose: () => undefined };

export class ExperimentCharts {
  readonly root = element('div', { class: 'grid' });
  private readonly drawn = new Map<string, Drawn>();

  constructor(private readonly palette: () => Palette) {}

  update(charts: readonly TheoryChart[]): void {
    for (const [id, { root, chart }] of this.drawn) {
      if (charts.some((one) => one.id === id)) continue;
      chart.destroy();
      root.remove();
      this.drawn.delete(id);
    }
    for (const one of charts) {
      const figure = theoryFigure(one);
      const { legend, chart } = this.drawn.get(one.id) ?? this.add(one);
      legend.replaceChildren(
        ...figure.curves.map(({ label, style, ideal = false }) => element('li', {}, swatch(style, ideal), label)),
      );
      chart.update(figure, this.palette());
    }
  }

  destroy(): void {
    for (const { chart } of this.drawn.values()) chart.destroy();
  }

  private add({ id, title }: TheoryChart): Drawn {
    const chart = new LineChart(id, SILENT);
    const legend = element('ul', { class: 'legend inline' });
    const head = element('h3', { class: 'figure-title' }, title);
    const root = element('article', { class: 'figure', 'data-figure': id }, head, legend, chart.root);
    const drawn = { root, legend, chart };
    this.drawn.set(id, drawn);
    this.root.append(root);
    return drawn;
  }
}
