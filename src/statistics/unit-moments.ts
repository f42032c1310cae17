/** First pass over features scaled to unit norm: class statistics of their directions, and how long they were. */
import { checkRows, ClassMoments, type NonFinite } from './class-moments';
import type { UnitFeatures } from './unit-features';

/** Rows that have a direction, one behind the other. */
export interface UnitRows {
  /** h/‖h‖, row-major rows×d, float64. */
  values: Float64Array;
  /** Class of each. */
  labels: Int32Array;
  rows: number;
  /** Rows of zeros, left out. */
  zeros: number;
}

/** Values scaled at once, so that a large batch is not copied whole. */
const BLOCK = 32768;
/** Sums of squares outside this range have lost digits, or all. */
const SAFE = { least: 1e-280, most: 1e280 };

/**
 * Scales rows to unit norm in float64 and leaves out those of zeros: what both passes over unit features take.
 * @param values row-major rows×d, from `offset`
 * @param labels class of each row, from index 0
 * @param norms where given, ‖h‖ of each row is written here, zeros included
 */
export function unitRows(
  values: Float32Array | Float64Array,
  labels: Int32Array,
  rows: number,
  dimension: number,
  offset = 0,
  norms?: Float64Array,
): UnitRows {
  checkRows(values, labels, rows, dimension, offset);
  const out = new Float64Array(rows * dimension);
  const kept = new Int32Array(rows);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    const from = offset + i * dimension;
    const to = count * dimension;
    for (let j = 0; j < dimension; j++) out[to + j] = values[from + j]!;
    const norm = scaleToUnit(out, to, dimension);
    if (norms) norms[i] = norm;
    if (norm === 0) continue;
    kept[count] = labels[i]!;
    count += 1;
  }
  return {
    values: out.subarray(0, count * dimension),
    labels: kept.subarray(0, count),
    rows: count,
    zeros: rows - count,
  };
}

/**
 * Class moments of unit features, and mean and deviation of ‖h‖ around the first norm seen: nearly equal norms keep
 * their digits. Memory as ClassMoments. Shards may be merged in any order.
 */
export class UnitMoments {
  readonly #moments: ClassMoments;
  readonly #norms: Float64Array;
  #rows = 0;
  #zeros = 0;
  #pivot = 0;
  #sum = 0;
  #squares = 0;
  #firstNonFinite: NonFinite | undefined;

  constructor(
    readonly classes: number,
    readonly dimension: number,
  ) {
    this.#moments = new ClassMoments(classes, dimension);
    this.#norms = new Float64Array(this.#blockRows());
  }

  /** The first row with a NaN or infinite feature, if any came by; statistics are worthless then. */
  get firstNonFinite(): NonFinite | undefined {
    return this.#firstNonFinite;
  }

  /** Rows seen, those of zeros included. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * @param values row-major rows×d, from `offset`
   * @param labels class of each row, from index 0; a label outside [0, K) throws RangeError
   */
  add(values: Float32Array | Float64Array, labels: Int32Array, rows: number, offset = 0): void {
    checkRows(values, labels, rows, this.dimension, offset);
    const step = this.#blockRows();
    for (let start = 0; start < rows; start += step) {
      const count = Math.min(step, rows - start);
      const own = labels.subarray(start, start + count);
      const unit = unitRows(values, own, count, this.dimension, offset + start * this.dimension, this.#norms);
      for (let i = 0; i < count; i++) this.#addNorm(this.#norms[i]!, own[i]!);
      this.#moments.add(unit.values, unit.labels, unit.rows);
      this.#zeros += unit.zeros;
    }
  }

  #addNorm(norm: number, label: number): void {
    if (!(label >= 0 && label < this.classes)) {
      throw new RangeError(`label ${label} is not one of ${this.classes} classes`);
    }
    if (!(norm < Infinity)) this.#firstNonFinite ??= { row: this.#rows, label };
    if (this.#rows === 0) this.#pivot = norm;
    const difference = norm - this.#pivot;
    this.#sum += difference;
    this.#squares += difference * difference;
    this.#rows += 1;
  }

  /** Takes in what another instance has seen; rows count as coming after this one's. */
  merge(other: UnitMoments): void {
    this.#moments.merge(other.#moments);
    if (other.#rows === 0) return;
    if (other.#firstNonFinite) {
      this.#firstNonFinite ??= { ...other.#firstNonFinite, row: this.#rows + other.#firstNonFinite.row };
    }
    if (this.#rows === 0) this.#pivot = other.#pivot;
    const delta = other.#pivot - this.#pivot;
    this.#squares += other.#squares + delta * (2 * other.#sum + other.#rows * delta);
    this.#sum += other.#sum + other.#rows * delta;
    this.#rows += other.#rows;
    this.#zeros += other.#zeros;
  }

  finish(): UnitFeatures {
    const shift = this.#rows > 0 ? this.#sum / this.#rows : 0;
    const variance = this.#rows > 0 ? this.#squares / this.#rows - shift * shift : 0;
    return {
      statistics: this.#moments.finish(),
      // Rounding may leave a tiny negative; NaN must pass through.
      norms: { mean: this.#pivot + shift, deviation: Math.sqrt(variance < 0 ? 0 : variance) },
      zeros: this.#zeros,
    };
  }

  #blockRows(): number {
    return Math.max(1, Math.floor(BLOCK / Math.max(1, this.dimension)));
  }
}

/** Divides d values from `at` by their norm, in place; returns the norm. NaN and infinity leave NaN behind. */
function scaleToUnit(values: Float64Array, at: number, d: number): number {
  let squares = 0;
  for (let j = at; j < at + d; j++) squares += values[j]! * values[j]!;
  let scale = 1;
  if (!(squares > SAFE.least && squares < SAFE.most)) {
    let largest = 0;
    for (let j = at; j < at + d; j++) largest = Math.max(largest, Math.abs(values[j]!));
    if (largest === 0) return 0;
    scale = largest;
    squares = 0;
    for (let j = at; j < at + d; j++) {
      values[j]! /= scale;
      squares += values[j]! * values[j]!;
    }
  }
  const norm = Math.sqrt(squares);
  for (let j = at; j < at + d; j++) values[j]! /= norm;
  return norm * scale;
}
