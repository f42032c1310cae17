/** Arrays whose elements lie at any regular steps: views of a tensor, fields of fixed-size records. */
import { Fault } from '../protocol/faults';
import { rowLength, type ArrayInfo, type RowBlock, type RowOptions } from './array';
import type { Bytes } from './bytes';
import { decode, swapBytes, type Values } from './dtype';

export interface StridedArray {
  info: ArrayInfo;
  itemSize: number;
  littleEndian: boolean;
  /** Starts at element 0. */
  data: Required<Pick<Bytes, 'readAt'>>;
  /** Element at which the array begins. */
  offset: number;
  /** Steps in elements, one for each axis. */
  strides: readonly number[];
  /** Names file and array in faults. */
  label: string;
}

/** Elements read at once for a block of rows; a block is made smaller for it. */
const SPAN = 4 * 1024 * 1024;
/** Elements read at once for a single row, or for an array whose rows are mixed with each other. */
const MOST = 32 * 1024 * 1024;

/** Elements from the first to the last one of a shape with these steps, both included. */
export function spanOf(shape: readonly number[], strides: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((last, axis, at) => last + (axis - 1) * (strides[at] ?? 0), 1);
}

/** True where the elements lie one after another in row-major order. */
export function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis] ?? 1;
  }
  return true;
}

/**
 * Rows by gathering: each block reads the stretch of the file that its rows lie in.
 * @throws Fault E_TOO_LARGE, E_TRUNCATED
 */
export async function* stridedRows(array: StridedArray, options: RowOptions): AsyncGenerator<RowBlock> {
  const { info, itemSize, strides, offset, data, label } = array;
  if (info.shape.includes(0)) return;
  const total = info.shape[0] ?? 1;
  const step = info.shape.length === 0 ? 0 : (strides[0] ?? 0);
  const length = rowLength(info);
  const row = spanOf(info.shape.slice(1), strides.slice(1));
  const whole = row + (total - 1) * step;
  // Rows that lie within each other: reading the array once is less than reading it for each block.
  const once = whole <= SPAN || (row > step && whole <= MOST);
  if (Math.max(row, length) > MOST || (!once && row > step)) {
    throw new Fault(
      'E_TOO_LARGE',
      `${label} lies in the file in an order that can be read up to ${MOST} values only; save it with .contiguous().`,
    );
  }
  const rows = blockRows(options.rows, total, Math.max(length, once ? 1 : step, 1));
  const places = placesOf(info.shape.slice(1), strides.slice(1), length);
  const window = new ArrayBuffer((once ? whole : row + (rows - 1) * step) * itemSize);
  const numbers = valuesOf(options, window.byteLength / itemSize);
  const out = valuesOf(options, rows * length);
  const load = async (first: number, elements: number): Promise<void> => {
    const bytes = new Uint8Array(window, 0, elements * itemSize);
    await data.readAt(bytes, (offset + first) * itemSize);
    if (!array.littleEndian) swapBytes(bytes, itemSize);
    decode(info.dtype, window, 0, elements, numbers);
  };
  if (once) await load(0, whole);
  for (let start = 0; start < total; start += rows) {
    const count = Math.min(rows, total - start);
    if (!once) await load(start * step, row + (count - 1) * step);
    for (let at = 0; at < count; at++) {
      const from = (once ? start + at : at) * step;
      const to = at * length;
      for (let i = 0; i < length; i++) out[to + i] = numbers[from + places[i]!]!;
    }
    yield { start, count, values: out.subarray(0, count * length) };
  }
}

function valuesOf({ as }: RowOptions, length: number): Values {
  return as === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

function blockRows(wanted: number, total: number, elements: number): number {
  if (!(wanted >= 1)) throw new RangeError(`rows must be at least 1, not ${wanted}`);
  return Math.min(Math.floor(wanted), total, Math.max(1, Math.floor(SPAN / elements)));
}

/** Where each value of a row lies, from the row's first one. */
function placesOf(axes: readonly number[], strides: readonly number[], length: number): Float64Array {
  const places = new Float64Array(length);
  let filled = 1;
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    const size = axes[axis] ?? 1;
    // The inner axes are there once; they repeat for each further step of this one.
    for (let at = 1; at < size; at++) {
      for (let i = 0; i < filled; i++) places[at * filled + i] = places[i]! + at * (strides[axis] ?? 0);
    }
    filled *= size;
  }
  return places;
}
