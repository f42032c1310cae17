/** `neural-collapse.json`: found, checked, and written. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../files/write-whole';
import { resolveReference } from '../formats/reference';
import { Fault } from '../protocol/faults';
import type { ActivationsSource, InputSource, Manifest, SplitSource } from '../protocol/engine';
import { editManifest, type ManifestChange } from './manifest-edit';
import { parseJsonTree, valueOf } from './manifest-json';
import { checkAgainstSchema } from './manifest-schema';

export const MANIFEST_NAME = 'neural-collapse.json';

export interface ManifestFile {
  /** Absolute. */
  path: string;
  /** As it was written: references are relative to the file's folder. */
  manifest: Manifest;
  /** What was overlooked, for people. */
  warnings: string[];
}

/**
 * The manifest of a run.
 * @param named an explicit path; without one, the file beside the checkpoints, if there is one
 * @throws Fault E_NOT_FOUND, E_NOT_READABLE, E_MANIFEST
 */
export async function readManifest(folder: string, named?: string): Promise<ManifestFile | undefined> {
  const file = named ?? path.join(folder, MANIFEST_NAME);
  const text = await readText(file);
  if (text === undefined) {
    if (named === undefined) return undefined;
    throw new Fault(
      'E_NOT_FOUND',
      `${path.basename(file)} cannot be read: there is no such file; check --manifest.`,
      file,
    );
  }
  return { path: file, ...parseManifest(text, path.basename(file)) };
}

/** Comments and trailing commas are allowed. @throws Fault E_MANIFEST that names file, line or key, and what is expected */
export function parseManifest(text: string, name: string): Pick<ManifestFile, 'manifest' | 'warnings'> {
  return checkAgainstSchema(valueOf(parseJsonTree(text, name)), name);
}

/** References made absolute, seen from the manifest's folder. */
export function resolveSplit(folder: string, split: SplitSource | undefined): SplitSource {
  const out: SplitSource = {};
  if (split?.inputs !== undefined) out.inputs = resolveInputs(folder, split.inputs);
  if (split?.labels !== undefined) out.labels = resolveReference(folder, split.labels);
  if (split?.cleanLabels !== undefined) out.cleanLabels = resolveReference(folder, split.cleanLabels);
  return out;
}

export function resolveInputs(folder: string, inputs: InputSource): InputSource {
  if (typeof inputs === 'string') return resolveReference(folder, inputs);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, reference]) => [name, resolveReference(folder, reference)]),
  );
}

/** References made absolute, seen from the manifest's folder. */
export function resolveActivations(folder: string, source: ActivationsSource | undefined): ActivationsSource {
  const out: ActivationsSource = {};
  if (source?.layers !== undefined) out.layers = source.layers.map((layer) => resolveReference(folder, layer));
  if (source?.labels !== undefined) out.labels = resolveReference(folder, source.labels);
  if (source?.cleanLabels !== undefined) out.cleanLabels = resolveReference(folder, source.cleanLabels);
  if (source?.weight !== undefined) out.weight = resolveReference(folder, source.weight);
  if (source?.bias !== undefined) out.bias = resolveReference(folder, source.bias);
  if (source?.ood !== undefined) out.ood = resolveReference(folder, source.ood);
  for (const key of ['test', 'transfer'] as const) {
    const split = source?.[key];
    if (!split) continue;
    out[key] = {
      layers: split.layers.map((layer) => resolveReference(folder, layer)),
      labels: resolveReference(folder, split.labels),
    };
  }
  return out;
}

/**
 * Writes the keys given into the folder's manifest; comments and other keys that stand there stay. All or nothing: a
 * reader never sees half a file.
 * @returns the file's path. @throws Fault E_MANIFEST where the present file is not JSON, E_NOT_READABLE, E_NOT_WRITABLE
 */
export async function writeManifest(folder: string, change: ManifestChange): Promise<string> {
  const file = path.join(folder, MANIFEST_NAME);
  const present = await readText(file);
  const changed = editManifest(present ?? '', change, MANIFEST_NAME);
  const nothing = present === undefined && Object.values(change).every((value) => value === undefined);
  if (changed !== present && !nothing) await write(file, changed);
  return file;
}

/**
 * Writes a whole new manifest.
 * @returns the file's path. @throws Fault E_EXISTS where the folder has one with any text in it, E_NOT_READABLE, E_NOT_WRITABLE
 */
export async function createManifest(folder: string, text: string): Promise<string> {
  const file = path.join(folder, MANIFEST_NAME);
  const present = await readText(file);
  if (present !== undefined && present.trim() !== '') {
    throw new Fault('E_EXISTS', `${MANIFEST_NAME} is there already; it was left as it is.`, file);
  }
  await write(file, text);
  return file;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeWhole(file, text);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Fault('E_NOT_WRITABLE', `${MANIFEST_NAME} could not be written (${code}); check the folder.`, file);
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Fault('E_NOT_READABLE', `${path.basename(file)} cannot be read: reading failed with ${code}.`, file);
  }
}
