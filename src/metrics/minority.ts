/** Which classes are the minority of an imbalanced run. */
import type { MetricInput } from './metric';

/**
 * The classes that the manifest names, else those with samples, but fewer than half as many as the largest class.
 * Ascending; empty where the classes are balanced. Source: fang2021, whose minority is given.
 */
export function minorityClasses({ statistics, training }: MetricInput): number[] {
  const { classes, counts } = statistics;
  const named = training?.minority;
  if (named) return Array.from(new Set(named.filter((c) => c >= 0 && c < classes))).sort((a, b) => a - b);
  const half = counts.reduce((most, count) => Math.max(most, count), 0) / 2;
  return Array.from(counts.keys()).filter((c) => counts[c]! > 0 && counts[c]! < half);
}
