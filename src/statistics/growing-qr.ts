/** QR factors of a least-squares problem whose columns come and go, as active-set methods need them. */
import { dot } from './products';

/** A column whose part outside the others is a smaller share of it than this depends on them. */
const DEPENDENT = 16 * Number.EPSILON;

/** Minimises ‖A z − b‖ over the columns that are in it. Columns and b have `length` entries. */
export class GrowingQr {
  /** Orthonormal rows q_0…q_{s−1}, capacity×length. */
  readonly #q: Float64Array;
  /** Column c of the triangle is in row c: R[i][c] at c·capacity + i. */
  readonly #r: Float64Array;
  /** ⟨q_i, b⟩. */
  readonly #projected: Float64Array;
  readonly #capacity: number;
  #size = 0;

  constructor(
    readonly length: number,
    readonly right: Float64Array,
    columns: number,
  ) {
    this.#capacity = Math.min(columns, length);
    this.#q = new Float64Array(this.#capacity * length);
    this.#r = new Float64Array(this.#capacity * this.#capacity);
    this.#projected = new Float64Array(this.#capacity);
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  /** Appends a column (its array is overwritten); false where it depends on those that are in already. */
  add(column: Float64Array): boolean {
    if (this.#size === this.#capacity) return false;
    const at = this.#size * this.#capacity;
    const norm = orthogonalise(this.#q, this.#size, this.length, column, this.#r.subarray(at, at + this.#capacity));
    if (norm === 0) return false;
    for (let i = 0; i < this.length; i++) this.#q[this.#size * this.length + i] = column[i]! / norm;
    this.#r[at + this.#size] = norm;
    this.#projected[this.#size] = dot(this.#q, this.#size * this.length, this.right, 0, this.length);
    this.#size += 1;
    return true;
  }

  /** Takes out column `index`; those behind it move up by one. */
  remove(index: number): void {
    const { length } = this;
    const capacity = this.#capacity;
    this.#r.copyWithin(index * capacity, (index + 1) * capacity, this.#size * capacity);
    this.#size -= 1;
    for (let i = index; i < this.#size; i++) {
      const x = this.#r[i * capacity + i]!;
      const y = this.#r[i * capacity + i + 1]!;
      const norm = Math.hypot(x, y);
      const c = x / norm;
      const s = y / norm;
      for (let column = i; column < this.#size; column++) turn(this.#r, column * capacity + i, 1, c, s);
      for (let j = 0; j < length; j++) turn(this.#q, i * length + j, length, c, s);
      turn(this.#projected, i, 1, c, s);
    }
  }

  /** The z that minimises ‖A z − b‖, written to out[0…size). */
  solve(out: Float64Array): void {
    const capacity = this.#capacity;
    for (let i = 0; i < this.#size; i++) out[i] = this.#projected[i]!;
    for (let column = this.#size - 1; column >= 0; column--) {
      const z = out[column]! / this.#r[column * capacity + column]!;
      out[column] = z;
      for (let i = 0; i < column; i++) out[i]! -= this.#r[column * capacity + i]! * z;
    }
  }
}

/**
 * Takes from v its part in the span of `count` orthonormal rows q (twice, which leaves rounding only), in place, and
 * writes ⟨q_i, v⟩ to `coefficients`.
 * @returns the norm of what is left, or 0 where it is no more than rounding
 */
export function orthogonalise(
  q: Float64Array,
  count: number,
  length: number,
  v: Float64Array,
  coefficients: Float64Array,
): number {
  const before = Math.sqrt(dot(v, 0, v, 0, length));
  coefficients.fill(0, 0, count);
  for (let pass = 0; pass < 2; pass++) {
    for (let i = 0, at = 0; i < count; i++, at += length) {
      const inner = dot(q, at, v, 0, length);
      coefficients[i]! += inner;
      for (let j = 0; j < length; j++) v[j]! -= inner * q[at + j]!;
    }
  }
  const left = Math.sqrt(dot(v, 0, v, 0, length));
  return left > DEPENDENT * before ? left : 0;
}

/** Rotates the entries at `at` and `at + step` into each other. */
function turn(values: Float64Array, at: number, step: number, c: number, s: number): void {
  const x = values[at]!;
  const y = values[at + step]!;
  values[at] = c * x + s * y;
  values[at + step] = c * y - s * x;
}
