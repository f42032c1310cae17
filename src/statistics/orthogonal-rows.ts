/** One-sided Jacobi: rotates rows into each other until all are orthogonal. */
import { dot, gram } from './products';

const MAX_SWEEPS = 40;

/**
 * Makes the rows of B orthogonal by plane rotations and applies the same rotations to the rows of P, both in place; so
 * PᵀB stays what it was. Rows shorter than `floor` count as zero and are left alone.
 * A sweep looks at all pairs through one blocked product and rotates only the pairs that need it; where the rows start
 * nearly orthogonal, one or two sweeps suffice.
 * @param b row-major rows×length
 * @param p row-major rows×width
 * @param floor given the longest row's norm, the norm below which a row is rounding noise
 */
export function orthogonaliseRows(
  b: Float64Array,
  length: number,
  p: Float64Array,
  width: number,
  rows: number,
  floor: (longest: number) => number,
): void {
  const tolerance = Number.EPSILON * Math.max(4, Math.sqrt(length));
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const products = gram(b, rows, length);
    let longest = 0;
    for (let i = 0; i < rows; i++) longest = Math.max(longest, products[i * rows + i]!);
    const least = floor(Math.sqrt(longest)) ** 2;
    let rotated = 0;
    for (let i = 0; i < rows; i++) {
      for (let j = i + 1; j < rows; j++) {
        const bound = tolerance * Math.sqrt(products[i * rows + i]!) * Math.sqrt(products[j * rows + j]!);
        if (!(Math.abs(products[i * rows + j]!) > bound)) continue;
        if (rotatePair(b, length, p, width, i, j, least, tolerance)) rotated += 1;
      }
    }
    if (rotated === 0) return;
  }
}

/** Rotates rows i and j of B (and P) so that they are orthogonal; false where they are already, or one is noise. */
function rotatePair(
  b: Float64Array,
  length: number,
  p: Float64Array,
  width: number,
  i: number,
  j: number,
  least: number,
  tolerance: number,
): boolean {
  const x = i * length;
  const y = j * length;
  const xx = dot(b, x, b, x, length);
  const yy = dot(b, y, b, y, length);
  if (xx <= least || yy <= least) return false;
  const xy = dot(b, x, b, y, length);
  if (!(Math.abs(xy) > tolerance * Math.sqrt(xx) * Math.sqrt(yy))) return false;
  const zeta = (yy - xx) / (2 * xy);
  const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  const s = c * t;
  rotate(b, x, y, length, c, s);
  rotate(p, i * width, j * width, width, c, s);
  return true;
}

function rotate(values: Float64Array, x: number, y: number, length: number, c: number, s: number): void {
  for (let k = 0; k < length; k++) {
    const a = values[x + k]!;
    const b = values[y + k]!;
    values[x + k] = c * a - s * b;
    values[y + k] = s * a + c * b;
  }
}
