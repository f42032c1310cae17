/** PyTorch's files since version 1.6: a zip of a pickle and the tensors' numbers. Nothing in them is executed. */
import type { FileHandle } from 'node:fs/promises';
import { Fault } from '../protocol/faults';
import type { ArrayFile } from './array';
import { fileBytes } from './bytes';
import type { OpenedFile } from './format';
import { unpickle } from './pickle';
import type { PickleValue } from './pickle-values';
import { PICKLE_BYTES, pickleFault, pickleTooLarge } from './pickle-fault';
import { torchHost } from './pytorch-pickle';
import { torchArrays, type StorageBytes } from './pytorch-sources';
import { STORED, type Located } from './zip';

type Entries = ReadonlyMap<string, Located>;

export function isTorchArchive(entries: Entries): boolean {
  return folderOf(entries) !== undefined;
}

/** The folder in the zip that all entries lie in, with its slash. */
function folderOf(entries: Entries): string | undefined {
  const suffix = 'data.pkl';
  const pickle = [...entries.keys()].find((name) => name === suffix || /^[^/]+\/data\.pkl$/.test(name));
  return pickle?.slice(0, -suffix.length);
}

/** @throws Fault E_FORMAT, E_PICKLE, E_NOT_AN_ARRAY_FILE, E_DAMAGED, E_TRUNCATED, E_TOO_LARGE */
export async function openTorchArchive(file: OpenedFile, entries: Entries): Promise<ArrayFile> {
  const { base, handle } = file;
  const folder = folderOf(entries) ?? '';
  if (entries.has(`${folder}constants.pkl`) || [...entries.keys()].some((name) => name.startsWith(`${folder}code/`))) {
    throw new Fault(
      'E_FORMAT',
      `${base} is a TorchScript program, which is not run; export the model to ONNX (torch.onnx.export), or save its tensors with torch.save(model.state_dict(), file).`,
    );
  }
  const packed = [...entries.values()].find(({ entry }) => entry.compressionMethod !== STORED || entry.isEncrypted());
  if (packed) {
    throw new Fault(
      'E_FORMAT',
      `${base} is a PyTorch file that was zipped again with compression, which is not read; save it again with torch.save.`,
    );
  }
  const bytes = await entryBytes(handle, entries.get(`${folder}data.pkl`), base, PICKLE_BYTES);
  const order = entries.get(`${folder}byteorder`);
  const text = order ? Buffer.from(await entryBytes(handle, order, base, 64)).toString('latin1') : 'little';
  let root: PickleValue;
  try {
    root = unpickle(bytes, 0, torchHost).value;
  } catch (error) {
    throw pickleFault(error, base);
  }
  return torchArrays(
    {
      path: file.path,
      littleEndian: text.trim() !== 'big',
      // A key is only ever compared with the names of entries: it cannot lead anywhere else.
      storage: (key) => storageOf(handle, entries.get(`${folder}data/${key}`)),
      release: () => handle.close(),
    },
    root,
  );
}

function storageOf(handle: FileHandle, found: Located | undefined): StorageBytes | undefined {
  if (!found) return undefined;
  return {
    size: found.entry.compressedSize,
    from: (offset, label) => fileBytes(handle, found.start + offset, label),
  };
}

async function entryBytes(
  handle: FileHandle,
  located: Located | undefined,
  base: string,
  most: number,
): Promise<Uint8Array> {
  if (!located) throw new Fault('E_DAMAGED', `${base} has lost a part of its zip file; save it again.`);
  const { compressedSize: size } = located.entry;
  if (size > most) throw pickleTooLarge(base, size);
  const bytes = new Uint8Array(size);
  await fileBytes(handle, located.start, base).readAt(bytes, 0);
  return bytes;
}
