/** What charts of geometry have beside their data: lines across, a circle, names at points. */
import type { Chart, ChartType, Plugin } from 'chart.js';

export interface MarkLine {
  axis: 'x' | 'y';
  at: number;
  label?: string;
}

export interface MarkText {
  x: number;
  y: number;
  text: string;
}

export interface MarksOptions {
  lines: MarkLine[];
  texts: MarkText[];
  /** Around the origin, in units of the axes. */
  circle?: number;
  colour: string;
  foreground: string;
  surface: string;
  font: string;
}

declare module 'chart.js' {
  // Signature must repeat chart.js's own, used or not.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface PluginOptionsByType<TType extends ChartType> {
    marks?: MarksOptions;
  }
}

export const marks: Plugin = {
  id: 'marks',
  beforeDatasetsDraw: (chart) => {
    const options = optionsOf(chart);
    if (options?.circle !== undefined) drawCircle(chart, options.circle, options);
  },
  afterDatasetsDraw: (chart) => {
    const options = optionsOf(chart);
    if (!options) return;
    for (const line of options.lines) drawLine(chart, line, options);
    for (const text of options.texts) drawText(chart, text, options);
  },
};

/** chart.js types every option as perhaps partial; ours are always given whole. */
function optionsOf(chart: Chart): MarksOptions | undefined {
  return chart.options.plugins?.marks as MarksOptions | undefined;
}

function drawCircle({ ctx, scales }: Chart, radius: number, { colour }: MarksOptions): void {
  const { x, y } = scales;
  if (!x || !y) return;
  const [left, top] = [x.getPixelForValue(0), y.getPixelForValue(0)];
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.beginPath();
  ctx.ellipse(
    left,
    top,
    Math.abs(x.getPixelForValue(radius) - left),
    Math.abs(y.getPixelForValue(radius) - top),
    ...([0, 0, 2 * Math.PI] as const),
  );
  ctx.stroke();
  ctx.restore();
}

function drawLine(chart: Chart, { axis, at, label }: MarkLine, { colour, surface, font }: MarksOptions): void {
  const { ctx, chartArea, scales } = chart;
  const pixel = scales[axis]?.getPixelForValue(at);
  if (pixel === undefined || Number.isNaN(pixel)) return;
  const crisp = Math.round(pixel) - 0.5;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.setLineDash([3, 3]);
  ctx.beginPath();
  if (axis === 'x') {
    ctx.moveTo(crisp, chartArea.top);
    ctx.lineTo(crisp, chartArea.bottom);
  } else {
    ctx.moveTo(chartArea.left, crisp);
    ctx.lineTo(chartArea.right, crisp);
  }
  ctx.stroke();
  if (label) {
    ctx.font = font;
    const width = ctx.measureText(label).width + 8;
    const left = crisp + 2 + width > chartArea.right ? crisp - 2 - width : crisp + 2;
    ctx.globalAlpha = 0.8;
    ctx.fillStyle = surface;
    ctx.fillRect(left, chartArea.top + 1, width, 15);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour;
    ctx.textBaseline = 'middle';
    ctx.fillText(label, left + 4, chartArea.top + 9);
  }
  ctx.restore();
}

/** Beside its point on the side away from the centre, inside the chart. */
function drawText(chart: Chart, { x, y, text }: MarkText, { foreground, surface, font }: MarksOptions): void {
  const { ctx, chartArea, scales } = chart;
  const left = scales['x']?.getPixelForValue(x);
  const top = scales['y']?.getPixelForValue(y);
  if (left === undefined || top === undefined) return;
  ctx.save();
  ctx.font = font;
  ctx.textBaseline = 'middle';
  ctx.lineWidth = 3;
  ctx.strokeStyle = surface;
  ctx.fillStyle = foreground;
  const width = ctx.measureText(text).width;
  const from = x < -0.2 ? left - 12 - width : x > 0.2 ? left + 12 : left - width / 2;
  const at = Math.max(chartArea.left + 2, Math.min(chartArea.right - width - 2, from));
  const down = Math.max(chartArea.top + 8, Math.min(chartArea.bottom - 8, top + (y < 0 ? 14 : -14)));
  ctx.strokeText(text, at, down);
  ctx.fillText(text, at, down);
  ctx.restore();
}
