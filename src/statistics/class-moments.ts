/** First pass: class means and the trace of the within-class covariance, streamed. */
import type { ClassStatistics } from './class-statistics';

/** Where a feature that is NaN or infinite was first met. */
export interface NonFinite {
  /** Row in the order of adding. */
  row: number;
  label: number;
}

/** Values converted to float64 at once: one kind of array keeps the inner loop fast. */
const SCRATCH = 32768;

/**
 * Sums of h−p_c and of ‖h−p_c‖² with a pivot p_c per class, its first sample, in float64. The pivot lies inside the
 * class's cloud, so that nothing cancels however small the cloud is; raw moments would have no digit left.
 * Memory 2·K·d. Shards may be merged in any order.
 */
export class ClassMoments {
  readonly #counts: Float64Array;
  readonly #pivots: Float64Array;
  /** Σ_i (h_i − p_c) per class, K×d. */
  readonly #sums: Float64Array;
  /** Σ_i ‖h_i − p_c‖² per class. */
  readonly #squares: Float64Array;
  readonly #scratch: Float64Array;
  #rows = 0;
  #firstNonFinite: NonFinite | undefined;

  constructor(
    readonly classes: number,
    readonly dimension: number,
  ) {
    this.#counts = new Float64Array(classes);
    this.#pivots = new Float64Array(classes * dimension);
    this.#sums = new Float64Array(classes * dimension);
    this.#squares = new Float64Array(classes);
    this.#scratch = new Float64Array(Math.max(SCRATCH, dimension));
  }

  /** The first row with a NaN or infinite feature, if any came by; statistics are worthless then. */
  get firstNonFinite(): NonFinite | undefined {
    return this.#firstNonFinite;
  }

  get rows(): number {
    return this.#rows;
  }

  /**
   * @param values row-major rows×d, from `offset`
   * @param labels class of each row, from index 0; a label outside [0, K) throws RangeError
   */
  add(values: Float32Array | Float64Array, labels: Int32Array, rows: number, offset = 0): void {
    const d = this.dimension;
    checkRows(values, labels, rows, d, offset);
    const blockRows = Math.max(1, Math.floor(SCRATCH / Math.max(1, d)));
    for (let start = 0; start < rows; start += blockRows) {
      const count = Math.min(blockRows, rows - start);
      const from = offset + start * d;
      let block: Float64Array;
      let base: number;
      if (values instanceof Float64Array) {
        block = values;
        base = from;
      } else {
        block = this.#scratch;
        base = 0;
        block.set(values.subarray(from, from + count * d));
      }
      for (let i = 0; i < count; i++) this.#addRow(block, base + i * d, labels[start + i]!);
    }
  }

  #addRow(block: Float64Array, at: number, label: number): void {
    const d = this.dimension;
    if (!(label >= 0 && label < this.classes))
      throw new RangeError(`label ${label} is not one of ${this.classes} classes`);
    const home = label * d;
    if (this.#counts[label] === 0) this.#pivots.set(block.subarray(at, at + d), home);
    const square = accumulate(block, at, this.#pivots, this.#sums, home, d);
    // A NaN or an infinity anywhere in the row or in its pivot ends up in the sum of squares.
    if (!(square < Infinity) && this.#firstNonFinite === undefined && !allFinite(block, at, d)) {
      this.#firstNonFinite = { row: this.#rows, label };
    }
    this.#squares[label]! += square;
    this.#counts[label]! += 1;
    this.#rows += 1;
  }

  /** Takes in what another instance has seen; rows count as coming after this one's. */
  merge(other: ClassMoments): void {
    const d = this.dimension;
    if (other.classes !== this.classes || other.dimension !== d) {
      throw new RangeError(`cannot merge ${other.classes}×${other.dimension} into ${this.classes}×${d} class moments`);
    }
    if (this.#firstNonFinite === undefined && other.#firstNonFinite) {
      this.#firstNonFinite = { ...other.#firstNonFinite, row: this.#rows + other.#firstNonFinite.row };
    }
    for (let c = 0; c < this.classes; c++) {
      const n = other.#counts[c]!;
      if (n === 0) continue;
      const from = c * d;
      if (this.#counts[c] === 0) {
        this.#pivots.set(other.#pivots.subarray(from, from + d), from);
        this.#sums.set(other.#sums.subarray(from, from + d), from);
        this.#squares[c] = other.#squares[c]!;
      } else {
        // Moved to this pivot: Σ(x+δ) = Σx + nδ and Σ‖x+δ‖² = Σ‖x‖² + ⟨δ, 2Σx + nδ⟩.
        let moved = 0;
        for (let j = from; j < from + d; j++) {
          const delta = other.#pivots[j]! - this.#pivots[j]!;
          const sum = other.#sums[j]!;
          moved += delta * (2 * sum + n * delta);
          this.#sums[j]! += sum + n * delta;
        }
        this.#squares[c]! += other.#squares[c]! + moved;
      }
      this.#counts[c]! += n;
    }
    this.#rows += other.#rows;
  }

  finish(): ClassStatistics {
    const { classes, dimension: d } = this;
    const means = new Float64Array(classes * d);
    const scatters = new Float64Array(classes);
    let within = 0;
    let present = 0;
    for (let c = 0; c < classes; c++) {
      const n = this.#counts[c]!;
      if (n === 0) continue;
      present += 1;
      let squaredSum = 0;
      for (let j = c * d; j < (c + 1) * d; j++) {
        const mean = this.#sums[j]! / n;
        squaredSum += mean * this.#sums[j]!;
        means[j] = this.#pivots[j]! + mean;
      }
      const scatter = this.#squares[c]! - squaredSum;
      // Rounding may leave a tiny negative; NaN must pass through.
      scatters[c] = scatter < 0 ? 0 : scatter;
      within += scatters[c]!;
    }
    const { globalMean, centredMeans, squares } = this.#centre(means, present);
    return {
      classes,
      dimension: d,
      samples: this.#rows,
      counts: this.#counts.slice(),
      means,
      globalMean,
      centredMeans,
      scatters,
      traceWithin: this.#rows > 0 ? within / this.#rows : 0,
      traceBetween: present > 0 ? squares / present : 0,
    };
  }

  /**
   * Mc = μ_c − μ_G. Differences are taken between class means as pivot plus offset, which keeps digits that the rounded
   * means have lost; equal means give exact zeros.
   */
  #centre(means: Float64Array, present: number) {
    const { classes, dimension: d } = this;
    const globalMean = new Float64Array(d);
    const centredMeans = new Float64Array(classes * d);
    const first = this.#counts.findIndex((count) => count > 0);
    if (first < 0) return { globalMean, centredMeans, squares: 0 };
    const shift = new Float64Array(d);
    for (let c = 0; c < classes; c++) {
      const n = this.#counts[c]!;
      if (n === 0) continue;
      for (let j = 0; j < d; j++) {
        const at = c * d + j;
        const origin = first * d + j;
        const difference =
          this.#pivots[at]! -
          this.#pivots[origin]! +
          (this.#sums[at]! / n - this.#sums[origin]! / this.#counts[first]!);
        centredMeans[at] = difference;
        shift[j]! += difference / present;
      }
    }
    for (let j = 0; j < d; j++) globalMean[j] = means[first * d + j]! + shift[j]!;
    let squares = 0;
    for (let c = 0; c < classes; c++) {
      if (this.#counts[c] === 0) continue;
      for (let j = 0; j < d; j++) {
        const centred = centredMeans[c * d + j]! - shift[j]!;
        centredMeans[c * d + j] = centred;
        squares += centred * centred;
      }
    }
    return { globalMean, centredMeans, squares };
  }
}

/** Adds h − p to the class's sums and returns ‖h − p‖². Four at a time: the additions do not wait for each other. */
function accumulate(
  block: Float64Array,
  at: number,
  pivots: Float64Array,
  sums: Float64Array,
  home: number,
  d: number,
): number {
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  let j = 0;
  for (; j + 3 < d; j += 4) {
    const x0 = block[at + j]! - pivots[home + j]!;
    const x1 = block[at + j + 1]! - pivots[home + j + 1]!;
    const x2 = block[at + j + 2]! - pivots[home + j + 2]!;
    const x3 = block[at + j + 3]! - pivots[home + j + 3]!;
    sums[home + j]! += x0;
    sums[home + j + 1]! += x1;
    sums[home + j + 2]! += x2;
    sums[home + j + 3]! += x3;
    q0 += x0 * x0;
    q1 += x1 * x1;
    q2 += x2 * x2;
    q3 += x3 * x3;
  }
  for (; j < d; j++) {
    const x = block[at + j]! - pivots[home + j]!;
    sums[home + j]! += x;
    q0 += x * x;
  }
  return q0 + q1 + (q2 + q3);
}

function allFinite(block: Float64Array, at: number, d: number): boolean {
  for (let j = at; j < at + d; j++) if (!Number.isFinite(block[j]!)) return false;
  return true;
}

/** Throws RangeError when the arrays are shorter than they are said to be. */
export function checkRows(
  values: Float32Array | Float64Array,
  labels: Int32Array,
  rows: number,
  dimension: number,
  offset: number,
): void {
  if (offset + rows * dimension > values.length) {
    throw new RangeError(`${rows} rows of ${dimension} features from ${offset} need more than ${values.length} values`);
  }
  if (rows > labels.length) throw new RangeError(`${rows} rows but only ${labels.length} labels`);
}
