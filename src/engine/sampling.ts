/** Using fewer samples than there are: the same ones every time, with every class in its share. */

/**
 * `count` row numbers, ascending. Each class gives its share (largest remainders first) and spreads it evenly over its
 * own rows, so that no order of the data, cyclic or sorted, favours a class. Undefined where all rows are used.
 */
export function sampleRows(labels: Int32Array, count: number | undefined): Int32Array | undefined {
  if (count === undefined || count >= labels.length) return undefined;
  const rowsOf = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const rows = rowsOf.get(label);
    if (rows) rows.push(row);
    else rowsOf.set(label, [row]);
  });
  const shares = [...rowsOf].map(([label, rows]) => {
    const exact = (rows.length * count) / labels.length;
    return { label, rows, quota: Math.floor(exact), remainder: exact - Math.floor(exact) };
  });
  let left = count - shares.reduce((sum, { quota }) => sum + quota, 0);
  for (const share of shares.toSorted((a, b) => b.remainder - a.remainder || a.label - b.label)) {
    if (left === 0) break;
    share.quota++;
    left--;
  }
  const used = shares.flatMap(({ rows, quota }) =>
    Array.from({ length: quota }, (_, i) => rows[Math.floor((i * rows.length) / quota)]!),
  );
  return Int32Array.from(used).sort();
}

/** The labels of the rows used. */
export function pickLabels(labels: Int32Array, used: Int32Array | undefined): Int32Array {
  return used ? Int32Array.from(used, (row) => labels[row]!) : labels;
}
