/** Any array file, opened by what it holds. */
import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayFile } from './array';
import { StoredArrayFile } from './array-file';
import { compressedBytes, fileBytes, LARGEST_RATIO, peek, type CompressedRange } from './bytes';
import { isIdx, readIdx } from './idx';
import { arrayNameOf } from './names';
import { isNpy, readNpy } from './npy';
import { isZip, openNpz } from './npz';
import { notReadYet, otherFormat, otherFormatOf } from './other-formats';
import { isSafetensors, openSafetensors } from './safetensors';

export { DATA_EXTENSIONS, isArrayFile } from './names';

/** Enough for every magic number and a whole IDX header. */
const HEAD_BYTES = 64;

/**
 * Opens a file of arrays; only its headers are read. Close it when done.
 * @throws Fault E_NOT_FOUND, E_NOT_READABLE, E_NOT_AN_ARRAY_FILE, E_FORMAT, E_TRUNCATED, E_DAMAGED, E_DTYPE, E_TOO_LARGE
 */
export async function openArrays(file: string): Promise<ArrayFile> {
  const absolute = path.resolve(file);
  const base = path.basename(absolute);
  let handle: FileHandle;
  let size: number;
  try {
    const facts = await stat(absolute);
    if (!facts.isFile()) {
      const what = facts.isDirectory() ? 'a folder' : 'not a regular file';
      throw new Fault('E_NOT_AN_ARRAY_FILE', `${base} is ${what}; choose a .npy, .npz, .safetensors or IDX file.`);
    }
    size = facts.size;
    handle = await open(absolute, 'r');
  } catch (error) {
    throw error instanceof Fault ? error : cannotOpen(error, absolute);
  }
  try {
    return await openBy(absolute, handle, size);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openBy(file: string, handle: FileHandle, size: number): Promise<ArrayFile> {
  const base = path.basename(file);
  const other = otherFormat(base);
  if (other) throw notReadYet(base, other);
  if (size === 0) throw new Fault('E_TRUNCATED', `${base} is empty; save it again.`);
  const bytes = fileBytes(handle, 0, base);
  const head = new Uint8Array(Math.min(HEAD_BYTES, size));
  await bytes.readAt(head, 0);
  if (isNpy(head)) {
    const headOf = async (length: number): Promise<Uint8Array> => {
      const target = new Uint8Array(Math.min(length, size));
      await bytes.readAt(target, 0);
      return target;
    };
    const from = (offset: number): ReturnType<typeof fileBytes> => fileBytes(handle, offset, base);
    const array = await readNpy({ name: arrayNameOf(file), label: base, size, head: headOf, from });
    return new StoredArrayFile(file, handle, [array]);
  }
  if (isZip(head)) return openNpz(file, handle, size);
  if (/\.safetensors$/i.test(base) && size >= 8) return openSafetensors(file, handle, size);
  if (head[0] === 0x1f && head[1] === 0x8b) return openGzip(file, handle, size);
  if (isIdx(head)) {
    const array = readIdx(head, size, arrayNameOf(file), base, (offset) => fileBytes(handle, offset, base));
    return new StoredArrayFile(file, handle, [array]);
  }
  if (isSafetensors(head, size)) return openSafetensors(file, handle, size);
  const known = otherFormatOf(head);
  if (known) throw notReadYet(base, known);
  throw notAnArrayFile(base);
}

/** One array, compressed as a whole: how MNIST and its family are handed out. */
async function openGzip(file: string, handle: FileHandle, size: number): Promise<ArrayFile> {
  const base = path.basename(file);
  const range: CompressedRange = { path: file, method: 'gzip', start: 0, label: base };
  const name = arrayNameOf(file);
  const most = size * LARGEST_RATIO;
  const head = await peek(range, HEAD_BYTES);
  const from = (offset: number): ReturnType<typeof compressedBytes> => compressedBytes(range, offset);
  if (isIdx(head)) return new StoredArrayFile(file, handle, [readIdx(head, most, name, base, from)]);
  if (isNpy(head)) {
    const source = { name, label: base, size: most, head: (length: number) => peek(range, length), from };
    return new StoredArrayFile(file, handle, [await readNpy(source)]);
  }
  throw notAnArrayFile(base);
}

function notAnArrayFile(base: string): Fault {
  return new Fault(
    'E_NOT_AN_ARRAY_FILE',
    `${base} is not an array file that can be read; save the arrays as .npy, .npz, .safetensors or IDX.`,
  );
}

function cannotOpen(error: unknown, file: string): Fault {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  const base = path.basename(file);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Fault('E_NOT_FOUND', `${base} cannot be read: there is no such file; check the path.`, file);
  }
  const why = code === 'EACCES' || code === 'EPERM' ? 'reading it is not permitted' : `opening it failed with ${code}`;
  return new Fault('E_NOT_READABLE', `${base} cannot be read: ${why}.`, file);
}
