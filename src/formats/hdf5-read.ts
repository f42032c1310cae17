/** The values of an HDF5 dataset, in slabs of rows that fall together with its chunks where they can. */
import { setImmediate } from 'node:timers/promises';
import { Fault } from '../protocol/faults';
import { requireRows, rowLength, type ArrayInfo, type RowBlock, type RowOptions } from './array';
import { decode, swapBytes } from './dtype';
import type { Hdf5Session, Library } from './hdf5-session';
import type { Hdf5Type } from './hdf5-types';
import { TEXT_BYTES, tooMuchText } from './stored-source';
import { textNotNumbers } from './text-not-numbers';

/** Rows are taken from the library in slabs of about this size. */
const SLAB_BYTES = 16 * 1024 * 1024;
/** A row of chunks higher than that is read in several slabs, each of which unpacks its chunks again. */
const CHUNKS_BYTES = 256 * 1024 * 1024;
/** Texts in one slab. */
const SLAB_TEXTS = 4096;

export interface Hdf5Dataset {
  session: Hdf5Session;
  /** Path inside the file, from `/`. */
  at: string;
  /** Names file and array in faults. */
  label: string;
  info: ArrayInfo;
  type: Hdf5Type;
  /** Shape of a chunk; null where the values lie in one piece. */
  chunks: readonly number[] | null;
  /** Text of varying length. */
  vlen: boolean;
  /** Text of one length is filled up with spaces rather than zeros. */
  spacePadded: boolean;
}

/**
 * Part of a dataset in the library's memory: elements [start, start+count) along each axis, row-major.
 * @param use gets the position of the first byte, and may keep nothing of the memory
 * @throws Fault as `Hdf5Session.call`
 */
export function read<T>(
  { session, at, label, info, type, vlen }: Hdf5Dataset,
  start: readonly number[],
  count: readonly number[],
  use: (library: Library, position: number) => T,
): T {
  const elements = count.reduce((product, axis) => product * axis, 1);
  const big = (axes: readonly number[]): bigint[] | null => (info.shape.length === 0 ? null : axes.map(BigInt));
  const run = (library: Library, file: bigint): T => {
    const position = library._malloc(Math.max(1, elements * type.itemSize));
    if (position === 0) throw new Error(`allocation of ${elements * type.itemSize} bytes failed`);
    try {
      const strides = start.map(() => 1);
      if (library.get_dataset_data(file, at, big(count), big(start), big(strides), BigInt(position)) < 0) {
        throw new Error('H5Dread failed');
      }
      const result = use(library, position);
      if (vlen) {
        const counts = big(count);
        if (counts) library.reclaim_vlen_memory_count(file, at, '', BigInt(position), counts);
        else library.reclaim_vlen_memory(file, at, '', BigInt(position));
      }
      return result;
    } finally {
      library._free(position);
    }
  };
  // h5wasm asks for a byte order that an enumeration cannot have, and reads it all the same.
  return session.call(label, run, type.swapped);
}

/** As `ArrayFile.rows`. Memory: a slab, and the chunks that one row of values crosses. */
export async function* hdf5Rows(dataset: Hdf5Dataset, options: RowOptions): AsyncGenerator<RowBlock> {
  const { info, type, label } = dataset;
  if (info.dtype === 'string') throw textNotNumbers(label, 'array');
  requireRows(options);
  if (info.shape.includes(0)) return;
  const length = rowLength(info);
  const total = info.shape[0] ?? 1;
  const step = slabRows(dataset, length * type.itemSize);
  const rows = Math.min(Math.floor(options.rows), step, total);
  const out = options.as === 'float32' ? new Float32Array(rows * length) : new Float64Array(rows * length);
  const bytes = new Uint8Array(Math.min(step, total) * length * type.itemSize);
  for (let slab = 0; slab < total; slab += step) {
    const height = Math.min(step, total - slab);
    const size = height * length * type.itemSize;
    read(dataset, from(info, slab), sized(info, height), ({ HEAPU8 }, position) => {
      bytes.set(HEAPU8.subarray(position, position + size));
    });
    if (type.swapped) swapBytes(bytes, type.itemSize);
    for (let first = 0; first < height; first += rows) {
      const count = Math.min(rows, height - first);
      decode(info.dtype, bytes.buffer, first * length * type.itemSize, count * length, out);
      yield { start: slab + first, count, values: out.subarray(0, count * length) };
    }
    // The library works without pause; whoever wants to cancel gets a turn here.
    await setImmediate();
  }
}

/** @throws Fault E_TOO_LARGE */
function slabRows({ chunks, label }: Hdf5Dataset, rowBytes: number): number {
  if (rowBytes > CHUNKS_BYTES) {
    throw new Fault('E_TOO_LARGE', `${label} needs ${rowBytes} bytes for one sample, more than can be read at once.`);
  }
  const high = chunks?.[0] ?? 1;
  const several = Math.floor(SLAB_BYTES / (high * rowBytes)) * high;
  if (several > 0) return several;
  return high * rowBytes <= CHUNKS_BYTES ? high : Math.floor(CHUNKS_BYTES / rowBytes);
}

/** As `ArrayFile.texts`. @throws Fault E_TOO_LARGE, and what reading throws */
export async function hdf5Texts(dataset: Hdf5Dataset): Promise<string[]> {
  const { info, type, vlen, spacePadded, label } = dataset;
  const length = rowLength(info);
  const total = info.shape[0] ?? 1;
  if (info.shape.includes(0)) return [];
  if (length > SLAB_TEXTS || total * length * Math.max(1, type.itemSize) > TEXT_BYTES) throw tooMuchText(label);
  const texts: string[] = [];
  let bytes = 0;
  const step = Math.max(1, Math.floor(SLAB_TEXTS / length));
  for (let slab = 0; slab < total; slab += step) {
    const height = Math.min(step, total - slab);
    read(dataset, from(info, slab), sized(info, height), ({ HEAPU8 }, position) => {
      const memory = Buffer.from(HEAPU8.buffer, HEAPU8.byteOffset, HEAPU8.length);
      for (let i = 0; i < height * length; i++) {
        const at = position + i * type.itemSize;
        const text = vlen ? textAt(memory, memory.readUInt32LE(at)) : upToZero(memory.subarray(at, at + type.itemSize));
        bytes += text.length;
        texts.push(spacePadded ? text.toString('utf8').replace(/ +$/, '') : text.toString('utf8'));
      }
    });
    if (bytes > TEXT_BYTES) throw tooMuchText(label);
    await setImmediate();
  }
  return texts;
}

/** Text that was never written has no address. */
function textAt(memory: Buffer, address: number): Buffer {
  return address === 0 ? memory.subarray(0, 0) : memory.subarray(address, memory.indexOf(0, address));
}

function upToZero(text: Buffer): Buffer {
  const end = text.indexOf(0);
  return end < 0 ? text : text.subarray(0, end);
}

function from({ shape }: ArrayInfo, row: number): number[] {
  return shape.map((_, axis) => (axis === 0 ? row : 0));
}

function sized({ shape }: ArrayInfo, rows: number): number[] {
  return shape.map((size, axis) => (axis === 0 ? rows : size));
}
