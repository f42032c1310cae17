/** Draws the value at perfect collapse, lines at moments of the run, and a mark at the chosen checkpoint. */
import type { Chart, ChartType, Plugin } from 'chart.js';
import type { Limit, Moment } from './figure';
import { SpecScale } from './spec-scale';
import { LIMIT_DASH, MOMENT_DASH } from './strokes';

export interface LimitLineOptions {
  limits: Limit[];
  color: string;
  surface: string;
  font: string;
  moments: Moment[];
}

declare module 'chart.js' {
  // Signature must repeat chart.js's own, used or not.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface PluginOptionsByType<TType extends ChartType> {
    limitLine?: LimitLineOptions;
  }
}

export const limitLine: Plugin<'line'> = {
  id: 'limitLine',
  beforeDatasetsDraw: (chart) => {
    const options = optionsOf(chart);
    if (!options) return;
    for (const moment of options.moments) drawMoment(chart, moment, options);
    for (const limit of options.limits) drawLine(chart, limit, options);
  },
  afterDatasetsDraw: (chart) => {
    const options = optionsOf(chart);
    if (!options) return;
    for (const limit of options.limits) drawLabel(chart, limit, options);
    for (const moment of options.moments) drawMomentLabel(chart, moment, options);
  },
};

/** chart.js types every option as perhaps partial; ours are given whole, or not at all in charts of other kinds. */
function optionsOf(chart: Chart): LimitLineOptions | undefined {
  const options = chart.options.plugins?.limitLine as Partial<LimitLineOptions> | undefined;
  return options?.limits ? (options as LimitLineOptions) : undefined;
}

/** A band at the chosen checkpoint. */
export function drawMark({ ctx, chartArea, scales }: Chart, x: number, color: string): void {
  const at = scales['x']?.getPixelForValue(x);
  if (at === undefined || at < chartArea.left - 1 || at > chartArea.right + 1) return;
  ctx.save();
  ctx.fillStyle = color;
  ctx.fillRect(at - 5, chartArea.top, 10, chartArea.bottom - chartArea.top);
  ctx.restore();
}

/** Where a moment is drawn; undefined where it lies outside the part shown. */
function momentPixel({ scales, chartArea }: Chart, { x }: Moment): number | undefined {
  const at = Math.round(scales['x']?.getPixelForValue(x) ?? NaN) - 0.5;
  return at >= chartArea.left - 1 && at <= chartArea.right + 1 ? at : undefined;
}

function drawMoment(chart: Chart, moment: Moment, { color }: LimitLineOptions): void {
  const { ctx, chartArea } = chart;
  const at = momentPixel(chart, moment);
  if (at === undefined) return;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.setLineDash(MOMENT_DASH);
  ctx.beginPath();
  ctx.moveTo(at, chartArea.top);
  ctx.lineTo(at, chartArea.bottom);
  ctx.stroke();
  ctx.restore();
}

/** At the top, or at the bottom where a limit's label is at the top; on the side of the line where there is room. */
function drawMomentLabel(chart: Chart, moment: Moment, { color, surface, font, limits }: LimitLineOptions): void {
  const { ctx, chartArea } = chart;
  const upper = chartArea.top + (chartArea.bottom - chartArea.top) / 3;
  const taken = limits.some((limit) => limitPixel(chart, limit) < upper);
  const top = taken ? chartArea.bottom - HEIGHT - 2 : chartArea.top;
  const at = momentPixel(chart, moment);
  if (at === undefined) return;
  ctx.save();
  ctx.font = font;
  const width = ctx.measureText(moment.label).width + 2 * PADDING;
  const left = Math.max(chartArea.left, at + 1 + width <= chartArea.right ? at + 1 : at - 1 - width);
  ctx.globalAlpha = 0.75;
  ctx.fillStyle = surface;
  ctx.fillRect(left, top, width, HEIGHT);
  ctx.globalAlpha = 1;
  ctx.fillStyle = color;
  ctx.textBaseline = 'middle';
  ctx.fillText(moment.label, left + PADDING, top + HEIGHT / 2);
  ctx.restore();
}

function drawLine(chart: Chart, limit: Limit, { color }: LimitLineOptions): void {
  const { ctx, chartArea } = chart;
  const y = limitPixel(chart, limit);
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.setLineDash(LIMIT_DASH);
  ctx.beginPath();
  ctx.moveTo(chartArea.left, y);
  ctx.lineTo(chartArea.right, y);
  ctx.stroke();
  ctx.restore();
}

const PADDING = 4;
const HEIGHT = 14;

/** The label stands beyond the limit, where no value can be; where values lie on both sides, above the line. */
function drawLabel(chart: Chart, limit: Limit, { color, surface, font }: LimitLineOptions): void {
  const { ctx, chartArea } = chart;
  const y = limitPixel(chart, limit);
  const text = isBelow(chart, limit) ? `${limit.label} ↓` : limit.label;
  ctx.save();
  ctx.font = font;
  const width = ctx.measureText(text).width + 2 * PADDING;
  const top = isFloor(chart, y) ? y + 2 : y - HEIGHT - 2;
  const left = chartArea.left + 2;
  ctx.globalAlpha = 0.75;
  ctx.fillStyle = surface;
  ctx.fillRect(left, top, width, HEIGHT);
  ctx.globalAlpha = 1;
  ctx.fillStyle = color;
  ctx.textBaseline = 'middle';
  ctx.fillText(text, left + PADDING, top + HEIGHT / 2);
  ctx.restore();
}

/** On a log axis zero lies below everything that can be drawn; its line is not to scale. */
function isBelow(chart: Chart, limit: Limit): boolean {
  const scale = chart.scales['y'];
  return limit.value <= 0 && scale instanceof SpecScale && scale.options.spec.kind === 'log';
}

/** Whether all points lie on the line or above it. */
function isFloor(chart: Chart, y: number): boolean {
  return chart.getSortedVisibleDatasetMetas().every(({ data }) => data.every((point) => point.y <= y + 1));
}

function limitPixel(chart: Chart, limit: Limit): number {
  const y = chart.scales['y']?.getPixelForValue(limit.value) ?? chart.chartArea.bottom;
  return Math.round(y) - 0.5;
}
