/** Parameters that are held on spheres: a minimiser without constraints moves x, and the model sees radius·x/‖x‖. */
import { inner, type Objective } from '../optimise/objective';

/** x[from … to) has the length `radius`. */
export interface Sphere {
  from: number;
  to: number;
  radius: number;
}

/** Every row of a rows×d matrix that starts at `from` on a sphere of its own. */
export function rowSpheres(rows: number, dimension: number, radius = 1, from = 0): Sphere[] {
  return Array.from({ length: rows }, (_, r) => {
    return { from: from + r * dimension, to: from + (r + 1) * dimension, radius };
  });
}

/** x with each block scaled onto its sphere; what lies in no block stays. */
export function onto(spheres: readonly Sphere[], x: Float64Array): Float64Array {
  const scaled = x.slice();
  for (const { from, to, radius } of spheres) {
    const block = scaled.subarray(from, to);
    const factor = radius / Math.sqrt(inner(block, block));
    for (let i = 0; i < block.length; i++) block[i]! *= factor;
  }
  return scaled;
}

/** The objective of x ↦ `onto(x)`: its gradient is the tangential part of the objective's, times radius/‖x‖. */
export function onSpheres(objective: Objective, spheres: readonly Sphere[]): Objective {
  return (x, gradient) => {
    const scaled = onto(spheres, x);
    const value = objective(scaled, gradient);
    for (const { from, to, radius } of spheres) {
      const point = scaled.subarray(from, to);
      const own = gradient.subarray(from, to);
      const length = Math.sqrt(inner(x.subarray(from, to), x.subarray(from, to)));
      const along = inner(own, point) / (radius * radius);
      for (let i = 0; i < own.length; i++) own[i] = ((own[i]! - along * point[i]!) * radius) / length;
    }
    return value;
  };
}
