/** Rank correlation of Spearman: Pearson's of the ranks, ties at their mean rank. NaN where one does not vary. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [ranks(a), ranks(b)];
  const middle = (a.length - 1) / 2;
  let [pp, qq, pq] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    pp += (p[i]! - middle) ** 2;
    qq += (q[i]! - middle) ** 2;
    pq += (p[i]! - middle) * (q[i]! - middle);
  }
  return pq / Math.sqrt(pp * qq);
}

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
}
