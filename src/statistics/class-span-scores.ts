/** Samples of no class: their mean, and how well a score made of the class means tells them from known samples. */
import { ClassMoments, type NonFinite } from './class-moments';
import { areaUnderCurve } from './area-under-curve';
import type { ClassStatistics, MeanSpan } from './class-statistics';
import { dot, multiplyTransposed, tileRows } from './products';

type Values = Float32Array | Float64Array;

/** What is kept of the out-of-distribution samples. */
export interface UnknownStatistics {
  samples: number;
  /** μ_OOD, length d. */
  mean: Float64Array;
  /** In [0, 1]; ½ where the score tells nothing, 1 where every known sample scores higher. */
  auroc: number;
}

/**
 * Score ‖V(h−μ_G)‖/‖h−μ_G‖ in [0, 1], V the span of the centred class means (rank×d): the share of a sample that lies
 * where the classes are. A sample at μ_G itself has no share anywhere and scores 0. Known samples are held-out data
 * where there is some, else the training data. Memory 8 bytes a sample.
 */
export class ClassSpanScores {
  readonly #statistics: ClassStatistics;
  readonly #span: MeanSpan;
  readonly #unknownMoments: ClassMoments;
  readonly #known: Float64Array[] = [];
  readonly #unknown: Float64Array[] = [];
  readonly #tile: number;
  readonly #centred: Float64Array;
  readonly #projections: Float64Array;

  /** @param statistics of the training data, whose means made the span */
  constructor(statistics: ClassStatistics, span: MeanSpan) {
    this.#statistics = statistics;
    this.#span = span;
    this.#unknownMoments = new ClassMoments(1, statistics.dimension);
    this.#tile = tileRows(statistics.dimension);
    this.#centred = new Float64Array(this.#tile * statistics.dimension);
    this.#projections = new Float64Array(this.#tile * span.rank);
  }

  /** The first unknown row with a NaN or infinite feature, if any came by. */
  get firstNonFinite(): NonFinite | undefined {
    return this.#unknownMoments.firstNonFinite;
  }

  /** Samples of the classes. @param values row-major rows×d, from `offset` */
  addKnown(values: Values, rows: number, offset = 0): void {
    this.#known.push(this.#scores(values, rows, offset));
  }

  /** Samples of no class. */
  addUnknown(values: Values, rows: number, offset = 0): void {
    this.#unknown.push(this.#scores(values, rows, offset));
    this.#unknownMoments.add(values, new Int32Array(rows), rows, offset);
  }

  #scores(values: Values, rows: number, offset: number): Float64Array {
    const { dimension: d, globalMean } = this.#statistics;
    const { rank, directions } = this.#span;
    if (offset + rows * d > values.length) {
      throw new RangeError(`${rows} rows of ${d} features from ${offset} need more than ${values.length} values`);
    }
    const scores = new Float64Array(rows);
    const centred = this.#centred;
    for (let start = 0; start < rows; start += this.#tile) {
      const count = Math.min(this.#tile, rows - start);
      const from = offset + start * d;
      centred.set(values.subarray(from, from + count * d));
      for (let at = 0; at < count * d;) for (let j = 0; j < d; j++) centred[at++]! -= globalMean[j]!;
      multiplyTransposed(centred, count, directions, rank, d, this.#projections);
      for (let i = 0; i < count; i++) {
        const whole = dot(centred, i * d, centred, i * d, d);
        const within = dot(this.#projections, i * rank, this.#projections, i * rank, rank);
        scores[start + i] = whole === 0 ? 0 : Math.min(1, Math.sqrt(within / whole));
      }
    }
    return scores;
  }

  /** Takes in what another instance over the same span has seen. */
  merge(other: ClassSpanScores): void {
    if (other.#span !== this.#span) throw new RangeError('scores can be merged only along the same span');
    for (const scores of other.#known) this.#known.push(scores);
    for (const scores of other.#unknown) this.#unknown.push(scores);
    this.#unknownMoments.merge(other.#unknownMoments);
  }

  /** Throws RangeError when there is no unknown sample, or none that is known. */
  finish(): UnknownStatistics {
    const known = joined(this.#known);
    const unknown = joined(this.#unknown);
    if (known.length === 0 || unknown.length === 0) {
      throw new RangeError('scores need known samples and unknown ones to tell apart');
    }
    const { means } = this.#unknownMoments.finish();
    return { samples: unknown.length, mean: means, auroc: areaUnderCurve(known, unknown) };
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
