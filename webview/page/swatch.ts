/** Line and point style of a curve, as its chart draws it. */
import { LIMIT_DASH, stroke } from '../charts/strokes';
import { svg } from '../element';

const POINTS: Record<string, string> = {
  circle: 'M 13 2 a 3 3 0 1 0 0.01 0 z',
  rect: 'M 10.3 2.3 h 5.4 v 5.4 h -5.4 z',
  triangle: 'M 13 1.4 L 16.6 7.6 L 9.4 7.6 z',
  rectRot: 'M 13 1.2 L 16.8 5 L 13 8.8 L 9.2 5 z',
};

/** @param ideal what the theory says: the dashed line without a point */
export function swatch(style: number, ideal = false): SVGElement {
  const { point } = stroke(style);
  const dash = ideal ? LIMIT_DASH : stroke(style).dash;
  const line = svg('line', { x1: '0', y1: '5', x2: '26', y2: '5', 'stroke-dasharray': dash.join(' ') });
  const mark = svg('path', { d: POINTS[point] ?? POINTS['circle']! });
  const name = ideal ? 'swatch ideal' : `swatch series-${(style % 4) + 1}`;
  return svg(
    'svg',
    { class: name, viewBox: '0 0 26 10', width: '26', height: '10', 'aria-hidden': 'true' },
    line,
    ...(ideal ? [] : [mark]),
  );
}
