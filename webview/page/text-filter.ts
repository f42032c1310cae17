/** A filter as people type it: every word must occur, in any order, capitals and accents aside. */

export function matches(text: string, filter: string): boolean {
  const plain = folded(text);
  return folded(filter)
    .split(/\s+/)
    .every((word) => plain.includes(word));
}

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
