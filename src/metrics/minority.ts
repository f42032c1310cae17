/** Which classes are the minority, and whether a run is imbalanced at all. */
import type { MetricInput } from './metric';

/** Classes with fewer samples than this share of the largest class are the minority, unless it is named. */
const MINORITY_SHARE = 0.5;
/** Runs whose largest class is larger than the smallest by more than this factor are imbalanced. */
const IMBALANCED = 1.05;

type Run = Pick<MetricInput, 'statistics' | 'training'>;

/**
 * The minority classes, ascending: those that the manifest names, else those with fewer than half the samples of the
 * largest class. Classes without samples count as minority; names that are not classes of this run are passed over.
 */
export function minorityClasses({ statistics, training }: Run): number[] {
  const { classes, counts } = statistics;
  const named = training?.minority ? new Set(training.minority) : undefined;
  const bound = MINORITY_SHARE * counts.reduce((most, count) => Math.max(most, count), 0);
  return Array.from({ length: classes }, (_, c) => c).filter((c) => (named ? named.has(c) : counts[c]! < bound));
}

/** max n_c / min n_c; infinite where a class has no samples, NaN where none has any. */
export function imbalance(counts: Float64Array): number {
  let most = 0;
  let least = Infinity;
  for (const count of counts) {
    most = Math.max(most, count);
    least = Math.min(least, count);
  }
  return most / least;
}

/** Whether measures of the minority belong in this run: it is imbalanced, or a minority is named. */
export function hasMinority(run: Run): boolean {
  const named = run.training?.minority;
  return named ? named.length > 0 : imbalance(run.statistics.counts) > IMBALANCED;
}
