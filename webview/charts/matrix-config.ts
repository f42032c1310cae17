/** A cosine matrix for chart.js: cells with axes of names, numbers inside where they are large enough. */
import type { ChartConfiguration, ScriptableContext, TooltipItem } from 'chart.js';
import { formatValue } from '../../src/metrics/number-format';
import { departure, rampColour } from './diverging';
import { COMMON, axisTitle, tooltip } from './geometry-chart';
import { everyNth, shortName } from './ticks';
import type { Cell, MatrixFigure } from './geometry-figures';
import { faint, type GeometryPalette, smallFont } from './geometry-palette';
import { t } from '../words';

/** Cells of a matrix of fewer places have room for their number. */
const NUMBERED = 12;

export type MatrixPoint = Cell & { v: number };

export function matrixConfig(
  figure: MatrixFigure,
  palette: GeometryPalette,
): ChartConfiguration<'matrix', MatrixPoint[]> {
  const n = figure.names.length;
  const cells = figure.cells.filter((cell): cell is MatrixPoint => cell.v !== undefined);
  const colours = cells.map(({ v }) => rampColour(palette.ramp, departure(v, figure.neutral)));
  const gap = n > 40 ? 0 : 1;
  const size = (axis: 'width' | 'height') => (context: ScriptableContext<'matrix'>) =>
    Math.max(0.5, ((context.chart.chartArea as { width: number; height: number } | undefined)?.[axis] ?? 0) / n - gap);
  const scale = (axis: 'x' | 'y'): object => ({
    type: 'linear',
    position: axis === 'x' ? 'bottom' : 'left',
    reverse: axis === 'y',
    min: -0.5,
    max: n - 0.5,
    offset: false,
    title: axisTitle(t('class'), palette),
    grid: { display: false },
    border: { display: false },
    ticks: {
      color: palette.muted,
      font: smallFont(palette),
      autoSkip: false,
      maxRotation: axis === 'x' ? 60 : 0,
      minRotation: 0,
      callback: (value: number | string) => shortName(figure.names[Number(value)] ?? ''),
    },
    afterBuildTicks: (own: { maxWidth: number; maxHeight: number; ticks: { value: number }[] }) => {
      const step = everyNth(n, axis === 'x' ? own.maxWidth : own.maxHeight, 15);
      own.ticks = Array.from({ length: Math.ceil(n / step) }, (_, i) => ({ value: i * step }));
    },
  });
  return {
    type: 'matrix',
    data: {
      datasets: [
        {
          label: t('cosine'),
          data: cells,
          backgroundColor: colours,
          hoverBackgroundColor: colours,
          hoverBorderColor: palette.foreground,
          hoverBorderWidth: 2,
          borderWidth: 0,
          width: size('width'),
          height: size('height'),
          anchorX: 'center',
          anchorY: 'center',
        },
      ],
    },
    options: {
      ...COMMON,
      scales: { x: scale('x'), y: scale('y') },
      plugins: {
        limitLine: false as never,
        marks: {
          ...emptyMarks(palette),
          lines:
            figure.boundary === undefined
              ? []
              : [
                  { axis: 'x', at: figure.boundary - 0.5 },
                  { axis: 'y', at: figure.boundary - 0.5 },
                ],
        },
        cellNumbers: {
          shown: n <= NUMBERED,
          colour: palette.foreground,
          halo: faint(palette.surface, 0.55),
          font: smallFont(palette),
        },
        tooltip: {
          ...tooltip(palette),
          callbacks: {
            title: ([item]: TooltipItem<'matrix'>[]) => {
              const { x, y } = item!.raw as MatrixPoint;
              return `${figure.names[y]} · ${figure.names[x]}`;
            },
            label: (item: TooltipItem<'matrix'>) => cellText((item.raw as MatrixPoint).v, figure.neutral),
          },
        },
      },
    },
  };
}

function cellText(v: number, neutral: number): string[] {
  const off = v - neutral;
  const far = formatValue(Math.abs(off));
  const beside = off < 0 ? t('{0} below perfect collapse', far) : t('{0} above perfect collapse', far);
  return [t('cosine {0}', formatValue(v)), beside];
}

export function emptyMarks(palette: GeometryPalette) {
  const { size, family } = smallFont(palette);
  return {
    lines: [],
    texts: [],
    colour: palette.limit,
    foreground: palette.foreground,
    surface: palette.surface,
    font: `${size}px ${family}`,
  };
}
