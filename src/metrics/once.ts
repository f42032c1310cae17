/** What several metrics of one layer share is computed once. */
import type { MetricInput } from './metric';

/** The same function, its last results remembered for as long as their inputs live. */
export function oncePerInput<T>(compute: (input: MetricInput) => T): (input: MetricInput) => T {
  const known = new WeakMap<MetricInput, { result: T }>();
  return (input) => {
    let entry = known.get(input);
    if (!entry) known.set(input, (entry = { result: compute(input) }));
    return entry.result;
  };
}
