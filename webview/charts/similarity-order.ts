/** An order in which similar classes stand together, so that groups show as blocks of a matrix. */

/**
 * Average linkage: the two groups that are most similar on average are joined, with those ends side by side that are
 * most similar, until one is left. Pairs without a cosine count as not similar at all.
 * @param similarity symmetric; n ≤ 100, for it takes n³ steps
 * @returns the numbers 0 … n−1
 */
export function similarityOrder(n: number, similarity: (a: number, b: number) => number | null): number[] {
  const of = (a: number, b: number): number => similarity(a, b) ?? -1;
  // What is compared is kept by group: sums over pairs add up when groups are joined.
  let groups = Array.from({ length: n }, (_, a) => ({
    members: [a],
    sums: Float64Array.from({ length: n }, (__, b) => (a === b ? 0 : of(a, b))),
  }));
  while (groups.length > 1) {
    let best = { i: 0, j: 1, value: -Infinity };
    for (let i = 0; i < groups.length; i++) {
      for (let j = i + 1; j < groups.length; j++) {
        const [x, y] = [groups[i]!, groups[j]!];
        const total = y.members.reduce((sum, b) => sum + x.sums[b]!, 0);
        const value = total / (x.members.length * y.members.length);
        if (value > best.value) best = { i, j, value };
      }
    }
    const [x, y] = [groups[best.i]!, groups[best.j]!];
    const joined = { members: joinEnds(x.members, y.members, of), sums: x.sums.map((sum, b) => sum + y.sums[b]!) };
    groups = [...groups.filter((group) => group !== x && group !== y), joined];
  }
  return groups[0]?.members ?? [];
}

function joinEnds(x: number[], y: number[], of: (a: number, b: number) => number): number[] {
  const [xs, ys] = [x.toReversed(), y.toReversed()];
  const ways = [
    [x, y],
    [x, ys],
    [xs, y],
    [xs, ys],
  ] as const;
  const seam = ([a, b]: readonly [number[], number[]]): number => of(a.at(-1)!, b[0]!);
  return ways.reduce((best, way) => (seam(way) > seam(best) ? way : best)).flat();
}
