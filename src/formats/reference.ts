/**
 * `file#array[column]`: one array, by the file it lies in and, in a container, its name; or one of its columns.
 *
 * A trailing `[3]` always is a column. A name that itself ends so is written with `[]` behind it: `a.h5#w[3][]` is the
 * array `w[3]`. A reference that begins with `#` names an array of a file that the context knows (an epoch's own).
 */
import path from 'node:path';
import { DATA_EXTENSIONS, TABLE_EXTENSIONS } from './names';

export interface ParsedReference {
  /** Empty: the file that the context knows. */
  file: string;
  /** Absent: the only array of the file. */
  array?: string;
  /** Of an N×d array, counted from 0; absent: all of it. */
  column?: number;
}

const ENDINGS = [...DATA_EXTENSIONS, ...TABLE_EXTENSIONS];
/** A column, or with nothing inside the sign that there is none. */
const COLUMN = /\[(\d{0,9})\]$/;

/** The `#` after a file name that says its format separates; file and array names may hold others. */
export function parseReference(reference: string): ParsedReference {
  const bracket = COLUMN.exec(reference);
  const parsed = parseWhole(bracket ? reference.slice(0, bracket.index) : reference);
  return bracket?.[1] ? { ...parsed, column: Number(bracket[1]) } : parsed;
}

function parseWhole(reference: string): ParsedReference {
  if (reference.startsWith('#')) return part(reference, 0);
  for (let at = reference.indexOf('#'); at > 0; at = reference.indexOf('#', at + 1)) {
    if (isDataName(reference.slice(0, at))) return part(reference, at);
  }
  const last = reference.lastIndexOf('#');
  const separates = last > 0 && !isDataName(reference) && !/[\\/]/.test(reference.slice(last));
  return separates ? part(reference, last) : { file: reference };
}

function isDataName(name: string): boolean {
  return ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
}

export function formatReference({ file, array, column }: ParsedReference): string {
  const whole = array === undefined ? file : `${file}#${array}`;
  if (column !== undefined) return `${whole}[${column}]`;
  return COLUMN.test(whole) ? `${whole}[]` : whole;
}

/** The reference with its file made absolute, seen from a folder; one without a file stays as it is. */
export function resolveReference(folder: string, reference: string): string {
  const parsed = parseReference(reference);
  if (parsed.file === '') return reference;
  return formatReference({ ...parsed, file: path.resolve(folder, parsed.file) });
}

/** The reference as a manifest in `folder` writes it: relative, with `/` on every platform. */
export function relativeReference(folder: string, reference: string): string {
  const parsed = parseReference(reference);
  if (parsed.file === '') return reference;
  const relative = path.relative(folder, parsed.file).split(path.sep).join('/');
  return formatReference({ ...parsed, file: relative.startsWith('#') ? `./${relative}` : relative });
}

/** The reference for people: the file's base name, the array's name, and the column. */
export function shortReference(reference: string): string {
  const parsed = parseReference(reference);
  return formatReference({ ...parsed, file: path.basename(parsed.file) });
}

function part(reference: string, at: number): ParsedReference {
  const array = reference.slice(at + 1);
  return array === '' ? { file: reference.slice(0, at) } : { file: reference.slice(0, at), array };
}
