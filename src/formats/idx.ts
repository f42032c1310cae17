/** IDX, the format of MNIST and its family: two zero bytes, type, number of axes, axes, values; all big-endian. */
import { Fault } from '../protocol/faults';
import type { DType } from './array';
import { fileBytes, type Bytes } from './bytes';
import { ITEM_SIZE } from './dtype';
import type { FileFormat } from './format';
import { arrayNameOf } from './names';
import { checkSize, type StoredArray } from './stored';
import { storedFile } from './stored-source';

const TYPES: Record<number, Exclude<DType, 'string'>> = {
  0x08: 'uint8',
  0x09: 'int8',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
};

export const idx: FileFormat = {
  matches: ({ head }) => isIdx(head),
  open: async ({ path: file, base, handle, size, head }) =>
    storedFile(file, handle, [
      readIdx(head, size, arrayNameOf(file), base, (offset) => fileBytes(handle, offset, base)),
    ]),
};

export function isIdx(head: Uint8Array): boolean {
  const axes = head[3] ?? 0;
  return head[0] === 0 && head[1] === 0 && TYPES[head[2] ?? 0] !== undefined && axes >= 1 && axes <= 8;
}

/**
 * @param head at least the first 4 + 4·axes bytes
 * @param size of the whole (what it can be at most where it is compressed)
 * @throws Fault E_TRUNCATED
 */
export function readIdx(
  head: Uint8Array,
  size: number,
  name: string,
  label: string,
  from: (offset: number) => Bytes,
): StoredArray {
  const bytes = Buffer.from(head);
  const axes = bytes[3]!;
  const begin = 4 + 4 * axes;
  if (bytes.length < begin) {
    throw new Fault('E_TRUNCATED', `${label} ends inside its header: it was cut off; fetch or save it again.`);
  }
  const shape = Array.from({ length: axes }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  const dtype = TYPES[bytes[2]!]!;
  const itemSize = ITEM_SIZE[dtype];
  checkSize(shape, itemSize, size - begin, label);
  return { info: { name, dtype, shape }, itemSize, littleEndian: false, fortran: false, data: from(begin), label };
}
