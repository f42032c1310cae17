/** NumPy's .npz: a zip of .npy entries. Stored ones are read in place, deflated ones as a stream. */
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import { Readable } from 'node:stream';
import { Fault } from '../protocol/faults';
import type { ArrayFile, SkippedArray } from './array';
import { compressedBytes, fileBytes, LARGEST_RATIO, peek, truncated, type CompressedRange } from './bytes';
import type { FileFormat } from './format';
import { readNpy, type NpySource } from './npy';
import { notReadYet } from './other-formats';
import type { StoredArray } from './stored';
import { storedFile } from './stored-source';

const MOST_ENTRIES = 20_000;

export const npz: FileFormat = {
  matches: ({ head }) => isZip(head),
  open: ({ path: file, handle, size }) => openNpz(file, handle, size),
};

function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && head[3] === head[2] + 1;
}

/** @throws Fault E_TRUNCATED, E_DAMAGED, E_FORMAT, E_NOT_AN_ARRAY_FILE; arrays of other types are skipped with a reason */
async function openNpz(file: string, handle: FileHandle, size: number): Promise<ArrayFile> {
  const base = path.basename(file);
  const stored: StoredArray[] = [];
  const skipped: SkippedArray[] = [];
  for (const { entry, start } of await directory(handle, size, base)) {
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

interface Located {
  entry: Entry;
  /** Position of the entry's first byte of data. */
  start: number;
}

async function directory(handle: FileHandle, size: number, base: string): Promise<Located[]> {
  const found: Located[] = [];
  const names: string[] = [];
  try {
    const zip: ZipFile = await fromRandomAccessReaderPromise(new HandleReader(handle), size, {
      autoClose: false,
      lazyEntries: true,
    });
    if (zip.entryCount > MOST_ENTRIES) {
      throw new Fault('E_TOO_LARGE', `${base} holds ${zip.entryCount} arrays; at most ${MOST_ENTRIES} are read.`);
    }
    for await (const entry of zip.eachEntry()) {
      names.push(entry.fileName);
      if (!entry.fileName.endsWith('.npy')) continue;
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
      if (fileDataStart + entry.compressedSize > size) throw truncated(`${base}: ${entry.fileName}`);
      found.push({ entry, start: fileDataStart });
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new Fault(
      'E_TRUNCATED',
      `${base} has no readable zip directory: it was cut off or is damaged; save it again with np.savez.`,
      message,
    );
  }
  if (found.length === 0 && names.length > 0) {
    if (names.some((name) => name.endsWith('/data.pkl') || name === 'data.pkl')) throw notReadYet(base, '.pt');
    throw new Fault('E_NOT_AN_ARRAY_FILE', `${base} is a zip file without .npy arrays; save arrays with np.savez.`);
  }
  return found;
}

const STORED = 0;
const DEFLATED = 8;

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

/** Lets yauzl read through the handle that the arrays are read from. */
class HandleReader extends RandomAccessReader {
  constructor(private readonly handle: FileHandle) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.handle.read(buffer, offset, length, position).then(
      ({ bytesRead }) => {
        callback(bytesRead < length ? new Error('unexpected end of file') : null);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  override _readStreamForRange(): Readable {
    return Readable.from([]);
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}
