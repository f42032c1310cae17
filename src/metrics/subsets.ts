/** All subsets of a size, or a fixed sample of them where they are too many. */

/**
 * Subsets of {0 … n−1} with `size` members, in lexicographic order, if there are at most `most`; otherwise `most` drawn
 * by a generator with a fixed start, the same on every machine and in every run.
 */
export function subsets(n: number, size: number, most: number): number[][] {
  return choices(n, size) <= most ? allSubsets(n, size) : drawnSubsets(n, size, most);
}

/** n over size; Infinity where it is too large for a number. */
export function choices(n: number, size: number): number {
  let count = 1;
  for (let i = 0; i < size; i++) count = (count * (n - i)) / (i + 1);
  return Math.round(count);
}

function allSubsets(n: number, size: number): number[][] {
  const found: number[][] = [];
  const current = Array.from({ length: size }, (_, i) => i);
  while (size <= n) {
    found.push(current.slice());
    let i = size - 1;
    while (i >= 0 && current[i] === n - size + i) i -= 1;
    if (i < 0) break;
    current[i]! += 1;
    for (let j = i + 1; j < size; j++) current[j] = current[j - 1]! + 1;
  }
  return found;
}

function drawnSubsets(n: number, size: number, count: number): number[][] {
  let state = 0x9e3779b9;
  // Xorshift: period 2³²−1, far more than is drawn.
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * n);
  };
  return Array.from({ length: count }, () => {
    const members = new Set<number>();
    while (members.size < size) members.add(next());
    return Array.from(members).sort((a, b) => a - b);
  });
}
