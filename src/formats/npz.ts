/** NumPy's .npz: a zip of .npy entries. Stored ones are read in place, deflated ones as a stream. */
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Entry } from 'yauzl';
import { Fault } from '../protocol/faults';
import type { ArrayFile, SkippedArray } from './array';
import { compressedBytes, fileBytes, LARGEST_RATIO, peek, type CompressedRange } from './bytes';
import type { OpenedFile } from './format';
import { readNpy, type NpySource } from './npy';
import type { StoredArray } from './stored';
import { storedFile } from './stored-source';
import { DEFLATED, STORED, type Located } from './zip';

/** @throws Fault E_TRUNCATED, E_DAMAGED, E_FORMAT, E_NOT_AN_ARRAY_FILE; arrays of other types are skipped with a reason */
export async function openNpz(
  { path: file, base, handle }: OpenedFile,
  entries: ReadonlyMap<string, Located>,
): Promise<ArrayFile> {
  const stored: StoredArray[] = [];
  const skipped: SkippedArray[] = [];
  const arrays = [...entries.values()].filter(({ entry }) => entry.fileName.endsWith('.npy'));
  if (arrays.length === 0 && entries.size > 0) {
    throw new Fault('E_NOT_AN_ARRAY_FILE', `${base} is a zip file without .npy arrays; save arrays with np.savez.`);
  }
  for (const { entry, start } of arrays) {
    const name = entry.fileName.slice(0, -'.npy'.length);
    try {
      stored.push(await readNpy(npySource(file, handle, entry, start, name)));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'E_DTYPE') throw error;
      skipped.push({ name, reason: error.message });
    }
  }
  return storedFile(file, handle, stored, skipped);
}

function npySource(file: string, handle: FileHandle, entry: Entry, start: number, name: string): NpySource {
  const label = `${path.basename(file)}: ${name}`;
  const { compressedSize, compressionMethod, uncompressedSize } = entry;
  if (entry.isEncrypted()) throw new Fault('E_DAMAGED', `${label} is encrypted; save it again without a password.`);
  if (compressionMethod === STORED) {
    const bytes = fileBytes(handle, start, label);
    return {
      name,
      label,
      size: compressedSize,
      head: async (length) => {
        const target = new Uint8Array(Math.min(length, compressedSize));
        await bytes.readAt(target, 0);
        return target;
      },
      from: (offset) => fileBytes(handle, start + offset, label),
    };
  }
  if (compressionMethod !== DEFLATED) {
    throw new Fault(
      'E_FORMAT',
      `${label} is compressed by zip method ${compressionMethod}, which is not read; save it with np.savez or np.savez_compressed.`,
    );
  }
  const range: CompressedRange = {
    path: file,
    method: 'deflate',
    start,
    length: compressedSize,
    crc32: entry.crc32,
    label,
  };
  return {
    name,
    label,
    size: Math.min(uncompressedSize, compressedSize * LARGEST_RATIO),
    head: (length) => peek(range, length),
    from: (offset) => compressedBytes(range, offset),
  };
}
