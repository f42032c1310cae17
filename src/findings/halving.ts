/** How fast a measure falls: the half-life of an exponential, where its logarithm is a line. */
import type { CheckpointReport } from '../protocol/report';

/** Checkpoints that a fit rests on at least. Ours: a line through three points fits almost anything. */
export const LEAST_FITTED = 4;
/** Share of the variance of the logarithm that the line must explain. Ours: nine tenths. */
export const LEAST_R2 = 0.9;

export interface Halving {
  /** In which the measure falls by half. */
  epochs: number;
  r2: number;
  checkpoints: number;
}

/**
 * Least-squares line through log₂ of a measure against the epoch. Undefined where there are too few checkpoints with an
 * epoch, a value is not positive, it does not fall, or the line does not fit.
 */
export function halvingOf(phase: readonly CheckpointReport[], metric: string): Halving | undefined {
  const points = phase.flatMap(({ epoch, metrics: { [metric]: value } }) =>
    epoch === undefined || value === undefined ? [] : [{ x: epoch, y: Math.log2(value) }],
  );
  if (points.length < LEAST_FITTED || points.length < phase.length) return undefined;
  if (points.some(({ y }) => !Number.isFinite(y))) return undefined;
  const mean = (of: 'x' | 'y'): number => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [mx, my] = [mean('x'), mean('y')];
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - mx) ** 2;
    xy += (x - mx) * (y - my);
    yy += (y - my) ** 2;
  }
  const slope = xy / xx;
  const r2 = (xy * xy) / (xx * yy);
  if (!(slope < 0) || !(r2 >= LEAST_R2)) return undefined;
  return { epochs: -1 / slope, r2, checkpoints: points.length };
}
