/** A figure as chart.js draws it: datasets, axes, options. */
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import type { Palette } from '../theme';
import type { Curve, CurvePoint, FigureData } from './figure';
import type { FitLine } from './fit-line';
import { curveKey } from './split-curves';
import { hasNames } from './names';
import { FIT_DASH, LIMIT_DASH, stroke } from './strokes';

export type LineDataset = ChartDataset<'line', { x: number; y: number }[]> & {
  metric: string;
  /** What its name in a legend lets stand out. */
  key: string;
  /** Id of the run, where several are compared. */
  run?: string;
};

export function baseWidth(ghost: boolean): number {
  return ghost ? 1 : 1.75;
}

/** The figure's curves first, in order; then the laws fitted to them. */
export function configuration(
  figure: FigureData,
  palette: Palette,
): ChartConfiguration<'line', { x: number; y: number }[]> {
  const small = { family: palette.font, size: Math.max(10, palette.fontSize - 2) };
  const names = hasNames(figure);
  const title = (text: string): object => ({ display: true, text, color: palette.muted, font: small, padding: 2 });
  const ticks = { color: palette.muted, font: small, padding: 4, autoSkip: false };
  return {
    type: 'line',
    data: {
      datasets: [
        ...figure.curves.map((curve) => dataset(curve, figure, palette)),
        ...(figure.fits ?? []).map((fit) => fitDataset(fit, figure, palette)),
      ],
    },
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
          moments: figure.moments ?? [],
        },
      },
    },
  };
}

/** Points on the edge are drawn whole, unless the curve goes on beyond it. */
function clip({ whole }: FigureData): number {
  return whole ? 0 : 8;
}

function fitDataset({ label, points }: FitLine, figure: FigureData, palette: Palette): LineDataset {
  return {
    metric: '',
    key: 'fit',
    label,
    data: points,
    order: -1,
    borderColor: palette.foreground,
    borderWidth: 1.25,
    borderDash: FIT_DASH,
    pointRadius: 0,
    pointHoverRadius: 0,
    clip: clip(figure),
  };
}

function dataset(curve: Curve, figure: FigureData, palette: Palette): LineDataset {
  const { point } = stroke(curve.style);
  const dash = curve.ideal ? LIMIT_DASH : stroke(curve.style).dash;
  const ghost = curve.ghost !== undefined;
  const own = palette.series[curve.style % palette.series.length] ?? palette.foreground;
  const color = curve.ideal ? palette.limit : own;
  const line = ghost ? faded(palette.muted, curve.ghost ?? 1) : color;
  // A zero on a log axis lies on the lower edge: a hollow mark pointing down says that it is lower still.
  const sunk = (at: CurvePoint | undefined): boolean => figure.y.kind === 'log' && at !== undefined && at.y <= 0;
  const dense = curve.points.length > 40;
  const sinks = curve.points.some(sunk);
  // One value for all points where they are alike: chart.js then resolves it once.
  const each = <T>(of: (at: CurvePoint | undefined) => T): T | T[] => (sinks ? curve.points.map(of) : of(undefined));
  return {
    metric: curve.metric,
    key: curve.run ?? curveKey(curve),
    ...(curve.run === undefined ? {} : { run: curve.run }),
    label: curve.label,
    data: curve.points,
    order: ghost ? 1 : 0,
    borderColor: line,
    borderWidth: baseWidth(ghost),
    borderDash: ghost ? [] : dash,
    borderJoinStyle: 'round',
    pointStyle: each((at) => (sunk(at) ? 'triangle' : point)),
    pointRotation: each((at) => (sunk(at) ? 180 : 0)),
    pointBackgroundColor: each((at) => (sunk(at) ? palette.surface : line)),
    pointBorderColor: line,
    pointBorderWidth: each((at) => (sunk(at) ? 1.5 : 0)),
    pointRadius: each((at) => (sunk(at) ? 5 : ghost || curve.ideal ? 0 : dense ? 1.5 : 3)),
    pointHoverRadius: 5,
    pointHoverBackgroundColor: palette.surface,
    pointHoverBorderColor: ghost ? palette.foreground : color,
    pointHoverBorderWidth: 2,
    clip: clip(figure),
  };
}

export function faded(color: string, strength: number): string {
  return `color-mix(in srgb, ${color} ${Math.round(15 + 45 * strength)}%, transparent)`;
}
