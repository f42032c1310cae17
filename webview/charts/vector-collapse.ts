/** The picture of collapse at one checkpoint as a vector picture. */
import { type Axis, linearTicks } from './axis';
import { className } from './geometry-figures';
import { styleColour } from './geometry-palette';
import { type PictureFigure, type PictureSeries, type Role, ROLES } from './picture-figure';
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
import { formatExact } from '../../src/metrics/number-format';
import { LIMIT_DASH, STROKES } from './strokes';
import { tag, words } from './svg-text';
import { mark } from './vector';
import { placeLegend } from './vector-legend';

const PLOT_HEIGHT = 460;

export interface CollapseFrame {
  /** Half the height, in units of the picture. */
  half: number;
  classNames: readonly string[];
}

type Place = (spot: { x: number; y: number }) => [number, number];

export function collapsePicture(
  figure: PictureFigure,
  { half, classNames }: CollapseFrame,
  title: string,
  colours: PictureColours,
): Picture {
  const sphere = figure.kind === 'sphere';
  const y = axis(half, '');
  const left = 12 + labelRoom(y);
  const right = WIDTH - 16;
  // One unit is as long on both axes.
  const name = sphere ? 'unit sphere' : 'in the plane of the three class means (mean norm = 1)';
  const x = axis((half * (right - left)) / PLOT_HEIGHT, name);
  const legend = legendOf(figure, classNames, colours);
  const area: Area = { left, right, top: legend.bottom, bottom: legend.bottom + PLOT_HEIGHT };
  const place: Place = (spot) => [rounded(xPixel(area, x, spot.x)), rounded(yPixel(area, y, spot.y))];
  const upright = x.ticks.map(({ value }) => {
    const at = xPixel(area, x, value);
    return tag('line', { x1: at, x2: at, y1: area.top, y2: area.bottom, stroke: colours.grid });
  });
  const inside = [
    sphere ? circle(place, colours) : triangle(figure, place, colours),
    ...figure.series.map((series) => drawn(series, place, colours)),
    ...namesOf(figure, classNames, place, colours),
  ];
  const box = { x: left, y: area.top, width: right - left, height: PLOT_HEIGHT };
  return sheet(
    title,
    area.bottom + footRoom(x, false) + 6,
    colours,
    tag('clipPath', { id: 'plot' }, tag('rect', box)),
    ...legend.parts,
    ...verticalAxis(y, area, true, colours),
    ...upright,
    ...horizontalAxis(x, area, false, colours),
    tag('g', { 'clip-path': 'url(#plot)' }, ...inside),
  );
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

function axis(most: number, title: string): Axis {
  const ticks = linearTicks(-most, most, 6).map((value) => ({ value, label: formatExact(value).replace('-', '−') }));
  return { kind: 'linear', min: -most, max: most, ticks, title };
}

function circle(place: Place, { limit }: PictureColours): string {
  const [cx, cy] = place({ x: 0, y: 0 });
  return tag('circle', { cx, cy, r: place({ x: 1, y: 0 })[0] - cx, fill: 'none', stroke: limit });
}

function triangle({ series }: PictureFigure, place: Place, { limit }: PictureColours): string {
  const corners = series.filter(({ role }) => role === 'means').flatMap(({ spots }) => spots.map(place));
  const points = corners.map((corner) => corner.join(',')).join(' ');
  return tag('polygon', { points, fill: 'none', stroke: limit, 'stroke-dasharray': LIMIT_DASH.join(' ') });
}

/** A group for each series, named by what its marks are. */
function drawn({ role, style, spots }: PictureSeries, place: Place, colours: PictureColours): string {
  const marks = spots.map((spot) => {
    const [x, y] = place(spot);
    return role === 'rows'
      ? arrow(place({ x: 0, y: 0 }), [x, y], style, colours)
      : point(role, style, x, y, colours, spot.z);
  });
  return tag('g', { class: role }, ...marks);
}

function point(role: Role, style: number, x: number, y: number, colours: PictureColours, z = 0): string {
  const colour = styleColour(colours, style);
  const shape = STROKES[style < 3 ? style : 0]?.point ?? 'circle';
  switch (role) {
    case 'pairSamples':
      return tag('path', { d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6`, fill: 'none', stroke: colours.muted });
    case 'pairMeans':
      return tag('g', { stroke: colours.foreground, 'stroke-width': 2 }, mark('rectRot', x, y, 6, colours.surface));
    case 'means': {
      const behind = z < 0;
      const border = { stroke: behind ? colour : colours.foreground, 'stroke-width': 1.5 };
      return tag('g', border, mark(shape, x, y, style < 3 ? 7 : 4, behind ? colours.surface : colour));
    }
    default:
      return tag('g', { 'fill-opacity': 0.5 }, mark(shape, x, y, 2.5, colour));
  }
}

/** From the centre to the tip, with a head. */
function arrow([x0, y0]: [number, number], [x, y]: [number, number], style: number, colours: PictureColours): string {
  const colour = styleColour(colours, style);
  const length = Math.hypot(x - x0, y - y0) || 1;
  const [dx, dy] = [(x - x0) / length, (y - y0) / length];
  const size = style < 3 ? 9 : 5;
  const corner = (side: number): string =>
    `${rounded(x - size * dx - (side * size * dy) / 2)},${rounded(y - size * dy + (side * size * dx) / 2)}`;
  return (
    tag('line', { x1: x0, y1: y0, x2: x, y2: y, stroke: colour, 'stroke-width': style < 3 ? 2 : 0.75 }) +
    tag('polygon', { points: `${x},${y} ${corner(1)} ${corner(-1)}`, fill: colour })
  );
}

/** The names of the three classes over their means. */
function namesOf(
  figure: PictureFigure,
  classNames: readonly string[],
  place: Place,
  colours: PictureColours,
): string[] {
  const named = figure.series.filter(({ role, style }) => role === 'means' && style < 3);
  return named.flatMap(({ spots, of }) =>
    spots.map((spot, i) => {
      const [x, y] = place(spot);
      return words(className(classNames, of[i]![0]!), {
        x,
        y: y - 13,
        'text-anchor': 'middle',
        fill: colours.foreground,
      });
    }),
  );
}

function legendOf({ series, three, kind }: PictureFigure, classNames: readonly string[], colours: PictureColours) {
  const classes = three.map((c, style) => ({
    mark: mark(STROKES[style]?.point ?? 'circle', 13, 6, 4, styleColour(colours, style)),
    text: className(classNames, c),
  }));
  const others = { mark: mark('circle', 13, 6, 3, colours.muted), text: 'small: other classes' };
  const roles = [...new Set(series.map(({ role }) => role))].reverse().map((role) => ({
    mark: role === 'rows' ? arrow([3, 6], [23, 6], 3, colours) : tag('g', {}, point(role, 3, 13, 6, colours)),
    text: ROLES[role],
  }));
  return placeLegend([...classes, ...(kind === 'sphere' ? [others] : []), ...roles], colours.foreground);
}
