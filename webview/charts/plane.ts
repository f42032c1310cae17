/** Where points of the picture of collapse lie on paper: in the plane of three class means, or on the sphere. */
import type { Picture, Sphere } from '../../src/protocol/geometry';

export interface Spot {
  x: number;
  y: number;
  /** Towards the reader, on the sphere; 0 in a plane. */
  z: number;
}

/** Any three classes, by number. */
export type Three = readonly [number, number, number];

/** Row of a list of points → its place. */
export type Projection = (points: readonly number[], row: number) => Spot;

/**
 * The plane through the means of three classes, first one at the top, second left, third right; the origin is where the
 * mean of all class means falls, lengths are in units of the class means' root mean squared norm. The same from epoch to
 * epoch whatever the basis of the coordinates is. Undefined where the three means lie on a line.
 */
export function planeOf({ classes, dimension, means, unit }: Picture, three: Three): Projection | undefined {
  const [a, b, c] = three.map((one) => rowOf(means, classes.indexOf(one), dimension));
  if (!a || !b || !c || !(unit > 0)) return undefined;
  const up = unitVector(a.map((value, i) => value - (b[i]! + c[i]!) / 2));
  if (!up) return undefined;
  const across = c.map((value, i) => value - b[i]!);
  const along = inner(across, up);
  const right = unitVector(across.map((value, i) => value - along * up[i]!));
  if (!right) return undefined;
  return (points, row) => {
    const point = rowOf(points, row, dimension);
    return { x: inner(point, right) / unit, y: inner(point, up) / unit, z: 0 };
  };
}

/**
 * The sphere turned so that three classes face the reader, first one at the top, second on the left; the circle turned
 * and, where needed, mirrored, first one at the top, second on the left. Undefined where the first has no direction.
 */
export function sphereView({ classes, dimension, means }: Sphere, three: Three): Projection | undefined {
  const [a, b, c] = three.map((one) => rowOf(means, classes.indexOf(one), dimension));
  const top = a && unitVector(a);
  if (!a || !b || !c || !top) return undefined;
  if (dimension === 2) {
    const side = [-top[1]!, top[0]!];
    const mirror = inner(b, side) < 0 ? -1 : 1;
    return (points, row) => {
      const point = rowOf(points, row, 2);
      return { x: -mirror * inner(point, side), y: inner(point, top), z: 0 };
    };
  }
  const front = unitVector(a.map((value, i) => value + b[i]! + c[i]!)) ?? unitVector(perpendicular(top))!;
  const height = inner(a, front);
  const up = unitVector(a.map((value, i) => value - height * front[i]!)) ?? unitVector(perpendicular(front))!;
  const side = cross(up, front);
  const mirror = inner(b, side) < 0 ? 1 : -1;
  return (points, row) => {
    const point = rowOf(points, row, 3);
    return { x: mirror * inner(point, side), y: inner(point, up), z: inner(point, front) };
  };
}

function rowOf(points: readonly number[], row: number, dimension: number): number[] {
  return points.slice(row * dimension, (row + 1) * dimension);
}

function inner(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
}

/** Shorter than this, a direction is rounding. */
const LEAST = 1e-9;

function unitVector(x: readonly number[]): number[] | undefined {
  const norm = Math.hypot(...x);
  return norm > LEAST ? x.map((value) => value / norm) : undefined;
}

function cross([a, b, c]: readonly number[], [x, y, z]: readonly number[]): number[] {
  return [b! * z! - c! * y!, c! * x! - a! * z!, a! * y! - b! * x!];
}

/** Any vector at a right angle to a unit vector of R³. */
function perpendicular(x: readonly number[]): number[] {
  return Math.abs(x[0]!) < 0.9 ? cross(x, [1, 0, 0]) : cross(x, [0, 1, 0]);
}
