/** Which sets of classes the samples of a multi-label run carry, and which of them are measured. */

/** Classes of each row, compressed: row i has indices[starts[i] … starts[i+1]), each class once. */
export interface Tags {
  /** Length rows+1. May be a part of a longer array: its first value need not be 0. */
  starts: Int32Array;
  indices: Int32Array;
}

/** Samples with more classes than this are in no set; they count in the loss only. */
export const MOST_TAGS = 5;
/** Sets of each size that are measured at most, those with the most samples: beyond, the algebra takes minutes. */
export const MOST_SETS = 1000;
/** And at most so many that the means of one size stay within 32 MB. */
const MOST_VALUES = 4_194_304;

/** The measured sets of one size, in lexicographic order. */
export interface SetsOfSize {
  size: number;
  sets: readonly (readonly number[])[];
}

export interface Place {
  /** Which entry of `sizes`. */
  group: number;
  /** Which set there. */
  set: number;
}

/**
 * Made once of the tags of all rows that will be measured; every shard looks its rows up in the same one. Sets of one
 * class are all kept; of larger sets the most frequent (the lexicographically smaller where two are equally frequent).
 */
export class TagSets {
  readonly sizes: readonly SetsOfSize[];
  readonly #places = new Map<string, Place>();

  /** @throws RangeError for a class outside [0, K) */
  constructor(
    tags: Tags,
    readonly classes: number,
    readonly dimension: number,
  ) {
    const counts = new Map<string, { set: number[]; count: number }>();
    for (let row = 0; row + 1 < tags.starts.length; row++) {
      const set = setOf(tags, row);
      if (set.length === 0) continue;
      const wrong = set.find((k) => !(k >= 0 && k < classes));
      if (wrong !== undefined) throw new RangeError(`class ${wrong} of row ${row} is not one of ${classes} classes`);
      if (set.length > MOST_TAGS) continue;
      const key = set.join();
      const known = counts.get(key);
      if (known) known.count += 1;
      else counts.set(key, { set, count: 1 });
    }
    const most = Math.max(1, Math.min(MOST_SETS, Math.floor(MOST_VALUES / Math.max(1, dimension))));
    const sizes: SetsOfSize[] = [];
    for (let size = 1; size <= MOST_TAGS; size++) {
      const seen = Array.from(counts.values()).filter(({ set }) => set.length === size);
      seen.sort((a, b) => b.count - a.count || lexicographic(a.set, b.set));
      const kept = (size === 1 ? seen : seen.slice(0, most)).map(({ set }) => set).sort(lexicographic);
      if (kept.length === 0) continue;
      kept.forEach((set, index) => this.#places.set(set.join(), { group: sizes.length, set: index }));
      sizes.push({ size, sets: kept });
    }
    this.sizes = sizes;
  }

  /** Where a row's set is measured; undefined where it is not. */
  placeOf(tags: Tags, row: number): Place | undefined {
    return this.#places.get(setOf(tags, row).join());
  }
}

/** The classes of one row, ascending, each once. */
export function setOf({ starts, indices }: Tags, row: number): number[] {
  const set = Array.from(indices.subarray(starts[row], starts[row + 1])).sort((a, b) => a - b);
  return set.filter((k, i) => k !== set[i - 1]);
}

function lexicographic(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** Throws RangeError when the tags are fewer than the rows. */
export function checkTags({ starts }: Tags, rows: number): void {
  if (starts.length < rows + 1) throw new RangeError(`${rows} rows but tags of only ${starts.length - 1}`);
}

/**
 * Calls `visit` for each run of rows whose sets have the same size, so that they are added in one go.
 * @param labels filled with the set of each row
 */
export function forEachRun(
  sets: TagSets,
  tags: Tags,
  rows: number,
  labels: Int32Array,
  visit: (group: number, start: number, end: number) => void,
): void {
  let start = 0;
  let group = -1;
  for (let row = 0; row < rows; row++) {
    const place = sets.placeOf(tags, row);
    const next = place?.group ?? -1;
    if (next !== group) {
      if (group >= 0) visit(group, start, row);
      start = row;
      group = next;
    }
    labels[row] = place?.set ?? -1;
  }
  if (group >= 0) visit(group, start, rows);
}
