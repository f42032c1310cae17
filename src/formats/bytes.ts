/** Where an array's bytes come from: a range of a file, or a compressed stream that is read from its start. */
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { pipeline, type Transform } from 'node:stream';
import { crc32, createGunzip, createInflateRaw } from 'node:zlib';
import { Fault } from '../protocol/faults';

/** Compressed input is taken in steps of this size, and so is what comes out. */
const CHUNK_BYTES = 1024 * 1024;

/** Deflate cannot shrink anything further than 1 : 1032. */
export const LARGEST_RATIO = 1032;

/** Reads forward; `fill` takes exactly as many bytes as the target holds. */
export interface Reader {
  fill(target: Uint8Array): Promise<void>;
  /** Reads on to the end, where a compressed stream has its checksum. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

export interface Bytes {
  /** Present where any position can be read at once, that is: not compressed. */
  readAt?: (target: Uint8Array, position: number) => Promise<void>;
  /** Starts at the first byte. */
  reader(): Reader;
}

/** Bytes that can be read at any position. */
export type SeekableBytes = Bytes & Required<Pick<Bytes, 'readAt'>>;

/** Bytes whose reader goes forward by reading at one position after the other. */
export function seekableBytes(readAt: SeekableBytes['readAt']): SeekableBytes {
  return {
    readAt,
    reader: () => {
      let position = 0;
      return {
        fill: async (target) => {
          await readAt(target, position);
          position += target.length;
        },
        finish: async () => {},
        close: async () => {},
      };
    },
  };
}

/** Bytes [start, …) of an open file. `label` names the file in faults. */
export function fileBytes(handle: FileHandle, start: number, label: string): SeekableBytes {
  return seekableBytes(async (target, position) => {
    let done = 0;
    while (done < target.length) {
      const { bytesRead } = await handle.read(target, done, target.length - done, start + position + done);
      if (bytesRead === 0) throw truncated(label);
      done += bytesRead;
    }
  });
}

export interface CompressedRange {
  path: string;
  method: 'gzip' | 'deflate';
  /** First compressed byte and, for a part of a file, how many there are. */
  start: number;
  length?: number;
  /** CRC-32 of what comes out; gzip streams carry and check their own. */
  crc32?: number;
  label: string;
}

/** What comes out of a compressed range, after its first `skip` bytes. */
export function compressedBytes(range: CompressedRange, skip: number): Bytes {
  return {
    reader: () => {
      const reader = inflate(range);
      let pending = skip;
      return {
        fill: async (target) => {
          while (pending > 0) {
            const step = Math.min(pending, CHUNK_BYTES);
            await reader.fill(new Uint8Array(step));
            pending -= step;
          }
          await reader.fill(target);
        },
        finish: () => reader.finish(),
        close: () => reader.close(),
      };
    },
  };
}

/** Fills the target, which is all there is, and closes the reader. */
export async function readAll(reader: Reader, target: Uint8Array): Promise<void> {
  try {
    await reader.fill(target);
    await reader.finish();
  } finally {
    await reader.close();
  }
}

/** The first bytes of a compressed range: `limit` of them, or all where there are fewer. */
export async function peek(range: CompressedRange, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = open(range, 64 * 1024);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) break;
    }
  } catch (error) {
    // What came out before the damage may be all that a header needs.
    if (size === 0) throw damage(error, range.label);
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

function open(range: CompressedRange, chunkSize = CHUNK_BYTES): Transform {
  const inflater = range.method === 'gzip' ? createGunzip({ chunkSize }) : createInflateRaw({ chunkSize });
  // An empty compressed range is an empty stream; `end` is inclusive and cannot say so.
  if (range.length === 0) {
    inflater.end();
    return inflater;
  }
  const end = range.length === undefined ? {} : { end: range.start + range.length - 1 };
  const source = createReadStream(range.path, { start: range.start, highWaterMark: chunkSize, ...end });
  // Errors of either end arrive through the inflater, which is the one that is read.
  pipeline(source, inflater, () => {});
  return inflater;
}

function inflate(range: CompressedRange): Reader {
  const stream = open(range);
  const chunks = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  let sum = 0;
  const nextChunk = async (): Promise<IteratorResult<Uint8Array, unknown>> => {
    const next = await chunks.next().catch((error: unknown) => {
      throw damage(error, range.label);
    });
    if (!next.done && range.crc32 !== undefined) sum = crc32(next.value, sum);
    return next;
  };
  let chunk: Uint8Array = new Uint8Array(0);
  return {
    fill: async (target) => {
      let done = 0;
      while (done < target.length) {
        if (chunk.length === 0) {
          const next = await nextChunk();
          if (next.done) throw truncated(range.label);
          chunk = next.value;
        }
        const step = Math.min(chunk.length, target.length - done);
        target.set(chunk.subarray(0, step), done);
        chunk = chunk.subarray(step);
        done += step;
      }
    },
    finish: async () => {
      while (!(await nextChunk()).done);
      if (range.crc32 !== undefined && sum !== range.crc32) throw damage(new Error('wrong CRC-32'), range.label);
    },
    close: async () => {
      stream.destroy();
    },
  };
}

export function truncated(label: string): Fault {
  return new Fault('E_TRUNCATED', `${label} ends too early: it was cut off while it was written; save it again.`);
}

function damage(error: unknown, label: string): Fault {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return truncated(label);
  return new Fault('E_DAMAGED', `${label} cannot be decompressed: it is damaged; save it again.`, message);
}
