/** What every picture of a figure shares: its sheet, its title, its axes. */
import { type Axis, position, thin, type Tick } from './axis';
import { escapeText, tag, widthOf, words } from './svg-text';

/** Colours that every program understands. */
export interface PictureColours {
  series: readonly string[];
  foreground: string;
  muted: string;
  grid: string;
  limit: string;
  surface: string;
}

/** A picture for a file. */
export interface Picture {
  svg: string;
  width: number;
  height: number;
}

export interface Area {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export const FONT = 11;
export const TITLE = 14;
export const WIDTH = 640;

/** For paper and slides with a white ground. */
export const PRINT_COLOURS: PictureColours = {
  series: ['#1a6fd0', '#b5650b', '#652d90', '#2f7d2b'],
  foreground: '#1a1a1a',
  muted: '#444444',
  grid: '#e4e4e4',
  limit: '#666666',
  surface: '#ffffff',
};

export function sheet(title: string, height: number, colours: PictureColours, ...children: string[]): Picture {
  const size = { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}` };
  const svg = tag(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size, 'font-family': 'Helvetica, Arial, sans-serif', 'font-size': FONT },
    tag('title', {}, escapeText(title)),
    tag('rect', { width: WIDTH, height, fill: colours.surface }),
    words(title, { x: 12, y: 22, 'font-size': TITLE, 'font-weight': 'bold', fill: colours.foreground }),
    ...children,
  );
  return { svg, width: WIDTH, height };
}

export const xPixel = ({ left, right }: Area, axis: Axis, value: number): number =>
  left + position(axis, value) * (right - left);
export const yPixel = ({ top, bottom }: Area, axis: Axis, value: number): number =>
  bottom - position(axis, value) * (bottom - top);

/** Room that the labels of the vertical axis take. */
export function labelRoom({ ticks }: Axis): number {
  return Math.max(...ticks.map(({ label }) => widthOf(label, FONT)), 10) + 30;
}

/** Names are turned; numbers are not. */
const TURN = 35;

/** Room that the horizontal axis takes below. */
export function footRoom(axis: Axis, named: boolean): number {
  const longest = Math.max(...axis.ticks.map(({ label }) => widthOf(label, FONT)), 10);
  return named ? 34 + longest * Math.sin((TURN * Math.PI) / 180) : 40;
}

export function horizontalAxis(axis: Axis, area: Area, named: boolean, colours: PictureColours): string[] {
  const at = ({ value }: Tick): number => xPixel(area, axis, value);
  const gap = (a: Tick, b: Tick): number =>
    named ? FONT * 1.5 : (widthOf(a.label, FONT) + widthOf(b.label, FONT)) / 2 + 6;
  const y = area.bottom + 16;
  const ticks = thin(axis.ticks, at, gap).map((tick) => {
    const x = at(tick);
    const place = named
      ? { 'text-anchor': 'end', transform: `rotate(-${TURN} ${x} ${y})` }
      : { 'text-anchor': 'middle' };
    return (
      tag('line', { x1: x, x2: x, y1: area.bottom, y2: area.bottom + 4, stroke: colours.muted }) +
      words(tick.label, { x, y, fill: colours.muted, ...place })
    );
  });
  const middle = (area.left + area.right) / 2;
  const foot = area.bottom + footRoom(axis, named) - 6;
  const title = words(axis.title, { x: middle, y: foot, 'text-anchor': 'middle', fill: colours.muted });
  const line = tag('line', { x1: area.left, x2: area.right, y1: area.bottom, y2: area.bottom, stroke: colours.muted });
  return [line, ...ticks, title];
}

export function verticalAxis(axis: Axis, area: Area, grid: boolean, colours: PictureColours): string[] {
  const at = ({ value }: Tick): number => yPixel(area, axis, value);
  const ticks = thin(axis.ticks, at, () => FONT * 1.4).map((tick) => {
    const y = at(tick);
    const line = grid ? tag('line', { x1: area.left, x2: area.right, y1: y, y2: y, stroke: colours.grid }) : '';
    return line + words(tick.label, { x: area.left - 6, y: y + 4, 'text-anchor': 'end', fill: colours.muted });
  });
  const middle = (area.top + area.bottom) / 2;
  const turned = { x: 14, y: middle, 'text-anchor': 'middle', transform: `rotate(-90 14 ${middle})` };
  return [...ticks, words(axis.title, { ...turned, fill: colours.muted })];
}
