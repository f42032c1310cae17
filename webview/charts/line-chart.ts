/** One live chart: draws a figure, redraws it in place, tells what the pointer is on. */
import {
  Chart,
  type ChartConfiguration,
  type ChartDataset,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js';
import { element } from '../element';
import type { Palette } from '../theme';
import { type Curve, type CurvePoint, type FigureData, summary } from './figure';
import { limitLine } from './limit-line';
import { nearestPoint } from './nearest';
import { SpecScale } from './spec-scale';
import { LIMIT_DASH, stroke } from './strokes';

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
  choose(point: CurvePoint): void;
}

type LineDataset = ChartDataset<'line', CurvePoint[]> & { metric: string };

/** How far from a line the pointer may be, in pixels. */
const REACH = 12;

export class LineChart {
  readonly root: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private chart: Chart<'line', CurvePoint[]> | undefined;
  private figure: FigureData | undefined;

  /** @param id `data-chart` of the canvas: family id or `layers` */
  constructor(
    id: string,
    private readonly events: LineChartEvents,
  ) {
    this.canvas = element('canvas', { 'data-chart': id, role: 'img' });
    this.root = element('div', { class: 'plot' }, this.canvas);
    this.canvas.addEventListener('pointermove', (event) => this.onMove(event));
    this.canvas.addEventListener('pointerleave', () => this.onLeave());
    this.canvas.addEventListener('click', (event) => {
      const hit = this.hit(event);
      if (hit) this.events.choose(hit.point);
    });
  }

  /** Draws `figure`, in place where a chart is already there. */
  update(figure: FigureData, palette: Palette): void {
    this.figure = figure;
    this.canvas.setAttribute('aria-label', summary(figure));
    const { data, options } = configuration(figure, palette);
    if (this.chart) {
      this.chart.data.datasets = data.datasets;
      this.chart.options = options!;
      this.chart.update('none');
    } else {
      this.chart = new Chart(this.canvas, { type: 'line', data, options: options! });
    }
  }

  /** Lets one curve stand out; undefined lets all be equal again. */
  emphasise(metric: string | undefined): void {
    if (!this.chart) return;
    for (const dataset of this.chart.data.datasets as LineDataset[]) {
      dataset.borderWidth = dataset.metric === metric ? 3 : baseWidth(dataset.order !== 0);
    }
    this.chart.update('none');
  }

  destroy(): void {
    this.chart?.destroy();
    this.root.remove();
  }

  private hit(
    event: PointerEvent | MouseEvent,
  ): { curve: Curve; point: CurvePoint; index: [number, number] } | undefined {
    if (!this.chart || !this.figure) return undefined;
    const pixels = this.figure.curves.map((_, i) => this.chart!.getDatasetMeta(i).data.map(({ x, y }) => ({ x, y })));
    const hit = nearestPoint(pixels, { x: event.offsetX, y: event.offsetY }, REACH);
    const curve = hit && this.figure.curves[hit.curve];
    const point = hit && curve?.points[hit.point];
    return curve && point ? { curve, point, index: [hit.curve, hit.point] } : undefined;
  }

  private onMove(event: PointerEvent): void {
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
    this.events.leave();
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

function baseWidth(ghost: boolean): number {
  return ghost ? 1 : 1.75;
}

function configuration(figure: FigureData, palette: Palette): ChartConfiguration<'line', CurvePoint[]> {
  const small = { family: palette.font, size: Math.max(10, palette.fontSize - 2) };
  const names = figure.id === 'layers' || figure.x.title === 'checkpoint';
  const title = (text: string): object => ({ display: true, text, color: palette.muted, font: small, padding: 2 });
  const ticks = { color: palette.muted, font: small, padding: 4, autoSkip: false };
  return {
    type: 'line',
    data: { datasets: figure.curves.map((curve) => dataset(curve, figure, palette)) },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      // Points arrive parsed and in order; what the pointer is on, this class finds by itself.
      parsing: false,
      normalized: true,
      events: [],
      layout: { padding: { top: 4, right: 6, bottom: 0, left: 0 } },
      scales: {
        x: {
          type: 'spec',
          spec: figure.x,
          names,
          title: title(figure.x.title),
          ticks: { ...ticks, maxRotation: names ? 55 : 0, minRotation: 0 },
          grid: { drawOnChartArea: false, drawTicks: true, tickLength: 4, color: palette.grid },
          border: { color: palette.grid },
        },
        y: {
          type: 'spec',
          spec: figure.y,
          names: false,
          title: title(figure.y.title),
          ticks,
          grid: { color: palette.grid, drawTicks: false },
          border: { display: false },
        },
      },
      plugins: {
        limitLine: {
          limits: figure.limits,
          color: palette.limit,
          surface: palette.surface,
          font: `${small.size}px ${palette.font}`,
          markColor: palette.grid,
          ...(figure.marked === undefined ? {} : { marked: figure.marked }),
        },
      },
    },
  };
}

function dataset(curve: Curve, figure: FigureData, palette: Palette): LineDataset {
  const { point } = stroke(curve.style);
  const dash = curve.ideal ? LIMIT_DASH : stroke(curve.style).dash;
  const ghost = curve.ghost !== undefined;
  const color = curve.ideal
    ? palette.limit
    : (palette.series[curve.style % palette.series.length] ?? palette.foreground);
  const line = ghost ? faded(palette.muted, curve.ghost ?? 1) : color;
  // A zero on a log axis lies on the lower edge: a hollow mark pointing down says that it is lower still.
  const sunk = (at: CurvePoint | undefined): boolean => figure.y.kind === 'log' && at !== undefined && at.y <= 0;
  const dense = curve.points.length > 40;
  return {
    metric: curve.metric,
    label: curve.label,
    data: curve.points,
    order: ghost ? 1 : 0,
    borderColor: line,
    borderWidth: baseWidth(ghost),
    borderDash: ghost ? [] : dash,
    borderJoinStyle: 'round',
    pointStyle: curve.points.map((at) => (sunk(at) ? 'triangle' : point)),
    pointRotation: curve.points.map((at) => (sunk(at) ? 180 : 0)),
    pointBackgroundColor: curve.points.map((at) => (sunk(at) ? palette.surface : line)),
    pointBorderColor: line,
    pointBorderWidth: curve.points.map((at) => (sunk(at) ? 1.5 : 0)),
    pointRadius: curve.points.map((at) => (sunk(at) ? 5 : ghost || curve.ideal ? 0 : dense ? 1.5 : 3)),
    pointHoverRadius: 5,
    pointHoverBackgroundColor: palette.surface,
    pointHoverBorderColor: ghost ? palette.foreground : color,
    pointHoverBorderWidth: 2,
    clip: 8,
  };
}

function faded(color: string, strength: number): string {
  return `color-mix(in srgb, ${color} ${Math.round(15 + 45 * strength)}%, transparent)`;
}
