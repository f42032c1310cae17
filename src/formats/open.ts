/** Any file or folder of arrays, opened by what it holds. */
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';
import { archive } from './archive';
import type { ArrayFile } from './array';
import { fileBytes } from './bytes';
import { csv } from './csv';
import { cifarFile, cifarFolder } from './cifar';
import type { FileFormat, FolderFormat, OpenedFile, OpenOptions } from './format';
import { gzip } from './gzip';
import { hdf5 } from './hdf5';
import { idx } from './idx';
import { json } from './json';
import { imageFolder } from './images';
import { npy } from './npy';
import { notReadYet, otherFormat, otherFormatOf } from './other-formats';
import { parquet } from './parquet';
import { torchPickles } from './pytorch-legacy';
import { safetensors, safetensorsUnnamed } from './safetensors';
import { safetensorsIndex } from './safetensors-index';

export { DATA_EXTENSIONS, isArrayFile, isLabelFile } from './names';

/** Enough for every magic number and a whole IDX header. */
const HEAD_BYTES = 64;

/** The first that matches opens the file. Those that a few bytes may resemble by chance come last. */
const FILES: readonly FileFormat[] = [
  npy,
  archive,
  safetensors,
  safetensorsIndex,
  gzip,
  hdf5,
  parquet,
  csv,
  json,
  torchPickles,
  cifarFile,
  idx,
  safetensorsUnnamed,
];

const FOLDERS: readonly FolderFormat[] = [cifarFolder, imageFolder];

/**
 * Opens a file or folder of arrays; only headers are read. Close it when done.
 * @throws Fault E_NOT_FOUND, E_NOT_READABLE, E_NOT_AN_ARRAY_FILE, E_FORMAT, E_TRUNCATED, E_DAMAGED, E_DTYPE, E_TOO_LARGE
 */
export async function openArrays(file: string, options: OpenOptions = {}): Promise<ArrayFile> {
  const absolute = path.resolve(file);
  const base = path.basename(absolute);
  let handle: FileHandle;
  let size: number;
  try {
    const facts = await stat(absolute);
    if (facts.isDirectory()) return await openFolder(absolute, options);
    if (!facts.isFile()) {
      throw new Fault(
        'E_NOT_AN_ARRAY_FILE',
        `${base} is not a regular file; choose a file of arrays (.npy, .npz, .safetensors, HDF5, Parquet, CSV, JSON or IDX).`,
      );
    }
    size = facts.size;
    handle = await open(absolute, 'r');
  } catch (error) {
    throw error instanceof Fault ? error : cannotOpen(error, absolute);
  }
  try {
    return await openFile(absolute, handle, size);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** True for a folder that as a whole is one set of arrays: images by class, the CIFAR files. */
export async function isArrayFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  for (const format of FOLDERS) if (await format.matches(folder, names)) return true;
  return false;
}

async function openFolder(folder: string, options: OpenOptions): Promise<ArrayFile> {
  const names = await readdir(folder);
  for (const format of FOLDERS) if (await format.matches(folder, names)) return format.open(folder, options);
  throw new Fault(
    'E_NOT_AN_ARRAY_FILE',
    `${path.basename(folder)} is a folder without images by class; choose a file of arrays, a folder with one subfolder of images for each class, or one of the CIFAR files.`,
  );
}

async function openFile(file: string, handle: FileHandle, size: number): Promise<ArrayFile> {
  const base = path.basename(file);
  const other = otherFormat(base);
  if (other) throw notReadYet(base, other);
  if (size === 0) throw new Fault('E_TRUNCATED', `${base} is empty; save it again.`);
  const head = new Uint8Array(Math.min(HEAD_BYTES, size));
  await fileBytes(handle, 0, base).readAt(head, 0);
  const opened: OpenedFile = { path: file, base, handle, size, head };
  for (const format of FILES) if (format.matches(opened)) return format.open(opened);
  const known = otherFormatOf(head);
  if (known) throw notReadYet(base, known);
  throw new Fault(
    'E_NOT_AN_ARRAY_FILE',
    `${base} is not an array file that can be read; save the arrays as .npy, .npz, .safetensors, HDF5, Parquet, CSV, JSON or IDX.`,
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
