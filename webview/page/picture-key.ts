/** What the marks of the picture of collapse are. */
import { className } from '../charts/geometry-figures';
import { type PictureFigure, type Role, ROLES } from '../charts/picture-figure';
import { element, svg } from '../element';
import { swatch } from './swatch';

const PATHS: Record<Role, string> = {
  samples: 'M 9 3 a 2 2 0 1 0 0.01 0 z M 17 3 a 2 2 0 1 0 0.01 0 z',
  pairSamples: 'M 10 2 l 6 6 M 16 2 l -6 6',
  pairMeans: 'M 13 0.8 L 17.2 5 L 13 9.2 L 8.8 5 z',
  means: 'M 13 0.6 a 4.4 4.4 0 1 0 0.01 0 z',
  rows: 'M 3 5 h 14 M 16 1.5 L 22 5 L 16 8.5 z',
};

export function pictureKey({ series, three, kind }: PictureFigure, classNames: readonly string[]): HTMLElement[] {
  const roles = [...new Set(series.map(({ role }) => role))].reverse();
  const classes = three.map((c, style) => element('li', {}, swatch(style), className(classNames, c)));
  const others = kind === 'sphere' ? [element('li', { class: 'muted' }, 'small: other classes')] : [];
  return [...classes, ...others, ...roles.map((role) => element('li', {}, mark(role), ROLES[role]))];
}

function mark(role: Role): SVGElement {
  const outlined = role === 'pairSamples' || role === 'pairMeans';
  return svg(
    'svg',
    {
      class: outlined ? 'swatch outlined' : 'swatch',
      viewBox: '0 0 26 10',
      width: '26',
      height: '10',
      'aria-hidden': 'true',
    },
    svg('path', { d: PATHS[role] }),
  );
}
