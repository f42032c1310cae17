/** Eigenvalues against their rank for chart.js, on a log axis, with the gap behind the K−1 that collapse leaves. */
import type { ChartConfiguration, TooltipItem } from 'chart.js';
import { formatValue } from '../../src/metrics/number-format';
import { valueAxis } from './axis';
import { COMMON, axisTitle, tooltip } from './geometry-chart';
import type { SpectrumFigure } from './geometry-figures';
import { type GeometryPalette, smallFont } from './geometry-palette';
import { emptyMarks } from './matrix-config';
import { rankAxis } from './rank-axis';
import { STROKES } from './strokes';
import { t } from '../words';

interface Point {
  x: number;
  y: number;
}

export function spectrumConfig(
  figure: SpectrumFigure,
  palette: GeometryPalette,
): ChartConfiguration<'scatter', Point[]> {
  const points = figure.series.flatMap((one) => one.points);
  const x = rankAxis(Math.max(...points.map((point) => point.x)));
  const y = valueAxis(
    points.map((point) => point.y),
    { scale: 'log', limits: [], percent: false, title: t('eigenvalue (features²)') },
  );
  const { family, size } = smallFont(palette);
  return {
    type: 'scatter',
    data: {
      datasets: figure.series.map(({ label, points: data }, index) => {
        const { dash, point } = STROKES[index] ?? STROKES[0];
        const colour = palette.series[index] ?? palette.foreground;
        return {
          label,
          data,
          showLine: true,
          borderColor: colour,
          borderWidth: 1.75,
          borderDash: dash,
          pointStyle: point,
          pointRadius: data.length > 60 ? 1.5 : 3,
          pointBackgroundColor: colour,
          pointBorderWidth: 0,
          pointHoverRadius: 5,
          pointHoverBackgroundColor: palette.surface,
          pointHoverBorderColor: colour,
          pointHoverBorderWidth: 2,
          clip: 8,
        };
      }),
    },
    options: {
      ...COMMON,
      interaction: { mode: 'nearest', intersect: false, axis: 'xy' },
      scales: {
        x: {
          type: 'spec',
          spec: x,
          names: false,
          title: axisTitle(x.title, palette),
          ticks: { color: palette.muted, font: smallFont(palette), padding: 4, autoSkip: false, maxRotation: 0 },
          grid: { drawOnChartArea: false, drawTicks: true, tickLength: 4, color: palette.grid },
          border: { color: palette.grid },
        },
        y: {
          type: 'spec',
          spec: y,
          names: false,
          title: axisTitle(y.title, palette),
          ticks: { color: palette.muted, font: smallFont(palette), padding: 4, autoSkip: false },
          grid: { color: palette.grid, drawTicks: false },
          border: { display: false },
        },
      },
      plugins: {
        limitLine: {
          limits: [],
          color: palette.limit,
          surface: palette.surface,
          font: `${size}px ${family}`,
          moments: [],
        },
        marks: {
          ...emptyMarks(palette),
          lines: figure.gap === undefined ? [] : [{ axis: 'x', at: figure.gap + 0.5, label: `K − 1 = ${figure.gap}` }],
        },
        cellNumbers: false as never,
        tooltip: {
          ...tooltip(palette),
          callbacks: {
            title: ([item]: TooltipItem<'scatter'>[]) => item?.dataset.label ?? '',
            label: ({ raw }: TooltipItem<'scatter'>) => {
              const point = raw as Point;
              return t('eigenvalue {0}: {1}', point.x, formatValue(point.y));
            },
          },
        },
      },
    },
  };
}
