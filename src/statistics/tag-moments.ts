/** First pass over samples with any number of classes: means by set of classes, and the pick-all-labels loss. */
import { ClassMoments, type NonFinite } from './class-moments';
import { analyseSpan } from './mean-span';
import { crossEntropy, softmaxRow } from './softmax-row';
import { checkTags, forEachRun, setOf, type Tags, type TagSets } from './tag-sets';
import type { TagStatistics } from './tag-statistics';

type Values = Float32Array | Float64Array;

/** Memory 2·d for each measured set. Shards over the same sets may be merged in any order. */
export class TagMoments {
  /** One for each size of sets. */
  readonly #moments: readonly ClassMoments[];
  readonly #row: Float64Array;
  #labels = new Int32Array(0);
  #rows = 0;
  #firstNonFinite: NonFinite | undefined;
  #loss = 0;
  #judged = 0;

  constructor(readonly sets: TagSets) {
    this.#moments = sets.sizes.map(({ sets: own }) => new ClassMoments(own.length, sets.dimension));
    this.#row = new Float64Array(sets.classes);
  }

  /** The first row (counted over all rows) with a NaN or infinite feature, and the smallest of its classes. */
  get firstNonFinite(): NonFinite | undefined {
    return this.#firstNonFinite;
  }

  /**
   * @param values row-major rows×d, from `offset`
   * @param tags classes of each row, from row 0
   * @param logits row-major rows×K, from index 0; with them the loss is taken over all rows that have a class
   */
  add(values: Values, tags: Tags, rows: number, logits?: Values, offset = 0): void {
    const d = this.sets.dimension;
    checkTags(tags, rows);
    if (offset + rows * d > values.length) {
      throw new RangeError(`${rows} rows of ${d} features from ${offset} need more than ${values.length} values`);
    }
    if (this.#labels.length < rows) this.#labels = new Int32Array(rows);
    const labels = this.#labels;
    forEachRun(this.sets, tags, rows, labels, (group, start, end) => {
      const moments = this.#moments[group]!;
      const seen = moments.rows;
      moments.add(values, labels.subarray(start, end), end - start, offset + start * d);
      const found = moments.firstNonFinite;
      if (this.#firstNonFinite || !found || found.row < seen) return;
      const row = start + found.row - seen;
      this.#firstNonFinite = { row: this.#rows + row, label: setOf(tags, row)[0]! };
    });
    if (logits) this.#addLoss(logits, tags, rows);
    this.#rows += rows;
  }

  #addLoss(logits: Values, tags: Tags, rows: number): void {
    const K = this.sets.classes;
    if (logits.length < rows * K) throw new RangeError(`${rows} rows of ${K} logits need more than ${logits.length}`);
    for (let row = 0; row < rows; row++) {
      const set = setOf(tags, row);
      if (set.length === 0) continue;
      this.#row.set(logits.subarray(row * K, (row + 1) * K));
      const softmax = softmaxRow(this.#row, 0, K);
      for (const k of set) this.#loss += crossEntropy(softmax, this.#row[k]!);
      this.#judged += 1;
    }
  }

  /** Takes in what another instance over the same sets has seen; rows count as coming after this one's. */
  merge(other: TagMoments): void {
    if (other.sets !== this.sets) throw new RangeError('tag moments can be merged only over the same sets');
    this.#moments.forEach((moments, group) => moments.merge(other.#moments[group]!));
    if (!this.#firstNonFinite && other.#firstNonFinite) {
      this.#firstNonFinite = { ...other.#firstNonFinite, row: this.#rows + other.#firstNonFinite.row };
    }
    this.#rows += other.#rows;
    this.#loss += other.#loss;
    this.#judged += other.#judged;
  }

  /**
   * Statistics by size with the span of the set means, cut at rank K−1: at collapse they are sums of K single-label
   * means that have a common centre, and directions beyond are noise. The variance along it is for the second pass.
   */
  finish(): TagStatistics {
    const { classes, sizes } = this.sets;
    const multiplicities = sizes.map(({ size, sets }, group) => {
      const statistics = this.#moments[group]!.finish();
      return { size, sets, statistics: { ...statistics, span: analyseSpan(statistics, classes - 1) } };
    });
    if (this.#judged === 0) return { classes, multiplicities };
    return { classes, multiplicities, pickAllLoss: this.#loss / this.#judged };
  }
}
