/** One live chart of geometry: draws what it is given, in place, and shows what the pointer is on. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartType,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  ScatterController,
  Tooltip,
  type TooltipOptions,
} from 'chart.js';
import { MatrixController, MatrixElement } from 'chartjs-chart-matrix';
import { element } from '../element';
import type { Palette } from '../theme';
import { smallFont } from './geometry-palette';
import { cellNumbers } from './cell-numbers';
import { limitLine } from './limit-line';
import { marks } from './marks';
import { SpecScale } from './spec-scale';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, LineController, LineElement, PointElement);
Chart.register(ScatterController, MatrixController, MatrixElement, SpecScale, limitLine, Tooltip);

export class GeometryChart<T extends ChartType, D> {
  readonly root: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private chart: Chart<T, D> | undefined;

  /**
   * @param id `data-geometry` of the canvas
   * @param title its name until it is drawn, which is when it comes into view
   */
  constructor(id: string, title: string) {
    this.canvas = element('canvas', { 'data-geometry': id, role: 'img', 'aria-label': title });
    this.root = element('div', { class: 'geometry-plot' }, this.canvas);
  }

  /** @param summary what a screen reader says of it */
  draw(configuration: ChartConfiguration<T, D>, summary: string): void {
    this.canvas.setAttribute('aria-label', summary);
    if (!this.chart) {
      // Of these charts alone: all others would have to say that they have none. They draw on charts of any type.
      const plugins = [marks, cellNumbers] as unknown as Plugin<T>[];
      this.chart = new Chart<T, D>(this.canvas, { ...configuration, plugins });
      return;
    }
    this.chart.data = configuration.data;
    this.chart.options = configuration.options!;
    this.chart.update('none');
  }

  /** Of the area inside the axes; undefined before it is drawn. */
  get area(): { width: number; height: number } | undefined {
    return this.chart?.chartArea && { width: this.chart.chartArea.width, height: this.chart.chartArea.height };
  }

  destroy(): void {
    this.chart?.destroy();
    this.root.remove();
  }
}

/** What all charts of geometry have in common. */
export const COMMON = {
  animation: false,
  responsive: true,
  maintainAspectRatio: false,
  layout: { padding: { top: 4, right: 6, bottom: 0, left: 0 } },
} as const;

/** A tooltip in the editor's colours. */
export function tooltip(palette: Palette): Partial<TooltipOptions> {
  const font = smallFont(palette);
  return {
    animation: false,
    backgroundColor: palette.surface,
    borderColor: palette.limit,
    borderWidth: 1,
    titleColor: palette.foreground,
    bodyColor: palette.foreground,
    titleFont: { ...font, weight: 'bold' },
    bodyFont: font,
    cornerRadius: 3,
    displayColors: false,
    padding: 7,
  };
}

export function axisTitle(text: string, palette: Palette): object {
  return { display: true, text, color: palette.muted, font: smallFont(palette), padding: 2 };
}
