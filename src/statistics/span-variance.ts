/** What lies within classes, about means that are final: variance along the span of the means, and the mean radius. */
import { checkRows } from './class-moments';
import type { ClassStatistics, MeanSpan } from './class-statistics';
import { dot, multiplyTransposed, tileRows } from './products';

/**
 * (1/N) Σ_i ⟨h_i−μ_{y_i}, v_r⟩² for each direction v_r, and (1/N) Σ_i ‖h_i−μ_{y_i}‖, streamed: a second pass without
 * nearest centres, for sets of labels and for held-out data about its own means. Residuals come first, so nothing cancels.
 */
export class SpanVariance {
  readonly #statistics: ClassStatistics;
  readonly #span: MeanSpan;
  readonly #squares: Float64Array;
  readonly #tile: number;
  readonly #residuals: Float64Array;
  readonly #projections: Float64Array;
  #rows = 0;
  #radii = 0;

  constructor(statistics: ClassStatistics, span: MeanSpan) {
    this.#statistics = statistics;
    this.#span = span;
    this.#squares = new Float64Array(span.rank);
    this.#tile = tileRows(statistics.dimension);
    this.#residuals = new Float64Array(this.#tile * statistics.dimension);
    this.#projections = new Float64Array(this.#tile * span.rank);
  }

  /** @param values row-major rows×d, from `offset`; labels from index 0, RangeError outside [0, K) */
  add(values: Float32Array | Float64Array, labels: Int32Array, rows: number, offset = 0): void {
    const { classes, dimension: d, means } = this.#statistics;
    const { rank, directions } = this.#span;
    checkRows(values, labels, rows, d, offset);
    const residuals = this.#residuals;
    for (let start = 0; start < rows; start += this.#tile) {
      const count = Math.min(this.#tile, rows - start);
      const from = offset + start * d;
      residuals.set(values.subarray(from, from + count * d));
      for (let i = 0; i < count; i++) {
        const label = labels[start + i]!;
        if (!(label >= 0 && label < classes)) throw new RangeError(`label ${label} is not one of ${classes} classes`);
        for (let j = 0, at = i * d, mean = label * d; j < d; j++) residuals[at++]! -= means[mean++]!;
      }
      multiplyTransposed(residuals, count, directions, rank, d, this.#projections);
      for (let i = 0, at = 0; i < count; i++) {
        this.#radii += Math.sqrt(dot(residuals, i * d, residuals, i * d, d));
        for (let r = 0; r < rank; r++, at++) this.#squares[r]! += this.#projections[at]! ** 2;
      }
      this.#rows += count;
    }
  }

  /** Takes in what another pass over the same span has seen. */
  merge(other: SpanVariance): void {
    if (other.#span !== this.#span) throw new RangeError('variances can be merged only along the same span');
    this.#rows += other.#rows;
    this.#radii += other.#radii;
    for (let r = 0; r < this.#squares.length; r++) this.#squares[r]! += other.#squares[r]!;
  }

  /** The statistics with their span, its variance and the radius; without these two where no row was added. */
  finish(): ClassStatistics {
    const statistics = { ...this.#statistics, span: this.#span };
    if (this.#rows === 0) return statistics;
    const within = this.#squares.map((sum) => sum / this.#rows);
    return { ...statistics, span: { ...this.#span, within }, radius: this.#radii / this.#rows };
  }
}
