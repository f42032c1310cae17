/** Bars of one number a class for chart.js: patterns of outline tell the minority and the second series. */
import type { ChartConfiguration, ChartDataset, TooltipItem } from 'chart.js';
import { formatValue } from '../../src/metrics/number-format';
import { COMMON, axisTitle, tooltip } from './geometry-chart';
import { everyNth, shortName } from './ticks';
import type { BarFigure } from './geometry-figures';
import { faint, type GeometryPalette, smallFont } from './geometry-palette';
import { emptyMarks } from './matrix-config';
import { t } from '../words';

type Bar = number | [number, number];

export function barConfig(figure: BarFigure, palette: GeometryPalette): ChartConfiguration<'bar', Bar[]> {
  const { boundary, names, series, mean } = figure;
  const minority = (at: number): boolean => boundary !== undefined && at >= boundary;
  const datasets = series.map(({ label, values, ranges }, index): ChartDataset<'bar', Bar[]> => {
    const colour = palette.series[index === 0 ? 0 : 1] ?? palette.foreground;
    // Outlines alone for the minority, thin fill for the second series: not by colour alone.
    const fills = values.map((_, at) => (minority(at) ? palette.surface : faint(colour, index === 0 ? 0.6 : 0.2)));
    return {
      label,
      data: ranges ?? values,
      backgroundColor: fills,
      hoverBackgroundColor: fills,
      borderColor: colour,
      hoverBorderColor: palette.foreground,
      borderWidth: names.length > 60 ? 0.5 : 1.5,
      borderSkipped: false,
      maxBarThickness: 34,
    };
  });
  return {
    type: 'bar',
    data: { labels: names, datasets },
    options: {
      ...COMMON,
      scales: {
        x: {
          type: 'category',
          title: axisTitle(boundary === undefined ? t('class') : t('class, largest first'), palette),
          grid: { display: false },
          border: { color: palette.grid },
          ticks: {
            color: palette.muted,
            font: smallFont(palette),
            autoSkip: false,
            maxRotation: 60,
            callback: (at: number | string) => shortName(names[Number(at)] ?? ''),
          },
          afterBuildTicks: (own: { maxWidth: number; ticks: { value: number }[] }) => {
            const step = everyNth(names.length, own.maxWidth - 40, 15);
            own.ticks = own.ticks.filter((_, at) => at % step === 0).map((tick) => ({ ...tick }));
          },
        },
        y: {
          type: 'linear',
          beginAtZero: true,
          title: axisTitle(figure.axis, palette),
          grid: { color: palette.grid, drawTicks: false },
          border: { display: false },
          ticks: { color: palette.muted, font: smallFont(palette), padding: 4, maxTicksLimit: 6 },
        },
      },
      plugins: {
        limitLine: false as never,
        marks: {
          ...emptyMarks(palette),
          lines: [
            ...(boundary === undefined ? [] : [{ axis: 'x' as const, at: boundary - 0.5, label: t('minority') }]),
            ...(mean === undefined ? [] : [{ axis: 'y' as const, at: mean }]),
          ],
        },
        cellNumbers: false as never,
        tooltip: {
          ...tooltip(palette),
          callbacks: {
            title: ([item]: TooltipItem<'bar'>[]) => names[item!.dataIndex] ?? '',
            label: ({ datasetIndex, dataIndex }: TooltipItem<'bar'>) => {
              const one = series[datasetIndex]!;
              const range = one.ranges?.[dataIndex];
              const value = `${one.label}: ${formatValue(one.values[dataIndex]!)}`;
              return range
                ? [t('{0} on average', value), t('{0} to {1}', formatValue(range[0]), formatValue(range[1]))]
                : value;
            },
          },
        },
      },
    },
  };
}
