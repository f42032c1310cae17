/** A figure as a vector picture: the same axes, curves, limits and legend as on the page, drawn from the same data. */
import { position } from './axis';
import type { Curve, FigureData, Moment } from './figure';
import { hasNames } from './names';
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
import { FIT_DASH, LIMIT_DASH, MOMENT_DASH, stroke } from './strokes';
import { tag, words } from './svg-text';

const PLOT_HEIGHT = 300;
const LEGEND_LINE = 17;
const HEAD = 34;

export function figurePicture(figure: FigureData, colours: PictureColours): Picture {
  const entries = legend(figure, colours);
  const rows = Math.ceil(entries.length / 2);
  const top = HEAD + rows * LEGEND_LINE + 10;
  const named = hasNames(figure);
  const area: Area = { left: 12 + labelRoom(figure.y), right: WIDTH - 16, top, bottom: top + PLOT_HEIGHT };
  const placed = entries.map((entry, i) => {
    const [column, row] = [i % 2, Math.floor(i / 2)];
    return tag('g', { transform: `translate(${12 + (column * (WIDTH - 24)) / 2} ${HEAD + row * LEGEND_LINE})` }, entry);
  });
  // Points on the edge are whole, unless the curves go on beyond it.
  const edge = figure.whole ? 0 : 5;
  const id = 'plot';
  const box = {
    x: area.left - edge,
    y: area.top - edge,
    width: area.right - area.left + 2 * edge,
    height: PLOT_HEIGHT + 2 * edge,
  };
  const inside = [
    ...shownMoments(figure).map(({ x }) => upright(xPixel(area, figure.x, x), area, colours)),
    ...figure.limits.map(({ value }) => across(yPixel(area, figure.y, value), area, colours)),
    ...figure.curves.toReversed().map((curve) => drawnCurve(curve, figure, area, colours)),
    ...(figure.fits ?? []).map(({ points }) =>
      path(points, figure, area, {
        stroke: colours.foreground,
        'stroke-width': 1.25,
        'stroke-dasharray': FIT_DASH.join(' '),
      }),
    ),
  ];
  return sheet(
    figure.title,
    area.bottom + footRoom(figure.x, named) + 6,
    colours,
    tag('clipPath', { id }, tag('rect', box)),
    ...placed,
    ...verticalAxis(figure.y, area, true, colours),
    ...horizontalAxis(figure.x, area, named, colours),
    tag('g', { 'clip-path': `url(#${id})` }, ...inside),
    ...limitLabels(figure, area, colours),
  );
}

function shownMoments({ moments = [], x }: FigureData): Moment[] {
  return moments.filter((moment) => moment.x >= x.min && moment.x <= x.max);
}

function colourOf(curve: Curve, colours: PictureColours): string {
  if (curve.ideal) return colours.limit;
  return colours.series[curve.style % colours.series.length] ?? colours.foreground;
}

/** What the theory says is dashed, whatever its place among the curves. */
function dashOf(curve: Curve): readonly number[] {
  return curve.ideal ? LIMIT_DASH : stroke(curve.style).dash;
}

/** One entry a curve; the faint ones share one. */
function legend(figure: FigureData, colours: PictureColours): string[] {
  const line = (attributes: Record<string, string | number>): string =>
    tag('line', { x1: 0, x2: 26, y1: 6, y2: 6, fill: 'none', 'stroke-width': 1.75, ...attributes });
  const text = (label: string): string => words(label, { x: 33, y: 10, fill: colours.foreground });
  const entries = figure.curves
    .filter(({ ghost }) => ghost === undefined)
    .map((curve) => {
      const { point } = stroke(curve.style);
      const dash = dashOf(curve);
      const colour = colourOf(curve, colours);
      return (
        line({ stroke: colour, ...(dash.length > 0 ? { 'stroke-dasharray': dash.join(' ') } : {}) }) +
        (curve.ideal ? '' : mark(point, 13, 6, 3, colour)) +
        text(curve.label)
      );
    });
  const ghosts = figure.curves.filter(({ ghost }) => ghost !== undefined).length;
  if (ghosts > 0) entries.push(line({ stroke: colours.muted, 'stroke-width': 1 }) + text('other epochs'));
  for (const { label } of figure.fits ?? []) {
    entries.push(line({ stroke: colours.foreground, 'stroke-dasharray': FIT_DASH.join(' ') }) + text(label));
  }
  for (const { label } of shownMoments(figure)) {
    entries.push(line({ stroke: colours.limit, 'stroke-dasharray': MOMENT_DASH.join(' ') }) + text(label));
  }
  return entries;
}

function drawnCurve(curve: Curve, figure: FigureData, area: Area, colours: PictureColours): string {
  if (curve.ghost !== undefined) {
    const faint = { stroke: colours.muted, 'stroke-width': 1, 'stroke-opacity': 0.15 + 0.45 * curve.ghost };
    return path(curve.points, figure, area, faint);
  }
  const { point } = stroke(curve.style);
  const dash = dashOf(curve);
  const colour = colourOf(curve, colours);
  const dashes = dash.length > 0 ? { 'stroke-dasharray': dash.join(' ') } : {};
  const size = curve.points.length > 40 ? 1.5 : 3;
  const marks = (curve.ideal ? [] : curve.points).map(({ x, y }) => {
    const [px, py] = [xPixel(area, figure.x, x), yPixel(area, figure.y, y)];
    // A zero on a log axis lies under everything: hollow and pointing down, as on the page.
    const sunk = figure.y.kind === 'log' && y <= 0;
    return sunk
      ? tag('path', { d: `M ${px - 5} ${py - 4} h 10 l -5 8 z`, fill: colours.surface, stroke: colour })
      : mark(point, px, py, size, colour);
  });
  return path(curve.points, figure, area, { stroke: colour, 'stroke-width': 1.75, ...dashes }) + marks.join('');
}

function path(
  points: readonly { x: number; y: number }[],
  { x, y }: FigureData,
  area: Area,
  attributes: Record<string, string | number>,
): string {
  const at = (value: number): number => Math.round(value * 100) / 100;
  const d = points.map(
    (point, i) => `${i === 0 ? 'M' : 'L'}${at(xPixel(area, x, point.x))} ${at(yPixel(area, y, point.y))}`,
  );
  return tag('path', { d: d.join(''), fill: 'none', 'stroke-linejoin': 'round', ...attributes });
}

/** A point in one of the strokes' shapes. */
export function mark(kind: string, x: number, y: number, size: number, fill: string): string {
  switch (kind) {
    case 'rect':
      return tag('rect', { x: x - size * 0.9, y: y - size * 0.9, width: size * 1.8, height: size * 1.8, fill });
    case 'triangle':
      return tag('path', { d: `M ${x} ${y - size * 1.15} l ${size * 1.1} ${size * 1.9} h ${-size * 2.2} z`, fill });
    case 'rectRot':
      return tag('path', {
        d: `M ${x} ${y - size * 1.2} l ${size * 1.2} ${size * 1.2} l ${-size * 1.2} ${size * 1.2} l ${-size * 1.2} ${-size * 1.2} z`,
        fill,
      });
    default:
      return tag('circle', { cx: x, cy: y, r: size, fill });
  }
}

function upright(x: number, { top, bottom }: Area, { limit }: PictureColours): string {
  return tag('line', { x1: x, x2: x, y1: top, y2: bottom, stroke: limit, 'stroke-dasharray': MOMENT_DASH.join(' ') });
}

function across(y: number, { left, right }: Area, { limit }: PictureColours): string {
  return tag('line', { x1: left, x2: right, y1: y, y2: y, stroke: limit, 'stroke-dasharray': LIMIT_DASH.join(' ') });
}

/** Beyond the limit where all values lie above it, else over the line. */
function limitLabels({ limits, curves, y }: FigureData, area: Area, colours: PictureColours): string[] {
  return limits.map(({ value, label }) => {
    const at = yPixel(area, y, value);
    const floor = curves.every(({ points }) => points.every((point) => position(y, point.y) >= position(y, value)));
    const below = y.kind === 'log' && value <= 0 ? `${label} ↓` : label;
    return words(below, { x: area.left + 6, y: at + (floor ? 13 : -5), fill: colours.limit });
  });
}
