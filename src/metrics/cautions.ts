/** What a reader of these numbers should know about the data behind them, in sentences. */
import type { MetricInput } from './metric';

/** Classes listed by number before "and N more". */
const LISTED = 5;

/** Sentences for the report's warnings, classes by name; none where the data has enough of every class. */
export function cautions({ statistics, role }: MetricInput, classNames: readonly string[] = []): string[] {
  if (role === 'hidden') return [];
  const found: string[] = [];
  const empty = classesWith(statistics.counts, (count) => count === 0);
  if (empty.length > 0)
    found.push(`${subject(empty, classNames, 'has', 'have')} no samples and ${left(empty)} out of the class means.`);
  const single = classesWith(statistics.counts, (count) => count === 1);
  if (single.length > 0) {
    found.push(
      `${subject(single, classNames, 'has', 'have')} only one sample, which pulls NC1 and the trace ratio towards 0.`,
    );
  }
  if (statistics.classes === 2) {
    found.push(
      'With two classes the centred class means are always opposite, so NC2 of the class means is 0 by itself.',
    );
  }
  if (statistics.classes > statistics.dimension + 1) {
    found.push(
      `${statistics.classes} classes cannot form a simplex in ${statistics.dimension} dimensions, so NC2 cannot reach 0.`,
    );
  }
  return found;
}

function classesWith(counts: Float64Array, wanted: (count: number) => boolean): number[] {
  return Array.from(counts.keys()).filter((c) => wanted(counts[c]!));
}

function subject(classes: number[], classNames: readonly string[], one: string, many: string): string {
  const names = classes
    .slice(0, LISTED)
    .map((c) => classNames[c] ?? String(c))
    .join(', ');
  const rest = classes.length > LISTED ? ` and ${classes.length - LISTED} more` : '';
  return classes.length === 1 ? `Class ${names} ${one}` : `Classes ${names}${rest} ${many}`;
}

function left(classes: number[]): string {
  return classes.length === 1 ? 'is left' : 'are left';
}
