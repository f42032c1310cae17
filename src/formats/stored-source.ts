/** An array that lies in its file as plain bytes, as something that can be read. */
import type { FileHandle } from 'node:fs/promises';
import { Fault } from '../protocol/faults';
import type { SkippedArray } from './array';
import { ArrayCollection, type ArraySource } from './array-file';
import { blocksOf } from './blocks';
import { readAll } from './bytes';
import type { StoredArray } from './stored';

/** Text labels are kept as a whole; a file that claims more is refused. */
export const TEXT_BYTES = 256 * 1024 * 1024;

/** @param handle closed with the file */
export function storedFile(
  path: string,
  handle: FileHandle,
  stored: readonly StoredArray[],
  skipped: readonly SkippedArray[] = [],
): ArrayCollection {
  return new ArrayCollection(path, stored.map(storedSource), () => handle.close(), skipped);
}

/** Reading throws Fault E_DTYPE, E_TRUNCATED, E_DAMAGED, E_TOO_LARGE, E_FORTRAN_COMPRESSED. */
export function storedSource(array: StoredArray): ArraySource {
  return {
    info: array.info,
    rows: (options) => blocksOf(array, options),
    ...(array.text === undefined ? {} : { texts: () => texts(array) }),
  };
}

async function texts(array: StoredArray): Promise<string[]> {
  const { info, itemSize, text, label } = array;
  const count = info.shape.reduce((product, axis) => product * axis, 1);
  if (count * Math.max(1, itemSize) > TEXT_BYTES) {
    throw tooMuchText(label);
  }
  const bytes = Buffer.alloc(count * itemSize);
  await readAll(array.data.reader(), bytes);
  return Array.from({ length: count }, (_, i) => {
    const item = bytes.subarray(i * itemSize, (i + 1) * itemSize);
    return (text === 'utf8' ? item.toString('utf8') : utf32(item, array.littleEndian)).replace(/\0+$/, '');
  });
}

export function tooMuchText(label: string): Fault {
  return new Fault('E_TOO_LARGE', `${label} holds too much text for labels; save class numbers instead.`);
}

function utf32(bytes: Buffer, littleEndian: boolean): string {
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  return text;
}
