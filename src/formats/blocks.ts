/** Stored bytes as blocks of rows: C order is read straight through, Fortran order in strides. */
import { Fault } from '../protocol/faults';
import { rowLength, type RowBlock, type RowOptions } from './array';
import { decode, swapBytes, type Values } from './dtype';
import { readAll } from './bytes';
import type { StoredArray } from './stored';

/** A block is made smaller than asked for rather than larger than this. */
const BLOCK_BYTES = 32 * 1024 * 1024;
/** Fortran order: rows are gathered from slabs of about this size, so that each stride is a long read. */
const SLAB_BYTES = 64 * 1024 * 1024;
/** Fortran order in a compressed file has to be inflated as a whole; up to this. */
export const INFLATE_BYTES = 256 * 1024 * 1024;
const ROW_BYTES = 1024 * 1024 * 1024;
/** Strides in flight at once. */
const READS = 32;

/** @throws Fault E_DTYPE, E_TOO_LARGE, E_TRUNCATED, E_DAMAGED, E_FORTRAN_COMPRESSED */
export async function* blocksOf(array: StoredArray, options: RowOptions): AsyncGenerator<RowBlock> {
  const { info, label } = array;
  if (info.dtype === 'string') throw new Fault('E_DTYPE', `${label} holds text, not numbers; choose another array.`);
  if (!(options.rows >= 1)) throw new RangeError(`rows must be at least 1, not ${options.rows}`);
  if (info.shape.includes(0)) return;
  const bytes = rowLength(info) * array.itemSize;
  if (bytes > ROW_BYTES) {
    throw new Fault('E_TOO_LARGE', `${label} needs ${bytes} bytes for one sample, more than can be read at once.`);
  }
  const rows = Math.min(Math.floor(options.rows), Math.max(1, Math.floor(BLOCK_BYTES / bytes)), info.shape[0] ?? 1);
  if (array.fortran && info.shape.filter((axis) => axis > 1).length > 1) yield* columnMajor(array, rows, options.as);
  else yield* rowMajor(array, rows, options.as);
}

async function* rowMajor(array: StoredArray, rows: number, as: RowOptions['as']): AsyncGenerator<RowBlock> {
  const { info, itemSize } = array;
  const length = rowLength(info);
  const total = info.shape[0] ?? 1;
  const buffer = new ArrayBuffer(rows * length * itemSize);
  // Bytes that already are what was asked for are handed out as they were read.
  const direct = info.dtype === as;
  const out = as === 'float32' ? floats32(direct, buffer, rows * length) : floats64(direct, buffer, rows * length);
  const reader = array.data.reader();
  try {
    for (let start = 0; start < total; start += rows) {
      const count = Math.min(rows, total - start);
      const bytes = new Uint8Array(buffer, 0, count * length * itemSize);
      await reader.fill(bytes);
      if (!array.littleEndian) swapBytes(bytes, itemSize);
      if (!direct) decode(info.dtype, buffer, 0, count * length, out);
      if (start + count === total) await reader.finish();
      yield { start, count, values: out.subarray(0, count * length) };
    }
  } finally {
    await reader.close();
  }
}

function floats32(direct: boolean, buffer: ArrayBuffer, length: number): Float32Array {
  return direct ? new Float32Array(buffer) : new Float32Array(length);
}

function floats64(direct: boolean, buffer: ArrayBuffer, length: number): Float64Array {
  return direct ? new Float64Array(buffer) : new Float64Array(length);
}

/** Rows [start, start+rows) of a column-major array: column f begins at element f·rows. */
interface Slab {
  start: number;
  rows: number;
  buffer: ArrayBuffer;
}

async function* columnMajor(array: StoredArray, rows: number, as: RowOptions['as']): AsyncGenerator<RowBlock> {
  const { info, itemSize } = array;
  const length = rowLength(info);
  const places = rowMajorPlaces(info.shape.slice(1));
  const out: Values = as === 'float32' ? new Float32Array(rows * length) : new Float64Array(rows * length);
  const column: Values = as === 'float32' ? new Float32Array(rows) : new Float64Array(rows);
  for await (const slab of slabs(array, rows)) {
    for (let first = 0; first < slab.rows; first += rows) {
      const count = Math.min(rows, slab.rows - first);
      for (let f = 0; f < length; f++) {
        decode(info.dtype, slab.buffer, (f * slab.rows + first) * itemSize, count, column);
        const place = places ? places[f]! : f;
        for (let row = 0; row < count; row++) out[row * length + place] = column[row]!;
      }
      yield { start: slab.start + first, count, values: out.subarray(0, count * length) };
    }
  }
}

async function* slabs(array: StoredArray, rows: number): AsyncGenerator<Slab> {
  const { info, itemSize, data, label } = array;
  const length = rowLength(info);
  const total = info.shape[0] ?? 1;
  const size = total * length * itemSize;
  const { readAt } = data;
  if (size <= SLAB_BYTES || !readAt) {
    if (size > INFLATE_BYTES) {
      throw new Fault(
        'E_FORTRAN_COMPRESSED',
        `${label} is compressed and in Fortran order, which can be read up to ${INFLATE_BYTES / 1024 / 1024} MB only; save it uncompressed (np.save, np.savez) or in C order (np.ascontiguousarray).`,
      );
    }
    const bytes = new Uint8Array(size);
    await readAll(data.reader(), bytes);
    if (!array.littleEndian) swapBytes(bytes, itemSize);
    yield { start: 0, rows: total, buffer: bytes.buffer };
    return;
  }
  const step = Math.ceil(Math.max(rows, SLAB_BYTES / (length * itemSize)));
  const whole = new ArrayBuffer(step * length * itemSize);
  for (let start = 0; start < total; start += step) {
    const count = Math.min(step, total - start);
    const width = count * itemSize;
    for (let f = 0; f < length; f += READS) {
      const reads: Promise<void>[] = [];
      for (let at = f; at < Math.min(f + READS, length); at++) {
        reads.push(readAt(new Uint8Array(whole, at * width, width), (at * total + start) * itemSize));
      }
      await Promise.all(reads);
    }
    if (!array.littleEndian) swapBytes(new Uint8Array(whole, 0, width * length), itemSize);
    yield { start, rows: count, buffer: whole };
  }
}

/** Where the f-th value of a row, counted in Fortran order, stands in C order; undefined where both agree. */
function rowMajorPlaces(axes: readonly number[]): Int32Array | undefined {
  if (axes.filter((axis) => axis > 1).length <= 1) return undefined;
  const length = axes.reduce((product, axis) => product * axis, 1);
  const places = new Int32Array(length);
  for (let f = 0; f < length; f++) {
    let rest = f;
    let place = 0;
    let stride = length;
    for (const axis of axes) {
      stride /= axis;
      place += (rest % axis) * stride;
      rest = Math.floor(rest / axis);
    }
    places[f] = place;
  }
  return places;
}
