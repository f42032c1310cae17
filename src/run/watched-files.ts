/** The files of a run that is being trained: those that could be its checkpoints, with how they look now. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isArrayFile } from '../formats/open';
import { findCheckpoints } from './checkpoints';
import { readManifest } from './manifest';
import type { FileLook } from './ready-files';

/**
 * By the manifest's pattern; without one, models in the folder and one folder below, and where there are none, files of
 * arrays. Empty for a folder that is not there (yet). What is no checkpoint after all, planning leaves out.
 */
export async function watchedFiles(folder: string): Promise<Map<string, FileLook>> {
  const looks = new Map<string, FileLook>();
  for (const file of await candidates(folder)) {
    const facts = await stat(file).catch(() => undefined);
    if (facts?.isFile()) looks.set(file, { size: facts.size, mtimeMs: facts.mtimeMs });
  }
  return looks;
}

async function candidates(folder: string): Promise<string[]> {
  // A manifest with a mistake in it is told of by planning.
  const manifest = (await readManifest(folder).catch(() => undefined))?.manifest;
  const pattern = manifest?.checkpoints;
  const found = await findCheckpoints(folder, pattern === undefined ? {} : { checkpoints: pattern }).catch(() => []);
  if (found.length > 0 || pattern !== undefined) return found.map(({ file }) => file);
  const below = await findCheckpoints(folder, { checkpoints: '*/*.onnx' });
  if (below.length > 0) return below.map(({ file }) => file);
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => isArrayFile(name) && !name.startsWith('.')).map((name) => path.join(folder, name));
}
