/** Samples with a wrong label: where their features lie beside the clean samples' class means, in two passes. */
import { checkRows, ClassMoments, type NonFinite } from './class-moments';
import type { ClassStatistics } from './class-statistics';
import { meanDistance } from './mean-distance';
import type { NoiseStatistics } from './noise-statistics';

type Values = Float32Array | Float64Array;

/** First pass: class moments of the samples whose given class is the true one. */
export class CleanMoments {
  readonly #moments: ClassMoments;

  constructor(
    readonly classes: number,
    readonly dimension: number,
  ) {
    this.#moments = new ClassMoments(classes, dimension);
  }

  /** Of the clean rows, counted among them. */
  get firstNonFinite(): NonFinite | undefined {
    return this.#moments.firstNonFinite;
  }

  /**
   * @param values row-major rows×d, from `offset`
   * @param given label of each row, from index 0; negative where it has none
   * @param truth true class of each row, likewise
   */
  add(values: Values, given: Int32Array, truth: Int32Array, rows: number, offset = 0): void {
    checkBoth(values, given, truth, rows, this.dimension, offset);
    const clean = (row: number) => given[row]! >= 0 && given[row] === truth[row];
    for (let start = 0; start < rows;) {
      let end = start;
      while (end < rows && clean(end)) end += 1;
      if (end > start) {
        this.#moments.add(values, truth.subarray(start, end), end - start, offset + start * this.dimension);
      }
      start = end + 1;
    }
  }

  merge(other: CleanMoments): void {
    this.#moments.merge(other.#moments);
  }

  /** Class statistics of the clean samples: their means are the references. */
  finish(): ClassStatistics {
    return this.#moments.finish();
  }
}

/** Second pass: distance and progress of the corrupted samples. */
export class NoiseDistances {
  readonly #references: ClassStatistics;
  #known = 0;
  #corrupted = 0;
  #measured = 0;
  #distance = 0;
  #moved = 0;
  #progress = 0;

  /** @param references what CleanMoments gave */
  constructor(references: ClassStatistics) {
    this.#references = references;
  }

  /** @param values row-major rows×d, from `offset`; labels as in the first pass, RangeError outside [0, K) */
  add(values: Values, given: Int32Array, truth: Int32Array, rows: number, offset = 0): void {
    const { classes: K, dimension: d, counts } = this.#references;
    checkBoth(values, given, truth, rows, d, offset);
    for (let row = 0; row < rows; row++) {
      const label = given[row]!;
      const real = truth[row]!;
      if (label < 0 || real < 0) continue;
      if (label >= K || real >= K) throw new RangeError(`label ${Math.max(label, real)} is not one of ${K} classes`);
      this.#known += 1;
      if (label === real) continue;
      this.#corrupted += 1;
      if (counts[real] !== 0) this.#addCorrupted(values, offset + row * d, real, label);
    }
  }

  #addCorrupted(values: Values, at: number, real: number, label: number): void {
    const { dimension: d, means, centredMeans, counts } = this.#references;
    const home = real * d;
    const away = label * d;
    let squares = 0;
    let along = 0;
    let length = 0;
    for (let j = 0; j < d; j++) {
      const residual = values[at + j]! - means[home + j]!;
      const way = centredMeans[away + j]! - centredMeans[home + j]!;
      squares += residual * residual;
      along += residual * way;
      length += way * way;
    }
    this.#measured += 1;
    this.#distance += Math.sqrt(squares);
    if (counts[label] === 0 || length === 0) return;
    this.#moved += 1;
    this.#progress += along / length;
  }

  /** Takes in what another pass over the same references has seen. */
  merge(other: NoiseDistances): void {
    if (other.#references.means !== this.#references.means) {
      throw new RangeError('distances of corrupted samples can be merged only over the same references');
    }
    this.#known += other.#known;
    this.#corrupted += other.#corrupted;
    this.#measured += other.#measured;
    this.#distance += other.#distance;
    this.#moved += other.#moved;
    this.#progress += other.#progress;
  }

  finish(): NoiseStatistics {
    return {
      corrupted: this.#corrupted,
      share: this.#known === 0 ? 0 : this.#corrupted / this.#known,
      distance: { mean: this.#distance / this.#measured, total: this.#distance },
      progress: this.#progress / this.#moved,
      spread: meanDistance(this.#references),
    };
  }
}

function checkBoth(values: Values, given: Int32Array, truth: Int32Array, rows: number, d: number, offset: number) {
  checkRows(values, given, rows, d, offset);
  checkRows(values, truth, rows, d, offset);
}
