/** Gradient flow ẋ = −∇f(x), by the adaptive Runge-Kutta pair of Bogacki and Shampine. */
import type { Objective } from './objective';

export interface FlowOptions {
  /** Time to run. */
  until: number;
  /** Local error allowed, relative to max(|x|, 1e-3 ‖x‖∞). */
  tolerance?: number;
  /** Steps at most. */
  steps?: number;
  /** After each accepted step; may throw to stop. */
  onStep?: (time: number, x: Float64Array, value: number) => Promise<void> | void;
}

export interface Flowed {
  x: Float64Array;
  time: number;
  value: number;
  steps: number;
}

/** @param start not changed. Ends early once no more steps are allowed. */
export async function gradientFlow(objective: Objective, start: Float64Array, options: FlowOptions): Promise<Flowed> {
  const { until, tolerance = 1e-6, steps = 100_000, onStep } = options;
  const n = start.length;
  let x: Float64Array = start.slice();
  const slope = (at: Float64Array, out: Float64Array): number => {
    const value = objective(at, out);
    for (let i = 0; i < n; i++) out[i]! *= -1;
    return value;
  };
  let k1: Float64Array = new Float64Array(n);
  const k2 = new Float64Array(n);
  const k3 = new Float64Array(n);
  let k4: Float64Array = new Float64Array(n);
  const trial = new Float64Array(n);
  let value = slope(x, k1);
  let time = 0;
  let h = Math.min(until, 1e-3);
  let taken = 0;
  for (let tries = 0; time < until && tries < steps; tries++) {
    h = Math.min(h, until - time);
    for (let i = 0; i < n; i++) trial[i] = x[i]! + 0.5 * h * k1[i]!;
    slope(trial, k2);
    for (let i = 0; i < n; i++) trial[i] = x[i]! + 0.75 * h * k2[i]!;
    slope(trial, k3);
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) next[i] = x[i]! + (h / 9) * (2 * k1[i]! + 3 * k2[i]! + 4 * k3[i]!);
    const nextValue = slope(next, k4);
    let largest = 1e-12;
    for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(x[i]!));
    let error = 0;
    for (let i = 0; i < n; i++) {
      const local = h * ((-5 / 72) * k1[i]! + k2[i]! / 12 + k3[i]! / 9 - k4[i]! / 8);
      error = Math.max(error, Math.abs(local) / Math.max(Math.abs(x[i]!), 1e-3 * largest));
    }
    const ratio = error / tolerance;
    if (ratio <= 1) {
      time += h;
      x = next;
      value = nextValue;
      [k1, k4] = [k4, k1];
      taken++;
      await onStep?.(time, x, value);
    }
    h *= Math.min(4, Math.max(0.2, 0.9 / Math.cbrt(Math.max(ratio, 1e-6))));
  }
  return { x, time, value, steps: taken };
}
