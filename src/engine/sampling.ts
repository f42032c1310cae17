/** Using fewer samples than there are: evenly spread, the same ones every time. */

/** `count` of `rows` row numbers, ascending and evenly spread; undefined where all are used. */
export function spread(rows: number, count: number | undefined): Int32Array | undefined {
  if (count === undefined || count >= rows) return undefined;
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}

/** The labels of the rows used. */
export function pickLabels(labels: Int32Array, used: Int32Array | undefined): Int32Array {
  return used ? Int32Array.from(used, (row) => labels[row]!) : labels;
}
