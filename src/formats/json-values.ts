/** Lists of JSON values as arrays. */
import type { DType } from './array';

export interface ListValues {
  dtype: DType;
  shape: number[];
  values: Float64Array | string[];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One list for each key, in the order of the keys; what an object lacks is undefined. */
export function columnsOfRecords(records: readonly Record<string, unknown>[]): Map<string, unknown[]> {
  const columns = new Map<string, unknown[]>();
  records.forEach((record, row) => {
    for (const [key, value] of Object.entries(record)) {
      let column = columns.get(key);
      if (!column) columns.set(key, (column = new Array<unknown>(records.length).fill(undefined)));
      column[row] = value;
    }
  });
  return columns;
}

/** @returns the array, or why the list is none, as the end of a sentence */
export function listValues(list: unknown): ListValues | string {
  if (!Array.isArray(list)) return 'is not a list';
  const values = list as unknown[];
  if (values.length === 0) return { dtype: 'int64', shape: [0], values: new Float64Array(0) };
  if (values.every((value) => typeof value === 'string')) {
    return { dtype: 'string', shape: [values.length], values };
  }
  if (!Array.isArray(values[0])) return numbers(values, [values.length]);
  const length = values[0].length;
  const other = values.findIndex((row) => !Array.isArray(row) || row.length !== length);
  if (other >= 0) return `holds lists of different lengths, seen at position ${other}; every row needs the same`;
  return numbers(values.flat(), [values.length, length]);
}

function numbers(values: readonly unknown[], shape: number[]): ListValues | string {
  const bools = typeof values[0] === 'boolean';
  const kind = bools ? 'boolean' : 'number';
  const other = values.findIndex((value) => typeof value !== kind);
  if (other >= 0) {
    const row = shape.length === 1 ? other : Math.floor(other / shape[1]!);
    return `holds ${what(values[other])} at position ${row}; it takes numbers only, or text only`;
  }
  const out = Float64Array.from(values as number[], Number);
  const dtype = bools ? 'bool' : out.every((value) => Number.isInteger(value)) ? 'int64' : 'float64';
  return { dtype, shape, values: out };
}

function what(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return { string: 'text', boolean: 'true or false', number: 'a number' }[typeof value as string] ?? 'something else';
}
