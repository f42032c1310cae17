/** Bars of one number a class as a vector picture. */
import { type Axis, linearTicks } from './axis';
import type { BarFigure } from './geometry-figures';
import {
  type Area,
  footRoom,
  horizontalAxis,
  labelRoom,
  type Picture,
  type PictureColours,
  sheet,
  verticalAxis,
  WIDTH,
  xPixel,
  yPixel,
} from './picture-frame';
import { formatExact, formatValue } from '../../src/metrics/number-format';
import { LIMIT_DASH } from './strokes';
import { tag, words } from './svg-text';
import { shortName } from './ticks';
import { placeLegend } from './vector-legend';

const PLOT_HEIGHT = 280;
const THICKEST = 34;
/** Share of a class's room that its bars take. */
const FULL = 0.8;
const LONGEST = 20;

export function barPicture(figure: BarFigure, title: string, colours: PictureColours): Picture {
  const { names, series, boundary, mean } = figure;
  const fill = (index: number, at: number): Record<string, string | number> => {
    const colour = colours.series[index === 0 ? 0 : 1] ?? colours.foreground;
    // As on the page: hollow for the minority, a light fill for the second series.
    const hollow = boundary !== undefined && at >= boundary;
    return { fill: colour, 'fill-opacity': hollow ? 0 : index === 0 ? 0.6 : 0.2, stroke: colour };
  };
  const legend = placeLegend(
    series.length < 2
      ? []
      : series.map(({ label }, index) => ({
          mark: tag('rect', { x: 5, y: 1, width: 16, height: 10, ...fill(index, 0) }),
          text: label,
        })),
    colours.foreground,
  );
  const y = valueAxis(figure);
  const ticks = names.map((name, value) => ({ value, label: shortName(name, LONGEST) }));
  const x: Axis = {
    kind: 'linear',
    min: -0.5,
    max: names.length - 0.5,
    ticks,
    title: boundary === undefined ? 'class' : 'class, largest first',
  };
  const top = legend.bottom + 4;
  const area: Area = { left: 12 + labelRoom(y), right: WIDTH - 16, top, bottom: top + PLOT_HEIGHT };
  const room = (area.right - area.left) / names.length;
  const width = Math.min(THICKEST, (FULL * room) / series.length);
  const bars = series.flatMap(({ values, ranges }, index) =>
    values.map((value, at) => {
      const [low, high] = ranges?.[at] ?? [0, value];
      const left = xPixel(area, x, at) + (index - series.length / 2) * width;
      const [from, to] = [yPixel(area, y, high), yPixel(area, y, low)];
      return tag('rect', { x: left, y: from, width, height: to - from, ...fill(index, at) });
    }),
  );
  return sheet(
    title,
    area.bottom + footRoom(x, true) + 6,
    colours,
    ...legend.parts,
    ...verticalAxis(y, area, true, colours),
    tag('g', { 'stroke-width': names.length > 60 ? 0.5 : 1.5 }, ...bars),
    ...horizontalAxis(x, area, true, colours),
    ...lines(boundary, mean, { x, y, area, colours }),
  );
}

function valueAxis({ series, axis }: BarFigure): Axis {
  const ends = series.flatMap(({ values, ranges }) => ranges?.flat() ?? values);
  const most = Math.max(...ends, 0);
  const max = most > 0 ? 1.06 * most : 1;
  const ticks = linearTicks(0, max, 5).map((value) => ({ value, label: formatExact(value) }));
  return { kind: 'linear', min: 0, max, ticks, title: axis };
}

/** Where the minority begins, and where all bars end at perfect collapse. */
function lines(
  boundary: number | undefined,
  mean: number | undefined,
  { x, y, area, colours }: { x: Axis; y: Axis; area: Area; colours: PictureColours },
): string[] {
  const dashed = { stroke: colours.limit, 'stroke-dasharray': LIMIT_DASH.join(' ') };
  const parts: string[] = [];
  if (boundary !== undefined) {
    const at = xPixel(area, x, boundary - 0.5);
    parts.push(tag('line', { x1: at, x2: at, y1: area.top, y2: area.bottom, ...dashed }));
    parts.push(words('minority', { x: at + 5, y: area.top + 10, fill: colours.limit }));
  }
  if (mean !== undefined) {
    const at = yPixel(area, y, mean);
    parts.push(tag('line', { x1: area.left, x2: area.right, y1: at, y2: at, ...dashed }));
    const label = { x: area.right, y: area.top - 4, 'text-anchor': 'end', fill: colours.limit };
    parts.push(words(`dashed: mean ${formatValue(mean)}`, label));
  }
  return parts;
}
