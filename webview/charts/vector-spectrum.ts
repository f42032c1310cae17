/** The spectrum of the covariances as a vector picture: two curves over the ranks. */
import { valueAxis } from './axis';
import type { SpectrumFigure } from './geometry-figures';
import type { Picture, PictureColours } from './picture-frame';
import { rankAxis } from './rank-axis';
import { figurePicture } from './vector';

export function spectrumPicture({ series, gap }: SpectrumFigure, title: string, colours: PictureColours): Picture {
  const all = series.flatMap(({ points }) => points);
  const values = all.map(({ y }) => y);
  const options = { scale: 'log', limits: [], percent: false, title: 'eigenvalue (features²)' } as const;
  const curves = series.map(({ label, points }, style) => ({
    metric: '',
    label,
    style,
    points: points.map((point) => ({ ...point, checkpoint: '', where: '' })),
  }));
  const moments = gap === undefined ? [] : [{ x: gap + 0.5, label: `K − 1 = ${gap}` }];
  const axes = { x: rankAxis(Math.max(...all.map(({ x }) => x))), y: valueAxis(values, options) };
  return figurePicture({ id: 'spectrum', title, ...axes, curves, limits: [], moments, steps: [] }, colours);
}
