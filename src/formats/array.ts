/** One named array in a file, readable as a stream of blocks of rows without holding the file. */

export type DType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'bfloat16'
  | 'float8_e4m3fn'
  | 'float8_e5m2'
  | 'float8_e4m3fnuz'
  | 'float8_e5m2fnuz'
  | 'float8_e8m0fnu'
  | 'float32'
  | 'float64'
  /** Text labels; never model input. */
  | 'string';

export interface ArrayInfo {
  /** Name inside its container; for a file that is one array, the file's base name. */
  name: string;
  dtype: DType;
  /** The first axis is the sample axis. */
  shape: readonly number[];
  /** Pictures of any size: decoded to what the model wants (`OpenOptions.images`). */
  images?: true;
}

/** Rows [start, start+count) as numbers, row-major: `count × rowLength(info)` values. Valid until the next block is asked for. */
export interface RowBlock {
  start: number;
  count: number;
  values: Float32Array | Float64Array;
}

export interface RowOptions {
  /** At most so many rows a block. */
  rows: number;
  /** float32 for model inputs (integers of 8 and 16 bits are exact), float64 where digits matter. */
  as: 'float32' | 'float64';
}

/** An array that is there but cannot be read, and why. */
export interface SkippedArray {
  name: string;
  reason: string;
}

export interface ArrayFile {
  /** Absolute path. */
  path: string;
  arrays: readonly ArrayInfo[];
  /** Arrays of kinds that are not read (Python objects, complex numbers, …). */
  skipped: readonly SkippedArray[];
  /** Every row once, in order, in blocks. Each call starts again from the first row. Memory: O(block). */
  rows(name: string, options: RowOptions): AsyncIterable<RowBlock>;
  /** All values of a text array, in order. */
  texts(name: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Values per row: the product of all axes but the first. */
export function rowLength(info: ArrayInfo): number {
  return info.shape.slice(1).reduce((product, axis) => product * axis, 1);
}

export function isInteger(dtype: DType): boolean {
  return /^(u?int\d+|bool)$/.test(dtype);
}

/** @throws RangeError where fewer than one row at a time is asked for */
export function requireRows({ rows }: RowOptions): void {
  if (!(rows >= 1)) throw new RangeError(`rows must be at least 1, not ${rows}`);
}
