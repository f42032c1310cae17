/** One live chart: draws a figure, redraws it in place, tells what the pointer is on, lets a part be shown. */
import { Chart, LinearScale, LineController, LineElement, type Plugin, PointElement } from 'chart.js';
import { element } from '../element';
import type { Palette } from '../theme';
import type { Crosshair } from './crosshair';
import { type Curve, type CurvePoint, type FigureData, summary } from './figure';
import { drawMark, limitLine } from './limit-line';
import { baseWidth, configuration, type LineDataset } from './line-config';
import { nearestPoint } from './nearest';
import { PointerZoom } from './pointer-zoom';
import { SpecScale } from './spec-scale';
import { type Lazy, whenSeen } from './when-seen';
import type { Range } from './zoom';

Chart.register(LineController, LineElement, PointElement, LinearScale, SpecScale, limitLine);

/** What the pointer is on. */
export interface Hover {
  curve: Curve;
  point: CurvePoint;
  /** The point in the viewport. */
  at: DOMRect;
}

export interface LineChartEvents {
  hover(hover: Hover): void;
  leave(): void;
  choose(point: CurvePoint, curve: Curve): void;
  /** Another part of the x axis is to be shown; undefined: all of it. Absent where the chart does not zoom. */
  zoom?(range: Range | undefined): void;
}

/** How far from a line the pointer may be, in pixels. */
const REACH = 12;

export class LineChart {
  readonly root: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly lazy: Lazy;
  private readonly line = element('div', { class: 'crosshair', hidden: '' });
  private readonly unfollow: (() => void) | undefined;
  private chart: Chart<'line', { x: number; y: number }[]> | undefined;
  private figure: FigureData | undefined;
  private palette: Palette | undefined;
  /** What the chart was last set up with; undefined before. */
  private drawn: { figure: FigureData; palette: Palette } | undefined;
  /** The mark moves often, and needs no other set-up. */
  private readonly mark: Plugin<'line'> = {
    id: 'mark',
    beforeDatasetsDraw: (chart) => {
      const marked = this.figure?.marked;
      if (marked !== undefined && this.palette) drawMark(chart, marked, this.palette.grid);
    },
  };

  /**
   * @param id `data-chart` of the canvas: family id or `layers`
   * @param crosshair shared by charts with the same x axis
   */
  constructor(
    id: string,
    private readonly events: LineChartEvents,
    private readonly crosshair?: Crosshair,
  ) {
    this.canvas = element('canvas', { 'data-chart': id, role: 'img' });
    this.root = element('div', { class: 'plot' }, this.canvas, this.line);
    this.lazy = whenSeen(this.canvas, () => this.draw());
    const dragged = events.zoom
      ? new PointerZoom(
          this.root,
          this.canvas,
          () => this.place(),
          (range) => this.events.zoom?.(range),
        )
      : { dragging: false, justZoomed: () => false };
    this.canvas.addEventListener('pointermove', (event) => {
      if (!dragged.dragging) this.onMove(event);
    });
    this.canvas.addEventListener('pointerleave', () => this.onLeave());
    this.canvas.addEventListener('click', (event) => {
      if (dragged.justZoomed()) return;
      const hit = this.hit(event);
      if (hit) this.events.choose(hit.point, hit.curve);
    });
    this.unfollow = crosshair?.follow((x) => this.showCrosshair(x));
  }

  /** Draws `figure`, in place where a chart is already there; as soon as it is in view, or there is time. */
  update(figure: FigureData, palette: Palette): void {
    this.figure = figure;
    this.palette = palette;
    this.canvas.setAttribute('aria-label', summary(figure));
    this.lazy.changed();
  }

  /** Lets one curve (of a metric, of a run) stand out; undefined lets all be equal again. */
  emphasise(key: string | undefined): void {
    if (!this.chart) return;
    for (const dataset of this.chart.data.datasets as LineDataset[]) {
      dataset.borderWidth = dataset.key === key ? 3 : baseWidth(dataset.order !== 0);
    }
    this.chart.update('none');
  }

  destroy(): void {
    this.lazy.dispose();
    this.unfollow?.();
    this.chart?.destroy();
    this.root.remove();
  }

  private draw(): void {
    if (!this.figure || !this.palette) return;
    const { figure, palette, drawn } = this;
    this.drawn = { figure, palette };
    if (this.chart && drawn?.palette === palette && sameButMark(drawn.figure, figure)) {
      this.chart.draw();
      return;
    }
    const { data, options } = configuration(figure, palette);
    if (this.chart) {
      this.chart.data.datasets = data.datasets;
      this.chart.options = options!;
      this.chart.update('none');
    } else {
      this.chart = new Chart(this.canvas, { type: 'line', data, options: options!, plugins: [this.mark] });
    }
    this.showCrosshair(this.crosshair?.at);
  }

  private place(): { area: { left: number; right: number }; figure: FigureData } | undefined {
    return this.chart && this.figure && { area: this.chart.chartArea, figure: this.figure };
  }

  private hit(
    event: PointerEvent | MouseEvent,
  ): { curve: Curve; point: CurvePoint; index: [number, number] } | undefined {
    if (!this.chart || !this.figure) return undefined;
    const pixels = this.figure.curves.map((_, i) => this.chart!.getDatasetMeta(i).data.map(({ x, y }) => ({ x, y })));
    const hit = nearestPoint(pixels, { x: event.offsetX, y: event.offsetY }, REACH);
    const curve = hit && this.figure.curves[hit.curve];
    const point = hit && curve?.points[hit.point];
    if (!curve || !point || point.x < this.figure.x.min || point.x > this.figure.x.max) return undefined;
    return { curve, point, index: [hit.curve, hit.point] };
  }

  private onMove(event: PointerEvent): void {
    this.crosshair?.move(this.nearestStep(event.offsetX));
    const hit = this.hit(event);
    this.canvas.classList.toggle('on-curve', hit !== undefined);
    this.light(hit?.index);
    if (!hit) {
      this.events.leave();
      return;
    }
    const pixel = this.chart!.getDatasetMeta(hit.index[0]).data[hit.index[1]]!;
    const box = this.canvas.getBoundingClientRect();
    this.events.hover({ ...hit, at: new DOMRect(box.left + pixel.x - 6, box.top + pixel.y - 6, 12, 12) });
  }

  private onLeave(): void {
    this.light(undefined);
    this.crosshair?.move(undefined);
    this.events.leave();
  }

  /** The place on the x axis nearest to a pixel, among those in view. */
  private nearestStep(pixel: number): number | undefined {
    const scale = this.chart?.scales['x'];
    if (!scale || !this.figure) return undefined;
    const { min, max } = this.figure.x;
    let best: number | undefined;
    let distance = Infinity;
    for (const { value } of this.figure.steps) {
      const away = Math.abs(scale.getPixelForValue(value) - pixel);
      if (value < min || value > max || away >= distance) continue;
      best = value;
      distance = away;
    }
    return best;
  }

  /** A line over the canvas, so that following the pointer draws no chart again. */
  private showCrosshair(x: number | undefined): void {
    const scale = this.chart?.scales['x'];
    const shown = x !== undefined && this.figure && x >= this.figure.x.min && x <= this.figure.x.max;
    this.line.hidden = !scale || !shown;
    if (!scale || !shown) return;
    const { top, bottom } = this.chart!.chartArea;
    this.line.style.left = `${scale.getPixelForValue(x) - 0.5}px`;
    this.line.style.top = `${top}px`;
    this.line.style.height = `${bottom - top}px`;
  }

  private light(index: [number, number] | undefined): void {
    if (!this.chart) return;
    const active = index ? [{ datasetIndex: index[0], index: index[1] }] : [];
    const [shown] = this.chart.getActiveElements();
    if (shown?.datasetIndex === index?.[0] && shown?.index === index?.[1]) return;
    this.chart.setActiveElements(active);
    this.chart.draw();
  }
}

/** The same data on the same axes; which checkpoint is chosen may differ. */
function sameButMark(a: FigureData, b: FigureData): boolean {
  return a.curves === b.curves && a.x === b.x && a.y === b.y && a.fits === b.fits && a.moments === b.moments;
}
