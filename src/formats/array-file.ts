/** An ArrayFile made of stored arrays: what every format ends in. */
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayFile, ArrayInfo, RowBlock, RowOptions, SkippedArray } from './array';
import { blocksOf } from './blocks';
import { readAll } from './bytes';
import { describe, type StoredArray } from './stored';

/** Text labels are kept as a whole; a file that claims more is refused. */
const TEXT_BYTES = 256 * 1024 * 1024;

export class StoredArrayFile implements ArrayFile {
  readonly arrays: readonly ArrayInfo[];

  constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly stored: readonly StoredArray[],
    readonly skipped: readonly SkippedArray[] = [],
  ) {
    this.arrays = stored.map(({ info }) => info);
  }

  /** @throws Fault E_NO_SUCH_ARRAY, E_DTYPE, E_TRUNCATED, E_DAMAGED, E_TOO_LARGE, E_FORTRAN_COMPRESSED */
  rows(name: string, options: RowOptions): AsyncIterable<RowBlock> {
    return blocksOf(this.find(name), options);
  }

  /** @throws Fault E_NO_SUCH_ARRAY, E_DTYPE, E_TOO_LARGE, E_TRUNCATED */
  async texts(name: string): Promise<string[]> {
    const array = this.find(name);
    const { info, itemSize, text, label } = array;
    if (!text) throw new Fault('E_DTYPE', `${label} holds ${info.dtype} values, not text.`);
    const count = info.shape.reduce((product, axis) => product * axis, 1);
    if (count * Math.max(1, itemSize) > TEXT_BYTES) {
      throw new Fault('E_TOO_LARGE', `${label} holds too much text for labels; save class numbers instead.`);
    }
    const bytes = Buffer.alloc(count * itemSize);
    await readAll(array.data.reader(), bytes);
    return Array.from({ length: count }, (_, i) => {
      const item = bytes.subarray(i * itemSize, (i + 1) * itemSize);
      return (text === 'utf8' ? item.toString('utf8') : utf32(item, array.littleEndian)).replace(/\0+$/, '');
    });
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private find(name: string): StoredArray {
    const found = this.stored.find(({ info }) => info.name === name);
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

function utf32(bytes: Buffer, littleEndian: boolean): string {
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  return text;
}
