/** Second pass for Σ_W as a matrix: sums of the outer products of residuals. */
import { checkRows } from './class-moments';
import type { ClassStatistics } from './class-statistics';
import { OuterSums, type BlockProduct } from './outer-sums';
import { WIDEST, type WithinCovariance } from './within-covariance';

export type { BlockProduct } from './outer-sums';

/**
 * Σ_i r_i r_iᵀ with r = h − μ_y, in float64, the symmetric half only. Residuals are taken first, so nothing cancels
 * near collapse. Memory d² + 1280 d values, time ½ N d² multiply-adds.
 * `add` multiplies here; `addThrough` leaves the products of whole blocks to a faster engine.
 */
export class CovarianceSums {
  readonly #statistics: ClassStatistics;
  readonly #sums: OuterSums;
  #rows = 0;

  /** @throws RangeError where d is larger than WIDEST */
  constructor(statistics: ClassStatistics) {
    if (statistics.dimension > WIDEST) {
      throw new RangeError(`a covariance of ${statistics.dimension} features is too large; the limit is ${WIDEST}`);
    }
    this.#statistics = statistics;
    this.#sums = new OuterSums(statistics.dimension);
  }

  get rows(): number {
    return this.#rows;
  }

  /**
   * @param values row-major rows×d, from `offset`
   * @param labels class of each row, from index 0; a class that the statistics have no sample of throws RangeError
   */
  add(values: Float32Array | Float64Array, labels: Int32Array, rows: number, offset = 0): void {
    checkRows(values, labels, rows, this.#statistics.dimension, offset);
    for (let row = 0; row < rows; row++) this.#addRow(values, labels[row]!, offset + row * this.#statistics.dimension);
  }

  /** As `add`, with the products of full blocks by `product`. Await it before adding more. */
  async addThrough(
    product: BlockProduct,
    values: Float32Array | Float64Array,
    labels: Int32Array,
    rows: number,
    offset = 0,
  ): Promise<void> {
    checkRows(values, labels, rows, this.#statistics.dimension, offset);
    for (let row = 0; row < rows; row++) {
      if (this.#sums.full) await this.#sums.flushThrough(product);
      this.#addRow(values, labels[row]!, offset + row * this.#statistics.dimension);
    }
  }

  #addRow(values: Float32Array | Float64Array, label: number, at: number): void {
    const { dimension: d, means, counts, classes } = this.#statistics;
    if (!(label >= 0 && label < classes)) throw new RangeError(`label ${label} is not one of ${classes} classes`);
    if (counts[label] === 0) throw new RangeError(`class ${label} has no mean: the first pass saw none of its samples`);
    const to = this.#sums.slot();
    const home = label * d;
    const { block } = this.#sums;
    for (let j = 0; j < d; j++) block[to + j] = values[at + j]! - means[home + j]!;
    this.#rows += 1;
  }

  /** Takes in what another instance over the same statistics has seen. */
  merge(other: CovarianceSums): void {
    if (other.#statistics.centredMeans !== this.#statistics.centredMeans) {
      throw new RangeError('covariances can be merged only over the same statistics');
    }
    this.#sums.merge(other.#sums);
    this.#rows += other.#rows;
  }

  /** Throws RangeError when no row was added. */
  finish(): WithinCovariance {
    if (this.#rows === 0) throw new RangeError('the covariance has seen no rows');
    return { dimension: this.#statistics.dimension, matrix: this.#sums.mean(this.#rows) };
  }
}
