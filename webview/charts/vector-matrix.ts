/** A cosine matrix as a vector picture. */
import type { Axis } from './axis';
import { twoDigits } from './cell-numbers';
import { departure } from './diverging';
import type { MatrixFigure } from './geometry-figures';
import { blend, lightness, mix } from './oklab';
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
import { LIMIT_DASH } from './strokes';
import { formatLimit } from '../../src/metrics/number-format';
import { tag, words } from './svg-text';
import { shortName } from './ticks';

const TOP = 40;
const BAR_ROOM = 110;
/** Cells of a matrix of fewer places have room for their number. */
const NUMBERED = 12;
const LONGEST = 20;

export function matrixPicture(figure: MatrixFigure, title: string, colours: PictureColours): Picture {
  const { names, cells, neutral, boundary } = figure;
  const n = names.length;
  const axis = (place: (at: number) => number): Axis => {
    const ticks = names.map((name, at) => ({ value: place(at), label: shortName(name, LONGEST) }));
    return { kind: 'linear', min: -0.5, max: n - 0.5, ticks, title: 'class' };
  };
  // The first row is the top one.
  const [x, y] = [axis((at) => at), axis((at) => n - 1 - at)];
  const left = 12 + labelRoom(y);
  const right = WIDTH - BAR_ROOM;
  const area: Area = { left, right, top: TOP, bottom: TOP + right - left };
  const side = (right - left) / n;
  const gap = n > 40 ? 0 : 1;
  const drawn = cells.flatMap(({ x: column, y: row, v }) => {
    if (v === undefined) return [];
    const fill = cosineColour(v, neutral, colours);
    const [centre, middle] = [xPixel(area, x, column), yPixel(area, y, n - 1 - row)];
    const size = side - gap;
    const cell = tag('rect', { x: centre - size / 2, y: middle - size / 2, width: size, height: size, fill });
    if (n > NUMBERED) return [cell];
    return [
      cell,
      words(twoDigits(v), { x: centre, y: middle + 4, 'text-anchor': 'middle', fill: inkOn(fill, colours) }),
    ];
  });
  const line = { stroke: colours.limit, 'stroke-dasharray': LIMIT_DASH.join(' ') };
  const at = (boundary ?? 0) * side;
  const blocks =
    boundary === undefined
      ? []
      : [
          tag('line', { x1: left + at, x2: left + at, y1: area.top, y2: area.bottom, ...line }),
          tag('line', { x1: left, x2: right, y1: area.top + at, y2: area.top + at, ...line }),
        ];
  return sheet(
    title,
    area.bottom + footRoom(x, true) + 6,
    colours,
    tag('g', {}, ...drawn),
    ...blocks,
    ...verticalAxis(y, area, false, colours),
    ...horizontalAxis(x, area, true, colours),
    ...colourBar(neutral, area, colours),
  );
}

/** The page's own ramp: blue below perfect collapse, orange above, a grey of the ground where it is. */
function cosineColour(cosine: number, neutral: number, { series, foreground, surface }: PictureColours): string {
  const at = departure(cosine, neutral);
  const grey = blend(foreground, surface, 0.1);
  return mix((at < 0 ? series[0] : series[1]) ?? foreground, grey, Math.abs(at));
}

/** Whichever of text and ground stands off more. */
function inkOn(fill: string, { foreground, surface }: PictureColours): string {
  const off = (ink: string): number => Math.abs(lightness(ink) - lightness(fill));
  return off(foreground) >= off(surface) ? foreground : surface;
}

const PIECES = 80;

function colourBar(neutral: number, { top, bottom, right }: Area, colours: PictureColours): string[] {
  const x = right + 14;
  const piece = (bottom - top) / PIECES;
  const pieces = Array.from({ length: PIECES }, (_, i) => {
    const fill = cosineColour((2 * (i + 0.5)) / PIECES - 1, neutral, colours);
    return tag('rect', { x, y: bottom - (i + 1) * piece, width: 12, height: piece + 0.5, fill });
  });
  const ticks = [-1, neutral, 0.5, 1].filter((value, at, all) => all.indexOf(value) === at);
  const labels = ticks.flatMap((value) => {
    const at = bottom - ((value + 1) / 2) * (bottom - top) + 4;
    const place = { x: x + 18, fill: colours.muted };
    const number = words(formatLimit(value).replace('-', '−'), { ...place, y: at });
    return value === neutral ? [number, words('at collapse', { ...place, y: at + 13 })] : [number];
  });
  return [...pieces, ...labels];
}
