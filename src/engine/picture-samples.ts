/** A few samples of each class, drawn in the picture of collapse: chosen by their labels, projected in the second pass. */
import { type DrawnSamples, drawnClasses, drawnPairs, drawnRows, PictureBasis } from '../geometry/picture';
import type { ClassStatistics } from '../statistics/class-statistics';
import { setOf } from '../statistics/tag-sets';
import type { TagStatistics } from '../statistics/tag-statistics';
import type { LastLayerBatch } from './last-layer';
import type { SampleFacts } from './sample-facts';

export class PictureSamples {
  private readonly basis: PictureBasis;
  private readonly ofClasses: Chosen;
  private readonly ofPairs: Chosen | undefined;
  private readonly labels: [number, number][];

  /** @param statistics of the first pass, over the very rows that `facts` are of */
  constructor(statistics: ClassStatistics, facts: SampleFacts, tags?: TagStatistics) {
    const classes = drawnClasses(statistics.counts);
    this.basis = new PictureBasis(statistics, classes);
    const drawn = new Set(classes);
    this.ofClasses = new Chosen(
      facts.labels.map((label) => (drawn.has(label) ? label : -1)),
      classes,
      this.basis,
    );
    this.labels = facts.tags ? drawnPairs(tags, classes) : [];
    if (!facts.tags || this.labels.length === 0) return;
    const index = new Map(this.labels.map((pair, at) => [pair.join(), at]));
    const pairOf = Int32Array.from(facts.labels, (_, row) => index.get(setOf(facts.tags!, row).join()) ?? -1);
    this.ofPairs = new Chosen(
      pairOf,
      this.labels.map((_, at) => at),
      this.basis,
    );
  }

  add(batch: Pick<LastLayerBatch, 'start' | 'count' | 'values' | 'dimension'>): void {
    this.ofClasses.add(batch);
    this.ofPairs?.add(batch);
  }

  finish(): DrawnSamples {
    const { groups: classes, coordinates } = this.ofClasses;
    const pairs = this.ofPairs && { pairs: this.ofPairs.groups, coordinates: this.ofPairs.coordinates };
    return {
      basis: this.basis,
      classes,
      coordinates,
      ...(pairs ? { pairs: { labels: this.labels, samples: pairs } } : {}),
    };
  }
}

/** Rows chosen from all, in order, and where they lie. */
class Chosen {
  readonly groups: number[];
  readonly coordinates: Float64Array;
  private readonly rows: Int32Array;
  private next = 0;

  /** @param groupOf of each row; −1 for those that are not drawn */
  constructor(
    groupOf: Int32Array,
    groups: readonly number[],
    private readonly basis: PictureBasis,
  ) {
    const at = new Map(groups.map((group, index) => [group, index]));
    this.rows = drawnRows(
      groupOf.map((group) => at.get(group) ?? -1),
      groups.length,
    );
    this.groups = Array.from(this.rows, (row) => groupOf[row]!);
    this.coordinates = new Float64Array(this.rows.length * basis.dimension);
  }

  /** Batches come in order. */
  add({ start, count, values, dimension }: Pick<LastLayerBatch, 'start' | 'count' | 'values' | 'dimension'>): void {
    for (; this.next < this.rows.length && this.rows[this.next]! < start + count; this.next++) {
      const row = this.rows[this.next]! - start;
      const own = this.basis.ofFeatures(values.subarray(row * dimension, (row + 1) * dimension), 1);
      this.coordinates.set(own, this.next * this.basis.dimension);
    }
  }
}
