/** An ONNX file as a whole: its bytes, its graph, and the files beside it that hold its weights. */
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ExternalRange, Model } from './graph';
import { parseModel } from './parse-model';

export interface ModelFile {
  path: string;
  bytes: Uint8Array;
  model: Model;
}

/** No ONNX file can be larger: protobuf itself ends there, and larger models keep their weights beside the file. */
const LARGEST = 2 ** 31;

/**
 * Reads an ONNX file and checks that its external data is there.
 * @throws Fault E_NOT_FOUND, E_NOT_ONNX, E_TRUNCATED, E_EXTERNAL_DATA
 */
export async function readModelFile(file: string): Promise<ModelFile> {
  const base = path.basename(file);
  let bytes: Uint8Array;
  try {
    const facts = await stat(file);
    // A pipe or a device would be read without end.
    if (!facts.isFile() && !facts.isDirectory()) {
      throw new Fault('E_NOT_ONNX', `${base} is not a regular file; choose an ONNX model.`);
    }
    if (facts.size >= LARGEST) {
      throw new Fault(
        'E_NOT_ONNX',
        `${base} is over 2 GB, which no ONNX file can be; export it with external data (the weights in files beside it).`,
      );
    }
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : `reading failed with ${code}`;
    throw new Fault('E_NOT_FOUND', `${base} cannot be read: ${why}; check the path.`, file);
  }
  const model = parseModel(bytes, base);
  await checkExternalData(file, model.externals);
  return { path: file, bytes, model };
}

/** @throws Fault E_EXTERNAL_DATA */
async function checkExternalData(file: string, externals: readonly ExternalRange[]): Promise<void> {
  const base = path.basename(file);
  const folder = path.dirname(path.resolve(file));
  const sizes = new Map<string, number>();
  for (const { location, offset, length } of externals) {
    const target = path.resolve(folder, location);
    if (path.isAbsolute(location) || !isInside(target, folder)) throw outside(base, location);
    let size = sizes.get(target);
    if (size === undefined) {
      size = await stat(target).then(
        (found) => (found.isFile() ? found.size : -1),
        () => -1,
      );
      if (size >= 0 && !(await staysInside(target, folder))) {
        throw new Fault(
          'E_EXTERNAL_DATA',
          `${base} keeps its weights in ${location}, which is a link to another folder, and those are not followed; put the files themselves beside the model.`,
        );
      }
      sizes.set(target, size);
    }
    if (size < 0) {
      throw new Fault(
        'E_EXTERNAL_DATA',
        `${base} keeps its weights in ${location}, which is missing; copy that file into the same folder.`,
      );
    }
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length ?? 0) || offset < 0 || (length ?? 0) < 0) {
      throw new Fault(
        'E_EXTERNAL_DATA',
        `${base} gives a place in ${location} that makes no sense: it is damaged; export it again.`,
      );
    }
    if (offset + (length ?? 0) > size) {
      throw new Fault(
        'E_EXTERNAL_DATA',
        `${base} needs ${offset + (length ?? 0)} bytes of ${location}, which has only ${size}; copy that file again.`,
      );
    }
  }
}

/** Links within the folder are followed, those that leave it are not. */
async function staysInside(target: string, folder: string): Promise<boolean> {
  return isInside(await realpath(target), await realpath(folder));
}

function isInside(target: string, folder: string): boolean {
  return target.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

function outside(base: string, location: string): Fault {
  return new Fault(
    'E_EXTERNAL_DATA',
    `${base} points to weights outside its own folder (${location.slice(0, 120)}), which is not followed; put them beside the model.`,
  );
}
