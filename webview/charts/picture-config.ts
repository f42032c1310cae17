/** The picture of collapse for chart.js: samples small, class means large, classifier rows as arrows from the centre. */
import type { ChartConfiguration, ChartDataset, TooltipItem } from 'chart.js';
import { COMMON, axisTitle, tooltip } from './geometry-chart';
import { className } from './geometry-figures';
import { faint, type GeometryPalette, smallFont, styleColour } from './geometry-palette';
import type { MarkText } from './marks';
import { emptyMarks } from './matrix-config';
import { type PictureFigure, type PictureSeries, type Role, ROLES } from './picture-figure';
import { STROKES } from './strokes';

interface Point {
  x: number;
  y: number;
}
type Dataset = ChartDataset<'scatter', Point[]> & { role: Role | 'edges'; of: (readonly number[])[] };

export interface Frame {
  /** Half the height. */
  half: number;
  /** Width over height of the area inside the axes. */
  ratio: number;
  classNames: readonly string[];
}

export function pictureConfig(
  figure: PictureFigure,
  palette: GeometryPalette,
  { half, ratio, classNames }: Frame,
): ChartConfiguration<'scatter', Point[]> {
  const sphere = figure.kind === 'sphere';
  const title = sphere ? 'unit sphere' : 'in the plane of the three class means (mean norm = 1)';
  const scale = (axis: 'x' | 'y'): object => {
    const most = axis === 'x' ? half * ratio : half;
    return {
      type: 'linear',
      min: -most,
      max: most,
      title: axis === 'x' ? axisTitle(title, palette) : { display: false },
      grid: { color: palette.grid, drawTicks: false },
      border: { display: false },
      ticks: { color: palette.muted, font: smallFont(palette), padding: 4, stepSize: 0.5, includeBounds: false },
    };
  };
  return {
    type: 'scatter',
    data: {
      datasets: [...(sphere ? [] : edges(figure, palette)), ...figure.series.map((one) => dataset(one, palette))],
    },
    options: {
      ...COMMON,
      interaction: { mode: 'nearest', intersect: true },
      scales: { x: scale('x'), y: scale('y') },
      plugins: {
        limitLine: false as never,
        cellNumbers: false as never,
        marks: {
          ...emptyMarks(palette),
          ...(sphere ? { circle: 1 } : {}),
          texts: names(figure, classNames),
        },
        tooltip: {
          ...tooltip(palette),
          filter: ({ dataset: own, dataIndex }) => (own as Dataset).of[dataIndex] !== undefined,
          callbacks: {
            title: ([item]: TooltipItem<'scatter'>[]) => {
              const own = item && (item.dataset as Dataset).of[item.dataIndex];
              return own?.map((c) => className(classNames, c)).join(' + ') ?? '';
            },
            label: ({ dataset: own }: TooltipItem<'scatter'>) => ROLES[(own as Dataset).role as Role],
          },
        },
      },
    },
  };
}

/** The triangle of the three means; with pairs of labels, their means lie along it. */
function edges({ series }: PictureFigure, { limit }: GeometryPalette): Dataset[] {
  const corners = series.filter(({ role }) => role === 'means').flatMap(({ spots }) => spots);
  const data = [...corners, corners[0]!].map(({ x, y }) => ({ x, y }));
  const line = {
    showLine: true,
    borderColor: limit,
    borderWidth: 1,
    borderDash: [4, 4],
    pointRadius: 0,
    pointHitRadius: 0,
  };
  return [{ role: 'edges', of: [], label: 'triangle of the class means', data, order: 9, ...line }];
}

function dataset(series: PictureSeries, palette: GeometryPalette): Dataset {
  const { role, style, of, spots } = series;
  const colour = styleColour(palette, style);
  const points = spots.map(({ x, y }) => ({ x, y }));
  const base = { role, of, label: ROLES[role], data: points, clip: 0, pointHoverBorderColor: palette.foreground };
  const shape = style < 3 ? (STROKES[style]?.point ?? 'circle') : 'circle';
  switch (role) {
    case 'samples':
      return { ...base, order: 6, ...marker(shape, 3, faint(colour, 0.5), faint(colour, 0.8), 0.5) };
    case 'pairSamples':
      return { ...base, order: 5, ...marker('crossRot', 3, colour, faint(palette.muted, 0.8), 1) };
    case 'pairMeans':
      return { ...base, order: 3, ...marker('rectRot', 8, palette.surface, palette.foreground, 2) };
    case 'means': {
      const back = spots.map(({ z }) => z < 0);
      return {
        ...base,
        order: style < 3 ? 1 : 2,
        ...marker(shape, style < 3 ? 8 : 4.5, colour, palette.foreground, 1.5),
        pointBackgroundColor: back.map((behind) => (behind ? palette.surface : colour)),
        pointBorderColor: back.map((behind) => (behind ? colour : palette.foreground)),
      };
    }
    case 'rows':
      return arrows({ ...base, order: 4 }, spots, colour, style);
  }
}

function marker(pointStyle: string, radius: number, fill: string, border: string, width: number) {
  return {
    pointStyle: pointStyle as 'circle',
    pointRadius: radius,
    pointHoverRadius: radius + 1,
    pointBackgroundColor: fill,
    pointHoverBackgroundColor: fill,
    pointBorderColor: border,
    pointBorderWidth: width,
  };
}

/** Each row as a line from the centre with a head: centre, tip, gap, centre, tip, … */
function arrows(base: Dataset, spots: PictureSeries['spots'], colour: string, style: number): Dataset {
  const tip = (at: number): boolean => at % 3 === 1;
  const data = spots.flatMap(({ x, y }) => [
    { x: 0, y: 0 },
    { x, y },
    { x: Number.NaN, y: Number.NaN },
  ]);
  const turn = data.map(({ x, y }) => (Math.atan2(x, y) * 180) / Math.PI);
  return {
    ...base,
    data,
    of: data.map((_, at) => (tip(at) ? base.of[(at - 1) / 3] : undefined)) as (readonly number[])[],
    showLine: true,
    spanGaps: false,
    borderColor: colour,
    borderWidth: style < 3 ? 2 : 0.75,
    pointStyle: 'triangle',
    pointRotation: turn,
    pointRadius: data.map((_, at) => (tip(at) ? (style < 3 ? 6 : 3) : 0)),
    pointHitRadius: data.map((_, at) => (tip(at) ? 3 : 0)),
    pointBackgroundColor: colour,
    pointBorderColor: colour,
  };
}

/** The names of the three classes at their means. */
function names({ series }: PictureFigure, classNames: readonly string[]): MarkText[] {
  return series
    .filter(({ role, style }) => role === 'means' && style < 3)
    .flatMap(({ spots, of }) => spots.map(({ x, y }, i) => ({ x, y, text: className(classNames, of[i]![0]!) })));
}
