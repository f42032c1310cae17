/** A file of arrays, whatever it is made of: what every format ends in. */
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayFile, ArrayInfo, RowBlock, RowOptions, SkippedArray } from './array';
import { describe } from './stored';

/** One array of a file and how it is read. */
export interface ArraySource {
  info: ArrayInfo;
  /** As `ArrayFile.rows`. */
  rows(options: RowOptions): AsyncIterable<RowBlock>;
  /** As `ArrayFile.texts`; present where the array holds text. */
  texts?(): Promise<string[]>;
}

export class ArrayCollection implements ArrayFile {
  readonly arrays: readonly ArrayInfo[];

  /** @param release called once, by `close` */
  constructor(
    readonly path: string,
    private readonly sources: readonly ArraySource[],
    private readonly release: () => Promise<void>,
    readonly skipped: readonly SkippedArray[] = [],
  ) {
    this.arrays = sources.map(({ info }) => info);
  }

  /** @throws Fault E_NO_SUCH_ARRAY, E_DTYPE, and what reading throws */
  rows(name: string, options: RowOptions): AsyncIterable<RowBlock> {
    return this.find(name).rows(options);
  }

  /** @throws Fault E_NO_SUCH_ARRAY, E_DTYPE, and what reading throws */
  async texts(name: string): Promise<string[]> {
    const source = this.find(name);
    if (source.texts) return source.texts();
    const label = `${path.basename(this.path)}: ${name}`;
    throw new Fault('E_DTYPE', `${label} holds ${source.info.dtype} values, not text.`);
  }

  async close(): Promise<void> {
    await this.release();
  }

  private find(name: string): ArraySource {
    const found = this.sources.find(({ info }) => info.name === name);
    if (found) return found;
    const skipped = this.skipped.find((array) => array.name === name);
    if (skipped) throw new Fault('E_DTYPE', skipped.reason);
    throw noSuchArray(this, name);
  }
}

/** @returns the named array, or the only one where no name is given. @throws Fault E_NO_SUCH_ARRAY, E_DTYPE */
export function findArray(file: ArrayFile, name: string | undefined): ArrayInfo {
  if (name === undefined) {
    const [only, second] = file.arrays;
    if (only && !second) return only;
    throw noSuchArray(file, undefined);
  }
  const found = file.arrays.find((array) => array.name === name);
  if (found) return found;
  const skipped = file.skipped.find((array) => array.name === name);
  if (skipped) throw new Fault('E_DTYPE', skipped.reason);
  throw noSuchArray(file, name);
}

function noSuchArray(file: ArrayFile, name: string | undefined): Fault {
  const base = path.basename(file.path);
  const shown = file.arrays.slice(0, 12).map(describe);
  if (file.arrays.length > shown.length) shown.push(`and ${file.arrays.length - shown.length} more`);
  const list = shown.length > 0 ? shown.join(', ') : 'none that can be read';
  const first = file.arrays[0]?.name ?? 'name';
  const message =
    name === undefined
      ? `${base} holds several arrays; say which one as ${base}#${first}: ${list}.`
      : `${base} holds no array named ${name}; it holds ${list}.`;
  return new Fault('E_NO_SUCH_ARRAY', file.arrays.length === 0 ? `${base} holds no array that can be read.` : message);
}
