/**
 * A heatmap on a canvas: chart.js lays out the axes; cells and colour bar are painted here, because one chart element
 * a cell is more than a run of hundreds of checkpoints can bear.
 */
import { Chart, type Plugin } from 'chart.js';
import { element } from '../element';
import type { Palette } from '../theme';
import { position } from './axis';
import { type HeatCell, type Heatmap, heatmapSummary, rampColour } from './heatmap';
import { hasNames } from './names';
import { SpecScale } from './spec-scale';
import { type Lazy, whenSeen } from './when-seen';

Chart.register(SpecScale);

export interface HeatmapEvents {
  hover(cell: HeatCell, at: DOMRect): void;
  leave(): void;
  choose(cell: HeatCell): void;
}

/** Room at the right for the colour bar and its numbers. */
const BAR_ROOM = 92;
const BAR = { gap: 14, width: 12 };

const painted = new WeakMap<Chart, Heatmap>();

/** What a chart paints, if it is a heatmap: for tests that compare it with the report. */
export function paintedHeatmap(chart: Chart): Heatmap | undefined {
  return painted.get(chart);
}

export class HeatmapChart {
  readonly root: HTMLElement;
  private readonly canvas = element('canvas', { 'data-chart': 'heatmap', role: 'img' });
  private readonly lazy: Lazy;
  private chart: Chart | undefined;
  private heatmap: Heatmap | undefined;
  private palette: Palette | undefined;
  private byPlace = new Map<string, HeatCell>();

  constructor(private readonly events: HeatmapEvents) {
    this.root = element('div', { class: 'plot' }, this.canvas);
    this.lazy = whenSeen(this.canvas, () => this.draw());
    this.canvas.addEventListener('pointermove', (event) => {
      const cell = this.cellAt(event);
      this.canvas.classList.toggle('on-curve', cell !== undefined);
      if (cell) this.events.hover(cell, this.boxOf(cell));
      else this.events.leave();
    });
    this.canvas.addEventListener('pointerleave', () => this.events.leave());
    this.canvas.addEventListener('click', (event) => {
      const cell = this.cellAt(event);
      if (cell) this.events.choose(cell);
    });
  }

  update(heatmap: Heatmap, palette: Palette): void {
    this.palette = palette;
    if (heatmap.cells !== this.heatmap?.cells) {
      this.byPlace = new Map(heatmap.cells.map((cell) => [`${cell.column} ${cell.row}`, cell]));
    }
    this.heatmap = heatmap;
    this.canvas.setAttribute('aria-label', heatmapSummary(heatmap));
    this.lazy.changed();
  }

  destroy(): void {
    this.lazy.dispose();
    this.chart?.destroy();
    this.root.remove();
  }

  private draw(): void {
    const { heatmap, palette } = this;
    if (!heatmap || !palette) return;
    const small = { family: palette.font, size: Math.max(10, palette.fontSize - 2) };
    const title = (text: string): object => ({ display: true, text, color: palette.muted, font: small, padding: 2 });
    const scale = (spec: Heatmap['x'], horizontal: boolean): object => ({
      type: 'spec',
      spec,
      names: horizontal && hasNames(heatmap),
      title: title(spec.title),
      ticks: { color: palette.muted, font: small, padding: 4, autoSkip: false },
      grid: { drawOnChartArea: false, drawTicks: true, tickLength: 4, color: palette.grid },
      border: { display: false },
    });
    const options: object = {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 6, right: BAR_ROOM, bottom: 0, left: 0 } },
      scales: { x: scale(heatmap.x, true), y: scale(heatmap.y, false) },
    };
    if (this.chart) {
      painted.set(this.chart, heatmap);
      this.chart.options = options;
      this.chart.update('none');
    } else {
      this.chart = new Chart(this.canvas, {
        type: 'line',
        data: { datasets: [] },
        options,
        plugins: [this.cells],
      });
    }
  }

  private readonly cells: Plugin = {
    id: 'heatCells',
    beforeInit: (chart) => void (this.heatmap && painted.set(chart, this.heatmap)),
    beforeDatasetsDraw: (chart) => {
      const heatmap = painted.get(chart);
      const [x, y] = [chart.scales['x'], chart.scales['y']];
      if (!heatmap || !x || !y || !this.palette) return;
      const { ctx } = chart;
      ctx.save();
      for (const { column, row, value } of heatmap.cells) {
        // Whole pixels: cells touch without seams.
        const [left, right] = [column - 0.5, column + 0.5].map((at) => Math.round(x.getPixelForValue(at)));
        const [bottom, top] = [row - 0.5, row + 0.5].map((at) => Math.round(y.getPixelForValue(at)));
        ctx.fillStyle = rampColour(position(heatmap.colour, value));
        ctx.fillRect(left!, top!, right! - left!, bottom! - top!);
      }
      const [left, right] = [heatmap.marked - 0.5, heatmap.marked + 0.5].map((at) => x.getPixelForValue(at));
      ctx.strokeStyle = this.palette.foreground;
      ctx.lineWidth = 2;
      ctx.strokeRect(left!, chart.chartArea.top, right! - left!, chart.chartArea.bottom - chart.chartArea.top);
      paintBar(chart, heatmap, this.palette);
      ctx.restore();
    },
  };

  private cellAt(event: MouseEvent): HeatCell | undefined {
    const [x, y] = [this.chart?.scales['x'], this.chart?.scales['y']];
    if (!x || !y) return undefined;
    const column = Math.round(x.getValueForPixel(event.offsetX) ?? NaN);
    const row = Math.round(y.getValueForPixel(event.offsetY) ?? NaN);
    return this.byPlace.get(`${column} ${row}`);
  }

  private boxOf({ column, row }: HeatCell): DOMRect {
    const box = this.canvas.getBoundingClientRect();
    const at = this.chart!;
    const x = at.scales['x']!.getPixelForValue(column);
    const y = at.scales['y']!.getPixelForValue(row);
    return new DOMRect(box.left + x - 6, box.top + y - 6, 12, 12);
  }
}

/** The colours from the lowest to the highest value, with numbers beside them. */
function paintBar({ ctx, chartArea }: Chart, { colour }: Heatmap, palette: Palette): void {
  const left = chartArea.right + BAR.gap;
  const height = chartArea.bottom - chartArea.top;
  for (let pixel = 0; pixel < height; pixel++) {
    ctx.fillStyle = rampColour(1 - pixel / (height - 1));
    ctx.fillRect(left, chartArea.top + pixel, BAR.width, 1.5);
  }
  ctx.font = `${Math.max(10, palette.fontSize - 2)}px ${palette.font}`;
  ctx.fillStyle = palette.muted;
  ctx.textBaseline = 'middle';
  let last = Infinity;
  const pixelOf = (value: number): number => chartArea.bottom - position(colour, value) * height;
  const [lowest, ...rest] = colour.ticks;
  const highest = rest.pop();
  for (const tick of [lowest, ...rest, highest]) {
    if (!tick) continue;
    const at = colour.ticks.length === 1 ? chartArea.top + height / 2 : pixelOf(tick.value);
    const crowded = tick !== highest && highest !== undefined && at - pixelOf(highest.value) < 16;
    if (last - at < 16 || (crowded && tick !== lowest)) continue;
    ctx.fillText(tick.label, left + BAR.width + 6, at);
    last = at;
  }
}
