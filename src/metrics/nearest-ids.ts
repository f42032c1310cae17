/** What someone may have meant who wrote an id that does not exist. */

/** The `count` ids that are most like `text`, best first. */
export function nearestIds(text: string, ids: readonly string[], count = 3): string[] {
  const wanted = text.toLowerCase();
  return ids
    .map((id, order) => ({ id, order, away: unlikeness(wanted, id.toLowerCase()) }))
    .sort((a, b) => a.away - b.away || a.order - b.order)
    .slice(0, count)
    .map(({ id }) => id);
}

/** Edits that turn one into the other; what only leaves out a part of the id counts as a small difference. */
function unlikeness(wanted: string, id: string): number {
  if (wanted === id) return 0;
  const whole = edits(wanted, id);
  if (wanted.length >= 3 && id.includes(wanted)) return Math.min(whole, 0.5 + (id.length - wanted.length) / 100);
  const parts = id.split('.').map((part) => edits(wanted, part) + 1);
  return Math.min(whole, ...parts);
}

/** Levenshtein distance, two neighbouring letters exchanged counting once. */
function edits(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
