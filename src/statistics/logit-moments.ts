/** What is kept of the logits, streamed: one pass, memory of 4 K² numbers and a block. */
import { CalibrationBins } from './calibration-bins';
import { ClassMoments, type NonFinite } from './class-moments';
import type { LogitStatistics } from './logit-statistics';
import { ScalarMoments } from './scalar-moments';
import { crossEntropy, softmaxRow } from './softmax-row';

/** Values converted to float64 at once. */
const SCRATCH = 16384;

/**
 * Class statistics of z and of z̃, margins, decisions, cross-entropy, calibration and interpolation sums, in float64.
 * A model with a single output z for two classes is given as the two columns (−z/2, z/2). Shards may be merged in any
 * order. With a single class there is no margin and no interpolation: those are not finite then.
 */
export class LogitMoments {
  readonly #raw: ClassMoments;
  readonly #centred: ClassMoments;
  readonly #margins = new ScalarMoments();
  readonly #calibration = new CalibrationBins();
  readonly #correct: Float64Array;
  readonly #block: Float64Array;
  #least = Infinity;
  #loss = 0;
  #along = 0;
  #squares = 0;

  constructor(readonly classes: number) {
    this.#raw = new ClassMoments(classes, classes);
    this.#centred = new ClassMoments(classes, classes);
    this.#correct = new Float64Array(classes);
    this.#block = new Float64Array(Math.max(SCRATCH, classes));
  }

  /** The first row with a NaN or infinite logit, if any came by; statistics are worthless then. */
  get firstNonFinite(): NonFinite | undefined {
    return this.#raw.firstNonFinite;
  }

  get rows(): number {
    return this.#raw.rows;
  }

  /**
   * @param values row-major rows×K, from `offset`
   * @param labels class of each row, from index 0; a label outside [0, K) throws RangeError
   */
  add(values: Float32Array | Float64Array, labels: Int32Array, rows: number, offset = 0): void {
    const K = this.classes;
    const block = this.#block;
    const blockRows = Math.max(1, Math.floor(block.length / Math.max(1, K)));
    this.#raw.add(values, labels, rows, offset);
    for (let start = 0; start < rows; start += blockRows) {
      const count = Math.min(blockRows, rows - start);
      const from = offset + start * K;
      block.set(values.subarray(from, from + count * K));
      const own = labels.subarray(start, start + count);
      for (let i = 0; i < count; i++) this.#addRow(block, i * K, own[i]!);
      this.#centred.add(block, own, count);
    }
  }

  /** Takes one row in, and leaves it centred in the block. */
  #addRow(z: Float64Array, at: number, label: number): void {
    const K = this.classes;
    const own = z[at + label]!;
    let rival = -Infinity;
    let others = 0;
    let squares = (own - 1) ** 2;
    for (let k = 0; k < K; k++) {
      if (k === label) continue;
      const value = z[at + k]!;
      if (value > rival) rival = value;
      others += value;
      squares += value * value;
    }
    const softmax = softmaxRow(z, at, K);
    const right = softmax.best === label;
    const margin = own - rival;
    this.#margins.add(margin);
    if (margin < this.#least) this.#least = margin;
    if (right) this.#correct[label]! += 1;
    this.#calibration.add(1 / (1 + softmax.rest), right);
    this.#loss += crossEntropy(softmax, own);
    this.#along += others / (K - 1) - (own - 1);
    this.#squares += squares;
    const mean = (others + own) / K;
    for (let k = at; k < at + K; k++) z[k]! -= mean;
  }

  /** Takes in what another instance has seen; rows count as coming after this one's. */
  merge(other: LogitMoments): void {
    this.#raw.merge(other.#raw);
    this.#centred.merge(other.#centred);
    this.#margins.merge(other.#margins);
    this.#calibration.merge(other.#calibration);
    for (let c = 0; c < this.classes; c++) this.#correct[c]! += other.#correct[c]!;
    this.#least = Math.min(this.#least, other.#least);
    this.#loss += other.#loss;
    this.#along += other.#along;
    this.#squares += other.#squares;
  }

  /** Throws RangeError when no row was added. */
  finish(): LogitStatistics {
    if (this.rows === 0) throw new RangeError('the logits of no row were added');
    return {
      statistics: this.#raw.finish(),
      centred: this.#centred.finish(),
      margins: { min: this.#least, mean: this.#margins.mean, deviation: this.#margins.deviation },
      correct: this.#correct.slice(),
      crossEntropy: this.#loss / this.rows,
      calibrationError: this.#calibration.error,
      interpolation: { along: this.#along, squares: this.#squares },
    };
  }
}
