/** One array, compressed as a whole: how MNIST and its family are handed out. */
import { Fault } from '../protocol/faults';
import { compressedBytes, LARGEST_RATIO, peek, type CompressedRange } from './bytes';
import type { FileFormat } from './format';
import { isIdx, readIdx } from './idx';
import { arrayNameOf } from './names';
import { isNpy, readNpy } from './npy';
import { storedFile } from './stored-source';

/** Enough for a whole IDX header. */
const HEAD_BYTES = 64;

export const gzip: FileFormat = {
  matches: ({ head }) => head[0] === 0x1f && head[1] === 0x8b,
  open: async ({ path: file, base, handle, size }) => {
    const range: CompressedRange = { path: file, method: 'gzip', start: 0, label: base };
    const name = arrayNameOf(file);
    const most = size * LARGEST_RATIO;
    const head = await peek(range, HEAD_BYTES);
    const from = (offset: number): ReturnType<typeof compressedBytes> => compressedBytes(range, offset);
    if (isIdx(head)) return storedFile(file, handle, [readIdx(head, most, name, base, from)]);
    if (isNpy(head)) {
      const source = { name, label: base, size: most, head: (length: number) => peek(range, length), from };
      return storedFile(file, handle, [await readNpy(source)]);
    }
    throw new Fault(
      'E_NOT_AN_ARRAY_FILE',
      `${base} holds neither an IDX nor a .npy array under its gzip compression; unpack it and look what it is.`,
    );
  },
};
