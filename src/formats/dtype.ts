/** Element types: their sizes, and their bytes as numbers. */
import type { DType } from './array';
import { float8Table, type Float8 } from './float8';

/** Bytes per element; text has its own size in each file. */
export const ITEM_SIZE: Readonly<Record<Exclude<DType, 'string'>, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float16: 2,
  bfloat16: 2,
  float8_e4m3fn: 1,
  float8_e5m2: 1,
  float8_e4m3fnuz: 1,
  float8_e5m2fnuz: 1,
  float8_e8m0fnu: 1,
  float32: 4,
  float64: 8,
};

export type Values = Float32Array | Float64Array;

export function isFloat(dtype: DType): boolean {
  return /^b?float\d+/.test(dtype);
}

/** Turns big-endian elements into little-endian ones, in place. */
export function swapBytes(bytes: Uint8Array, itemSize: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (itemSize === 2) buffer.swap16();
  else if (itemSize === 4) buffer.swap32();
  else if (itemSize === 8) buffer.swap64();
}

/**
 * `count` little-endian elements from `offset` (a multiple of the element's size) as numbers into `out`.
 * 64-bit integers beyond 2⁵³ are rounded.
 */
export function decode(dtype: DType, buffer: ArrayBuffer, offset: number, count: number, out: Values): void {
  switch (dtype) {
    case 'bool':
    case 'uint8':
      out.set(new Uint8Array(buffer, offset, count));
      return;
    case 'int8':
      out.set(new Int8Array(buffer, offset, count));
      return;
    case 'int16':
      out.set(new Int16Array(buffer, offset, count));
      return;
    case 'uint16':
      out.set(new Uint16Array(buffer, offset, count));
      return;
    case 'int32':
      out.set(new Int32Array(buffer, offset, count));
      return;
    case 'uint32':
      out.set(new Uint32Array(buffer, offset, count));
      return;
    case 'float32':
      out.set(new Float32Array(buffer, offset, count));
      return;
    case 'float64':
      out.set(new Float64Array(buffer, offset, count));
      return;
    case 'int64':
    case 'uint64':
      decodeInt64(buffer, offset, count, out, dtype === 'int64');
      return;
    case 'float16': {
      const bits = new Uint16Array(buffer, offset, count);
      const table = halfTable();
      for (let i = 0; i < count; i++) out[i] = table[bits[i]!]!;
      return;
    }
    case 'bfloat16':
      decodeBfloat16(buffer, offset, count, out);
      return;
    case 'float8_e4m3fn':
    case 'float8_e5m2':
    case 'float8_e4m3fnuz':
    case 'float8_e5m2fnuz':
    case 'float8_e8m0fnu':
      decodeFloat8(dtype, buffer, offset, count, out);
      return;
    case 'string':
      throw new TypeError('text has no numbers');
  }
}

function decodeInt64(buffer: ArrayBuffer, offset: number, count: number, out: Values, signed: boolean): void {
  const low = new Uint32Array(buffer, offset, 2 * count);
  const high = signed ? new Int32Array(buffer, offset, 2 * count) : low;
  for (let i = 0; i < count; i++) out[i] = high[2 * i + 1]! * 4294967296 + low[2 * i]!;
}

/** bfloat16 is the upper half of a float32. */
function decodeBfloat16(buffer: ArrayBuffer, offset: number, count: number, out: Values): void {
  const bits = new Uint16Array(buffer, offset, count);
  const word = new Uint32Array(1);
  const value = new Float32Array(word.buffer);
  for (let i = 0; i < count; i++) {
    word[0] = bits[i]! << 16;
    out[i] = value[0]!;
  }
}

function decodeFloat8(dtype: Float8, buffer: ArrayBuffer, offset: number, count: number, out: Values): void {
  const bits = new Uint8Array(buffer, offset, count);
  const table = float8Table(dtype);
  for (let i = 0; i < count; i++) out[i] = table[bits[i]!]!;
}

let halves: Float32Array | undefined;

/** Every float16 bit pattern as a number: a table of 64K entries is faster than arithmetic per element. */
function halfTable(): Float32Array {
  if (halves) return halves;
  halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) halves[bits] = half(bits);
  return halves;
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
