const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Order of people: `layer2` before `layer10`; equal up to case is decided by code units, so that it never varies. */
export function naturally(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
