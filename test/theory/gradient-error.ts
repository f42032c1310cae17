/** Holds gradients to central differences. */
import type { Objective } from '../../src/theory/optimise/objective';

/** Largest relative difference between a gradient and central differences. */
export function gradientError(objective: Objective, x: Float64Array, h = 1e-5): number {
  const gradient = new Float64Array(x.length);
  const spare = new Float64Array(x.length);
  objective(x, gradient);
  const scale = Math.max(1e-8, ...gradient.map(Math.abs));
  let worst = 0;
  for (let i = 0; i < x.length; i++) {
    const at = (step: number): number => objective(x.map((v, j) => (j === i ? v + step : v)), spare); // prettier-ignore
    const slope = (at(h) - at(-h)) / (2 * h);
    worst = Math.max(worst, Math.abs(slope - gradient[i]!) / scale);
  }
  return worst;
}
