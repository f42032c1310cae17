/** Second pass: within-class variance along the directions that separate classes, and nearest class centres. */
import { checkRows } from './class-moments';
import type { ClassStatistics, MeanSpan, NearestCentreShares } from './class-statistics';
import { halfSquaredDistance } from './close-rows';
import { OuterSums } from './outer-sums';
import { gram, multiplyTransposed, tileRows } from './products';

export interface SecondPassResult {
  nearestCentre: NearestCentreShares;
  /** The span that was given, with `within` filled, and `withinMatrix` where it was asked for. */
  span?: MeanSpan;
}

export interface SecondPassOptions {
  /** Ask for the within-class variance along it; leave out for hidden layers and for test data. */
  span?: MeanSpan | undefined;
  /** Ask for Σ_W on the span as a matrix: ½ N ρ² more operations, ρ² + 1280 ρ more values. */
  withinMatrix?: boolean;
}

/**
 * Streams the features again. Each row becomes its residual r = h − μ_y first, which is exact near collapse, and is
 * then projected on the span V of the class means (or, without a span, on the class means themselves). From that
 * projection the nearest class centre follows: ‖h−μ_c‖² = ‖r‖² − 2⟨r, Mc_c−Mc_y⟩ + ‖Mc_c−Mc_y‖².
 * Ties go to the smaller class; classes without samples never win.
 */
export class SecondPass {
  readonly #statistics: ClassStatistics;
  readonly #span: MeanSpan | undefined;
  /** What residuals are projected on: V (ρ×d) or Mc (K×d). */
  readonly #axes: Float64Array;
  readonly #axisCount: number;
  /** U S (K×ρ), which turns projections on V into projections on Mc. */
  readonly #combine: Float64Array | undefined;
  /** ½‖Mc_c − Mc_y‖², K×K. */
  readonly #halfDistances: Float64Array;
  /** Classes that can win: they have samples, and no smaller class has the very same mean. */
  readonly #contenders: Int32Array;
  /** Σ_i ⟨r_i, v_r⟩² per direction. */
  readonly #within: Float64Array;
  /** Σ_i p_i p_iᵀ of the projections p_i = V r_i. */
  readonly #outer: OuterSums | undefined;
  readonly #fallback: number;
  readonly #tile: number;
  readonly #residuals: Float64Array;
  readonly #projections: Float64Array;
  readonly #scores: Float64Array;
  #rows = 0;
  #correct = 0;
  #compared = 0;
  #mismatched = 0;

  constructor(statistics: ClassStatistics, options: SecondPassOptions = {}) {
    const { classes: K, dimension: d } = statistics;
    this.#statistics = statistics;
    this.#span = options.span;
    this.#fallback = statistics.counts.findIndex((count) => count > 0);
    if (this.#fallback < 0) throw new RangeError('class statistics without any sample have no centres');
    this.#axes = this.#span?.directions ?? statistics.centredMeans;
    this.#axisCount = this.#span?.rank ?? K;
    this.#combine = this.#span && scaledLeft(this.#span, K);
    this.#halfDistances = halfSquaredDistances(statistics);
    this.#contenders = contenders(statistics, this.#halfDistances);
    this.#within = new Float64Array(this.#axisCount);
    if (this.#span && options.withinMatrix) this.#outer = new OuterSums(this.#axisCount);
    this.#tile = tileRows(d);
    this.#residuals = new Float64Array(this.#tile * d);
    this.#projections = new Float64Array(this.#tile * this.#axisCount);
    this.#scores = this.#span ? new Float64Array(this.#tile * K) : this.#projections;
  }

  /**
   * @param values row-major rows×d, from `offset`
   * @param labels class of each row, from index 0
   * @param networkArgmax the network's decision for each row, from index 0; counted against the nearest centre
   */
  add(
    values: Float32Array | Float64Array,
    labels: Int32Array,
    rows: number,
    networkArgmax?: Int32Array,
    offset = 0,
  ): void {
    const { classes: K, dimension: d } = this.#statistics;
    checkRows(values, labels, rows, d, offset);
    if (networkArgmax && networkArgmax.length < rows) {
      throw new RangeError(`${rows} rows but only ${networkArgmax.length} decisions`);
    }
    for (let start = 0; start < rows; start += this.#tile) {
      const count = Math.min(this.#tile, rows - start);
      this.#project(values, labels, start, count, offset);
      for (let i = 0; i < count; i++) {
        const label = labels[start + i]!;
        const nearest = this.#nearest(i * K, this.#home(label) * K);
        if (nearest === label) this.#correct += 1;
        if (networkArgmax) {
          this.#compared += 1;
          if (networkArgmax[start + i] !== nearest) this.#mismatched += 1;
        }
      }
      this.#rows += count;
    }
  }

  /** Fills the scores ⟨r_i, Mc_c⟩ of one tile, and the variance along the span. */
  #project(
    values: Float32Array | Float64Array,
    labels: Int32Array,
    start: number,
    count: number,
    offset: number,
  ): void {
    const { classes: K, dimension: d, means } = this.#statistics;
    const from = offset + start * d;
    const residuals = this.#residuals;
    residuals.set(values.subarray(from, from + count * d));
    for (let i = 0; i < count; i++) {
      const label = labels[start + i]!;
      if (!(label >= 0 && label < K)) throw new RangeError(`label ${label} is not one of ${K} classes`);
      subtract(residuals, i * d, means, this.#home(label) * d, d);
    }
    const width = this.#axisCount;
    const projections = this.#projections;
    multiplyTransposed(residuals, count, this.#axes, width, d, projections);
    if (!this.#combine) return;
    for (let i = 0; i < count; i++) {
      for (let r = 0, at = i * width; r < width; r++, at++) this.#within[r]! += projections[at]! * projections[at]!;
      // The slot comes first: it may make room in the block.
      const slot = this.#outer?.slot();
      if (slot !== undefined) this.#outer!.block.set(projections.subarray(i * width, (i + 1) * width), slot);
    }
    multiplyTransposed(projections, count, this.#combine, K, width, this.#scores);
  }

  /** The class whose mean a residual is taken from: its own, or any with samples where its own has none. */
  #home(label: number): number {
    return this.#statistics.counts[label]! > 0 ? label : this.#fallback;
  }

  #nearest(score: number, distance: number): number {
    let best = -1;
    let most = -Infinity;
    for (const c of this.#contenders) {
      const value = this.#scores[score + c]! - this.#halfDistances[distance + c]!;
      if (value > most) {
        most = value;
        best = c;
      }
    }
    return best;
  }

  /** Takes in what another pass over the same statistics and span has seen. */
  merge(other: SecondPass): void {
    if (other.#statistics.centredMeans !== this.#statistics.centredMeans || other.#span !== this.#span) {
      throw new RangeError('second passes can be merged only over the same statistics and span');
    }
    if (!this.#outer !== !other.#outer) throw new RangeError('only one of these second passes gathers a matrix');
    if (this.#outer && other.#outer) this.#outer.merge(other.#outer);
    this.#rows += other.#rows;
    this.#correct += other.#correct;
    this.#compared += other.#compared;
    this.#mismatched += other.#mismatched;
    for (let r = 0; r < this.#within.length; r++) this.#within[r]! += other.#within[r]!;
  }

  /** Throws RangeError when no row was added. */
  finish(): SecondPassResult {
    if (this.#rows === 0) throw new RangeError('the second pass has seen no rows');
    const nearestCentre: NearestCentreShares = { accuracy: this.#correct / this.#rows };
    if (this.#compared > 0) nearestCentre.mismatch = this.#mismatched / this.#compared;
    if (!this.#span) return { nearestCentre };
    const span: MeanSpan = { ...this.#span, within: this.#within.map((sum) => sum / this.#rows) };
    if (this.#outer) span.withinMatrix = this.#outer.mean(this.#rows);
    return { nearestCentre, span };
  }
}

/** Equal means score equal up to rounding only, so ties between them are settled here, for the smaller class. */
function contenders({ classes: K, counts }: ClassStatistics, halfDistances: Float64Array): Int32Array {
  const found: number[] = [];
  for (let c = 0; c < K; c++) {
    if (counts[c] !== 0 && !found.some((smaller) => halfDistances[c * K + smaller] === 0)) found.push(c);
  }
  return Int32Array.from(found);
}

function scaledLeft(span: MeanSpan, classes: number): Float64Array {
  const scaled = span.left.slice();
  for (let c = 0; c < classes; c++) {
    for (let r = 0; r < span.rank; r++) scaled[c * span.rank + r]! *= span.singularValues[r]!;
  }
  return scaled;
}

/** Through the Gram matrix; means that nearly coincide, whose distance would cancel there, from their difference. */
function halfSquaredDistances(statistics: ClassStatistics): Float64Array {
  const { classes: K, dimension: d, centredMeans } = statistics;
  const out = gram(centredMeans, K, d);
  const squares = Float64Array.from({ length: K }, (_, c) => out[c * K + c]!);
  const difference = new Float64Array(d);
  for (let a = 0; a < K; a++) {
    out[a * K + a] = 0;
    for (let b = 0; b < a; b++) {
      const mean = (squares[a]! + squares[b]!) / 2;
      const half = halfSquaredDistance(mean, out[a * K + b]!, centredMeans, a, b, difference);
      out[a * K + b] = half;
      out[b * K + a] = half;
    }
  }
  return out;
}

function subtract(values: Float64Array, at: number, means: Float64Array, mean: number, length: number): void {
  for (let j = 0; j < length; j++) values[at + j]! -= means[mean + j]!;
}
