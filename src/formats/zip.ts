/** The entries of a zip file, located so that they can be read in place. */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import { Fault } from '../protocol/faults';
import { truncated } from './bytes';

const MOST_ENTRIES = 20_000;

export const STORED = 0;
export const DEFLATED = 8;

export interface Located {
  entry: Entry;
  /** Position of the entry's first byte of data. */
  start: number;
}

/** @throws Fault E_TRUNCATED, E_TOO_LARGE, E_DAMAGED where two entries have one name */
export async function zipEntries(handle: FileHandle, size: number, base: string): Promise<Map<string, Located>> {
  const found = new Map<string, Located>();
  try {
    const zip: ZipFile = await fromRandomAccessReaderPromise(new HandleReader(handle), size, {
      autoClose: false,
      lazyEntries: true,
    });
    if (zip.entryCount > MOST_ENTRIES) {
      throw new Fault('E_TOO_LARGE', `${base} holds ${zip.entryCount} arrays; at most ${MOST_ENTRIES} are read.`);
    }
    for await (const entry of zip.eachEntry()) {
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
      if (fileDataStart + entry.compressedSize > size) throw truncated(`${base}: ${entry.fileName}`);
      if (found.has(entry.fileName)) {
        throw new Fault(
          'E_DAMAGED',
          `${base} holds two entries named ${entry.fileName}, so it is not clear which to read; save it again.`,
        );
      }
      found.set(entry.fileName, { entry, start: fileDataStart });
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new Fault(
      'E_TRUNCATED',
      `${base} has no readable zip directory: it was cut off or is damaged; save it again.`,
      message,
    );
  }
  return found;
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
