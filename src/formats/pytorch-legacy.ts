/** PyTorch's files before version 1.6: pickles in a row, then the storages in a row. Nothing in them is executed. */
import type { FileHandle } from 'node:fs/promises';
import { Fault } from '../protocol/faults';
import { fileBytes, truncated } from './bytes';
import type { FileFormat, OpenedFile } from './format';
import { unpickle, type PickleHost } from './pickle';
import { PICKLE_BYTES, pickleFault, pickleTooLarge } from './pickle-fault';
import { PickleError, type PickleValue } from './pickle-values';
import { torchHost, TorchStorage } from './pytorch-pickle';
import { torchArrays } from './pytorch-sources';

/** What is read of a file first whose pickles end at an unknown place. */
const FIRST_BYTES = 256 * 1024;
/** The integer that the format begins with, as a pickle writes it. */
const MAGIC = Buffer.from('\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19', 'latin1');
const VERSION = 1001;

/** Until version 1.5, or with `_use_new_zipfile_serialization=False`. */
export const torchPickles: FileFormat = {
  matches: ({ head }) => head[0] === 0x80 && Buffer.from(head.subarray(0, 32)).includes(MAGIC),
  open: async (file) => {
    const { base, handle, size } = file;
    const pickles = await readPickles(file);
    const { root, littleEndian } = pickles;
    const places = await locate(handle, pickles, size, base);
    return torchArrays(
      {
        path: file.path,
        littleEndian,
        storage: (key) => {
          const place = places.get(key);
          if (!place) return undefined;
          return { size: place.size, from: (offset, label) => fileBytes(handle, place.start + offset, label) };
        },
        release: () => handle.close(),
      },
      root,
    );
  },
};

interface Pickles {
  root: PickleValue;
  littleEndian: boolean;
  /** Of the storages, in the order that they lie in behind the pickles. */
  keys: StoredKey[];
  /** Position behind the last pickle. */
  end: number;
}

/** Reads more of the file for as long as the pickles go on. */
async function readPickles({ base, handle, size }: OpenedFile): Promise<Pickles> {
  for (let length = FIRST_BYTES; ; length *= 4) {
    const bytes = new Uint8Array(Math.min(length, size, PICKLE_BYTES));
    await fileBytes(handle, 0, base).readAt(bytes, 0);
    try {
      return parsePickles(bytes);
    } catch (error) {
      if (!(error instanceof PickleError)) throw error;
      if (!error.cut || bytes.length === size) throw pickleFault(error, base);
      if (bytes.length === PICKLE_BYTES) throw pickleTooLarge(base, size);
    }
  }
}

interface StoredKey {
  key: string;
  /** Bytes per element. */
  itemSize: number;
}

/** Magic number, protocol version, facts about the machine, the saved object, the keys of its storages. */
function parsePickles(bytes: Uint8Array): Pickles {
  const sizes = new Map<string, number>();
  const host: PickleHost = {
    ...torchHost,
    persistent: (id) => {
      const storage = torchHost.persistent?.(id);
      if (storage instanceof TorchStorage) sizes.set(storage.key, storage.itemSize);
      return storage;
    },
  };
  let end = 0;
  const read = (): PickleValue => {
    const next = unpickle(bytes, end, host);
    end = next.end;
    return next.value;
  };
  read();
  if (read() !== VERSION) throw new PickleError(`its version is not ${VERSION}, the only one that there is`);
  const system = read();
  const root = read();
  const keys = read();
  if (!Array.isArray(keys)) throw new PickleError('it does not list its storages');
  return {
    root,
    littleEndian: !(system instanceof Map) || system.get('little_endian') !== false,
    keys: (keys as PickleValue[]).map((key) => storedKey(key, sizes)),
    end,
  };
}

function storedKey(key: PickleValue, sizes: ReadonlyMap<string, number>): StoredKey {
  if (typeof key !== 'string') throw new PickleError('a storage has no name');
  return { key, itemSize: sizes.get(key) ?? 0 };
}

interface Place {
  start: number;
  /** In bytes. */
  size: number;
}

/** Each storage is its number of elements in 8 bytes, and the elements. */
async function locate(
  handle: FileHandle,
  { keys, end, littleEndian }: Pickles,
  size: number,
  base: string,
): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  const bytes = fileBytes(handle, 0, base);
  const prefix = Buffer.alloc(8);
  let at = end;
  for (const { key, itemSize } of keys) {
    if (itemSize === 0 || places.has(key)) {
      throw new Fault('E_DAMAGED', `${base} lists a storage that no tensor uses, or twice (${key}): save it again.`);
    }
    await bytes.readAt(prefix, at);
    const elements = Number(littleEndian ? prefix.readBigUInt64LE() : prefix.readBigUInt64BE());
    const place = { start: at + 8, size: elements * itemSize };
    if (place.start + place.size > size) throw truncated(base);
    places.set(key, place);
    at = place.start + place.size;
  }
  return places;
}
