/** Line and point styles, so that colour never carries a meaning alone. */

export interface Stroke {
  dash: number[];
  /** One of chart.js's point styles. */
  point: 'circle' | 'rect' | 'triangle' | 'rectRot';
}

export const STROKES: readonly [Stroke, ...Stroke[]] = [
  { dash: [], point: 'circle' },
  { dash: [7, 3], point: 'rect' },
  { dash: [2, 3], point: 'triangle' },
  { dash: [8, 3, 2, 3], point: 'rectRot' },
];

/** Colours repeat after four curves; from then on each goes with another line, so that sixteen can be told apart. */
export function stroke(style: number): Stroke {
  return STROKES[(style + Math.floor(style / STROKES.length)) % STROKES.length] ?? STROKES[0];
}

/** The dash of the value at perfect collapse. */
export const LIMIT_DASH = [4, 4];

/** The dash of a law fitted to a curve. */
export const FIT_DASH = [10, 4, 2, 4];

/** The dash of a moment of the run. */
export const MOMENT_DASH = [1, 3];
