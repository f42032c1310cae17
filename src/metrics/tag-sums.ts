/** Set means beside the sums of the single-label means of their classes: what collapse makes parallel. */
import type { ClassStatistics } from '../statistics/class-statistics';
import type { TagStatistics } from '../statistics/tag-statistics';
import { lacksSpread } from './requirements';

/** The means of the samples with one class, row-major A×d, of the A classes seen alone. */
export interface SingleMeans {
  classes: readonly number[];
  dimension: number;
  values: Float64Array;
}

/** The sets of one size whose classes were all seen alone: h̄_S and Σ_{k∈S} h̄_k, both row-major S×d. */
export interface TagSums {
  singles: SingleMeans;
  sets: readonly (readonly number[])[];
  means: Float64Array;
  sums: Float64Array;
}

/** @returns the sums, or why there are none */
export function tagSums(tags: TagStatistics, size: number): TagSums | { notApplicable: string } {
  const alone = tags.multiplicities.find((multiplicity) => multiplicity.size === 1);
  const own = tags.multiplicities.find((multiplicity) => multiplicity.size === size);
  if (!own) return { notApplicable: `no sample has ${size} classes` };
  if (!alone) return { notApplicable: 'no sample has a single class, and the measure starts from the means of those' };
  if (alone.statistics.classes > 1) {
    const lack = lacksSpread(alone.statistics);
    if (lack) return { notApplicable: `among the samples with one class, ${lack}` };
  }
  const d = own.statistics.dimension;
  const singles = { classes: alone.sets.map((set) => set[0]!), dimension: d, values: alone.statistics.means };
  const row = new Map(singles.classes.map((k, at) => [k, at]));
  const complete = own.sets.map((set, at) => ({ set, at })).filter(({ set }) => set.every((k) => row.has(k)));
  if (complete.length === 0) {
    return { notApplicable: `no set of ${size} classes has all its classes also seen alone` };
  }
  const means = new Float64Array(complete.length * d);
  const sums = new Float64Array(complete.length * d);
  complete.forEach(({ set, at }, s) => {
    means.set(rowOf(own.statistics, at), s * d);
    addUp(
      singles,
      set.map((k) => row.get(k)!),
      sums,
      s * d,
    );
  });
  return { singles, sets: complete.map(({ set }) => set), means, sums };
}

/** Σ of these rows of the single-label means, into `out` from `at`. */
export function addUp({ values, dimension: d }: SingleMeans, rows: readonly number[], out: Float64Array, at: number) {
  out.fill(0, at, at + d);
  for (const row of rows) for (let j = 0; j < d; j++) out[at + j]! += values[row * d + j]!;
}

function rowOf({ means, dimension: d }: ClassStatistics, row: number): Float64Array {
  return means.subarray(row * d, (row + 1) * d);
}
