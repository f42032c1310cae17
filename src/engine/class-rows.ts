/** The rows of a batch that have exactly one class: class means are of those. */

type Values = Float32Array | Float64Array;

export interface ClassRows {
  values: Values;
  labels: Int32Array;
  count: number;
  /** Class the network chose for each row. */
  networkArgmax?: Int32Array;
}

/**
 * Packs the rows with a class together; a batch in which every row has one is handed on as it is.
 * @param values count×d, row-major
 * @param labels class of each row, −1 for none or several
 */
export function classRows(
  values: Values,
  dimension: number,
  labels: Int32Array,
  count: number,
  networkArgmax?: Int32Array,
): ClassRows {
  let kept = 0;
  for (let row = 0; row < count; row++) if (labels[row]! >= 0) kept++;
  if (kept === count) return { values, labels, count, ...(networkArgmax ? { networkArgmax } : {}) };
  const packed = values.slice(0, kept * dimension);
  const own = new Int32Array(kept);
  const chosen = networkArgmax && new Int32Array(kept);
  let to = 0;
  for (let row = 0; row < count; row++) {
    if (labels[row]! < 0) continue;
    packed.set(values.subarray(row * dimension, (row + 1) * dimension), to * dimension);
    own[to] = labels[row]!;
    if (chosen) chosen[to] = networkArgmax[row]!;
    to++;
  }
  return { values: packed, labels: own, count: kept, ...(chosen ? { networkArgmax: chosen } : {}) };
}
