/** Hugging Face's sharded safetensors: an index (`*.safetensors.index.json`) that says which file holds which tensor. */
import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayFile, ArrayInfo, RowBlock, RowOptions, SkippedArray } from './array';
import { ArrayCollection, type ArraySource } from './array-file';
import { fileBytes } from './bytes';
import type { FileFormat, OpenedFile } from './format';
import { repeatedKey } from './json-keys';
import { openSafetensors } from './safetensors';

const INDEX_BYTES = 64 * 1024 * 1024;
/** Each stays open while the arrays are read. */
const MOST_SHARDS = 1000;

export const safetensorsIndex: FileFormat = {
  matches: ({ base }) => /\.safetensors\.index\.json$/i.test(base),
  open: async (file) => {
    const map = await readIndex(file);
    const shards = new Map<string, ArrayFile>();
    const release = async (): Promise<void> => {
      await Promise.all([...shards.values()].map((shard) => shard.close()));
      await file.handle.close();
    };
    try {
      for (const name of new Set(map.values())) shards.set(name, await openShard(file, name));
      return collection(file, map, shards, release);
    } catch (error) {
      // The handle of the index is closed by whoever opened it.
      await Promise.all([...shards.values()].map((shard) => shard.close()));
      throw error;
    }
  },
};

/** @returns the shard of each tensor. @throws Fault E_DAMAGED, E_TOO_LARGE */
async function readIndex({ base, handle, size }: OpenedFile): Promise<Map<string, string>> {
  if (size > INDEX_BYTES) throw new Fault('E_TOO_LARGE', `${base} has ${size} bytes, too many for an index of shards.`);
  const bytes = Buffer.alloc(size);
  await fileBytes(handle, 0, base).readAt(bytes, 0);
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(base, 'it is not JSON');
  }
  const entries = isObject(value) && Object.hasOwn(value, 'weight_map') ? value.weight_map : undefined;
  if (!isObject(entries)) throw damaged(base, 'it has no weight_map of tensors to files');
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw damaged(base, `it names ${repeated} twice`);
  const map = new Map<string, string>();
  for (const [name, shard] of Object.entries(entries)) {
    if (typeof shard !== 'string') throw damaged(base, `it gives no file for ${name}`);
    map.set(name, shard);
  }
  if (map.size === 0) throw damaged(base, 'its weight_map is empty');
  const shards = new Set(map.values()).size;
  if (shards > MOST_SHARDS) {
    throw new Fault('E_TOO_LARGE', `${base} names ${shards} files; at most ${MOST_SHARDS} are opened.`);
  }
  return map;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws Fault E_OUTSIDE, E_NOT_FOUND, and what opening safetensors throws */
async function openShard({ path: index, base }: OpenedFile, name: string): Promise<ArrayFile> {
  const shown = name.length > 200 ? `${name.slice(0, 200)}…` : name;
  const outside = new Fault('E_OUTSIDE', `${base} names ${shown}, which is not a file beside it, so it is not read.`);
  if (name === '' || name === '.' || name === '..' || /[\\/\0:]/.test(name)) throw outside;
  const folder = path.dirname(index);
  const file = path.join(folder, name);
  let real: string;
  try {
    real = await realpath(file);
  } catch (error) {
    throw new Fault(
      'E_NOT_FOUND',
      `${base} names ${shown}, which is not there; put it beside the index.`,
      String(error),
    );
  }
  // The hub's cache links index and shards alike into one folder: there they lie side by side too.
  const homes = [await realpath(folder), path.dirname(await realpath(index))];
  if (!homes.includes(path.dirname(real))) throw outside;
  const facts = await stat(real);
  if (!facts.isFile()) throw new Fault('E_NOT_AN_ARRAY_FILE', `${base} names ${shown}, which is not a regular file.`);
  if (facts.size < 8) throw new Fault('E_TRUNCATED', `${shown} ends inside its header: it was cut off; save it again.`);
  const handle = await open(real, 'r');
  try {
    return await openSafetensors(file, handle, facts.size);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** @throws Fault E_DAMAGED where a shard lacks what the index says it holds */
function collection(
  { path: index, base }: OpenedFile,
  map: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, ArrayFile>,
  release: () => Promise<void>,
): ArrayFile {
  const infos = new Map<ArrayFile, Map<string, ArrayInfo>>();
  const sources: ArraySource[] = [];
  const skipped: SkippedArray[] = [];
  for (const [name, shard] of map) {
    const file = shards.get(shard)!;
    let inside = infos.get(file);
    if (!inside) infos.set(file, (inside = new Map(file.arrays.map((info) => [info.name, info]))));
    const info = inside.get(name);
    const unread = file.skipped.find((array) => array.name === name);
    if (info) sources.push(sourceIn(file, info));
    else if (unread) skipped.push(unread);
    else throw damaged(base, `${shard} holds no ${name}, which it should by the index`);
  }
  return new ArrayCollection(index, sources, release, skipped);
}

function sourceIn(file: ArrayFile, info: ArrayInfo): ArraySource {
  return { info, rows: (options: RowOptions): AsyncIterable<RowBlock> => file.rows(info.name, options) };
}

function damaged(base: string, why: string): Fault {
  return new Fault('E_DAMAGED', `${base} cannot be read as an index of shards: ${why}; save the model again.`);
}
