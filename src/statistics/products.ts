/** Dense products of row-major float64 matrices, blocked so that rows stay in cache and sums in registers. */

/**
 * out = A Bᵀ: entry (i, j) is ⟨a_i, b_j⟩.
 * @param a row-major, at least aRows×depth
 * @param b row-major, at least bRows×depth
 * @param out row-major aRows×bRows, overwritten
 */
export function multiplyTransposed(
  a: Float64Array,
  aRows: number,
  b: Float64Array,
  bRows: number,
  depth: number,
  out: Float64Array,
): void {
  const aTile = tileRows(depth);
  for (let start = 0; start < aRows; start += aTile) {
    tile(a, start, Math.min(aRows, start + aTile), b, 0, bRows, depth, out, bRows);
  }
}

/** G = A Aᵀ for A row-major rows×depth, both halves filled. */
export function gram(a: Float64Array, rows: number, depth: number): Float64Array {
  const out = new Float64Array(rows * rows);
  const step = Math.max(4, tileRows(depth));
  for (let start = 0; start < rows; start += step) {
    const end = Math.min(rows, start + step);
    tile(a, start, end, a, 0, end, depth, out, rows);
  }
  for (let i = 0; i < rows; i++) for (let j = i + 1; j < rows; j++) out[i * rows + j] = out[j * rows + i]!;
  return out;
}

/** Aᵀ of A row-major rows×columns, as a new array columns×rows. */
export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  const block = 32;
  for (let i0 = 0; i0 < rows; i0 += block) {
    for (let j0 = 0; j0 < columns; j0 += block) {
      const iEnd = Math.min(rows, i0 + block);
      const jEnd = Math.min(columns, j0 + block);
      for (let i = i0; i < iEnd; i++) for (let j = j0; j < jEnd; j++) out[j * rows + i] = a[i * columns + j]!;
    }
  }
  return out;
}

/** Rows of this length that fit half a megabyte, at least 4 and at most 64. */
export function tileRows(length: number): number {
  return Math.max(4, Math.min(64, Math.floor(65536 / Math.max(1, length)) & ~1));
}

/** out[i][j] = ⟨a_i, b_j⟩ for i in [aStart, aEnd), j in [bStart, bEnd): 2×4 sums at a time. */
function tile(
  a: Float64Array,
  aStart: number,
  aEnd: number,
  b: Float64Array,
  bStart: number,
  bEnd: number,
  depth: number,
  out: Float64Array,
  stride: number,
): void {
  let j = bStart;
  for (; j + 3 < bEnd; j += 4) {
    const b0 = j * depth;
    const b1 = b0 + depth;
    const b2 = b1 + depth;
    const b3 = b2 + depth;
    let i = aStart;
    for (; i + 1 < aEnd; i += 2) {
      const a0 = i * depth;
      const a1 = a0 + depth;
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      for (let k = 0; k < depth; k++) {
        const x = a[a0 + k]!;
        const y = a[a1 + k]!;
        const p = b[b0 + k]!;
        const q = b[b1 + k]!;
        const r = b[b2 + k]!;
        const s = b[b3 + k]!;
        s00 += x * p;
        s01 += x * q;
        s02 += x * r;
        s03 += x * s;
        s10 += y * p;
        s11 += y * q;
        s12 += y * r;
        s13 += y * s;
      }
      const o = i * stride + j;
      out[o] = s00;
      out[o + 1] = s01;
      out[o + 2] = s02;
      out[o + 3] = s03;
      out[o + stride] = s10;
      out[o + stride + 1] = s11;
      out[o + stride + 2] = s12;
      out[o + stride + 3] = s13;
    }
    if (i < aEnd) for (let c = j; c < j + 4; c++) out[i * stride + c] = dot(a, i * depth, b, c * depth, depth);
  }
  for (; j < bEnd; j++) {
    for (let i = aStart; i < aEnd; i++) out[i * stride + j] = dot(a, i * depth, b, j * depth, depth);
  }
}

/** ⟨x, y⟩ over `length` values from the given offsets. */
export function dot(x: Float64Array, xOffset: number, y: Float64Array, yOffset: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    s0 += x[xOffset + k]! * y[yOffset + k]!;
    s1 += x[xOffset + k + 1]! * y[yOffset + k + 1]!;
    s2 += x[xOffset + k + 2]! * y[yOffset + k + 2]!;
    s3 += x[xOffset + k + 3]! * y[yOffset + k + 3]!;
  }
  for (; k < length; k++) s0 += x[xOffset + k]! * y[yOffset + k]!;
  return s0 + s1 + (s2 + s3);
}
