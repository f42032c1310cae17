/** Second pass over samples with any number of classes: the variance within sets along the span of the set means. */
import { SpanVariance } from './span-variance';
import { checkTags, forEachRun, type Tags, type TagSets } from './tag-sets';
import type { TagStatistics } from './tag-statistics';

export class TagVariance {
  readonly #sets: TagSets;
  readonly #statistics: TagStatistics;
  readonly #variances: readonly SpanVariance[];
  #labels = new Int32Array(0);

  /** @param statistics what TagMoments over these sets gave */
  constructor(sets: TagSets, statistics: TagStatistics) {
    this.#sets = sets;
    this.#statistics = statistics;
    this.#variances = statistics.multiplicities.map(({ statistics: own }) => {
      if (!own.span) throw new RangeError('tag statistics without the span of the set means have no second pass');
      return new SpanVariance(own, own.span);
    });
  }

  /** @param values row-major rows×d, from `offset`; tags of each row, from row 0 */
  add(values: Float32Array | Float64Array, tags: Tags, rows: number, offset = 0): void {
    checkTags(tags, rows);
    if (this.#labels.length < rows) this.#labels = new Int32Array(rows);
    const labels = this.#labels;
    forEachRun(this.#sets, tags, rows, labels, (group, start, end) => {
      const at = offset + start * this.#sets.dimension;
      this.#variances[group]!.add(values, labels.subarray(start, end), end - start, at);
    });
  }

  /** Takes in what another pass over the same statistics has seen. */
  merge(other: TagVariance): void {
    this.#variances.forEach((variance, group) => variance.merge(other.#variances[group]!));
  }

  /** The statistics with the variance along each span. */
  finish(): TagStatistics {
    const multiplicities = this.#statistics.multiplicities.map((multiplicity, group) => ({
      ...multiplicity,
      statistics: this.#variances[group]!.finish(),
    }));
    return { ...this.#statistics, multiplicities };
  }
}
