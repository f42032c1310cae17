/** A heatmap as a vector picture. */
import { position } from './axis';
import { type Heatmap, rampColour } from './heatmap';
import { hasNames } from './names';
import {
  type Area,
  FONT,
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
import { tag, words } from './svg-text';

const TOP = 40;
/** Room for the colour bar. */
const BAR_ROOM = 96;
const ROW = { least: 5, most: 22 };

/** The heatmap with its colour bar; cells are rectangles, so that the picture stays sharp at any size. */
export function heatmapPicture(heatmap: Heatmap, colours: PictureColours): Picture {
  const height = heatmap.rows.length * Math.max(ROW.least, Math.min(ROW.most, 420 / heatmap.rows.length));
  const named = hasNames(heatmap);
  const area: Area = { left: 12 + labelRoom(heatmap.y), right: WIDTH - BAR_ROOM, top: TOP, bottom: TOP + height };
  const cells = heatmap.cells.map(({ column, row, value }) => {
    const [left, right] = [xPixel(area, heatmap.x, column - 0.5), xPixel(area, heatmap.x, column + 0.5)];
    const [low, high] = [yPixel(area, heatmap.y, row - 0.5), yPixel(area, heatmap.y, row + 0.5)];
    const fill = rampColour(position(heatmap.colour, value));
    return tag('rect', { x: left, y: high, width: right - left, height: low - high, fill });
  });
  return sheet(
    heatmap.title,
    area.bottom + footRoom(heatmap.x, named) + 6,
    colours,
    tag('g', { 'shape-rendering': 'crispEdges' }, ...cells),
    ...verticalAxis(heatmap.y, area, false, colours),
    ...horizontalAxis(heatmap.x, area, named, colours),
    ...colourBar(heatmap, area, colours),
  );
}

const BAR_PIECES = 64;

function colourBar({ colour }: Heatmap, area: Area, colours: PictureColours): string[] {
  const left = area.right + 14;
  const piece = (area.bottom - area.top) / BAR_PIECES;
  const pieces = Array.from({ length: BAR_PIECES }, (_, i) =>
    tag('rect', {
      x: left,
      y: area.bottom - (i + 1) * piece,
      width: 12,
      height: piece + 0.5,
      fill: rampColour(i / (BAR_PIECES - 1)),
    }),
  );
  let last = Infinity;
  const labels = colour.ticks.flatMap((tick, i) => {
    const y = yPixel(area, colour, tick.value);
    if (last - y < FONT * 1.3 && i > 0) return [];
    last = y;
    return [words(tick.label, { x: left + 18, y: y + 4, fill: colours.muted })];
  });
  return [...pieces, ...labels];
}
