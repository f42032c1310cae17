/** The checkpoints of a folder, by pattern and in order. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { Manifest, PlannedCheckpoint } from '../protocol/engine';
import { epochOf } from './epochs';
import type { ManifestFile } from './manifest';
import { naturally } from './natural-order';

export const DEFAULT_PATTERN = '*.onnx';
const MOST_ALTERNATIVES = 256;

/**
 * Files in `folder` that the manifest's pattern names, in its order; without one, by epoch.
 * Empty where none matches.
 * @throws Fault E_ORDER where the manifest orders a file that is not there
 */
export async function findCheckpoints(folder: string, manifest: Manifest): Promise<PlannedCheckpoint[]> {
  const names = await matching(folder, manifest.checkpoints ?? DEFAULT_PATTERN);
  return arranged(names, manifest.order).map((name) => checkpoint(folder, name));
}

/** The manifest of a run that still grows: `order` names only what is there already. */
export async function withoutMissing(file: ManifestFile, folder: string): Promise<ManifestFile> {
  const { order, checkpoints } = file.manifest;
  if (!Array.isArray(order)) return file;
  const names = await matching(folder, checkpoints ?? DEFAULT_PATTERN);
  return { ...file, manifest: { ...file.manifest, order: order.filter((name) => names.includes(name)) } };
}

/** @param name relative to the folder, with `/` */
export function checkpoint(folder: string, name: string): PlannedCheckpoint {
  const epoch = epochOf(name);
  return { file: path.join(folder, name), path: name, ...(epoch === undefined ? {} : { epoch }) };
}

function arranged(names: string[], order: Manifest['order']): string[] {
  const sorted = [...names].sort(naturally);
  if (Array.isArray(order)) {
    const missing = order.find((name) => !names.includes(name));
    if (missing !== undefined) {
      throw new Fault(
        'E_ORDER',
        `neural-collapse.json puts ${missing} in order, but the checkpoints do not include it; correct order or checkpoints.`,
      );
    }
    return [...order, ...sorted.filter((name) => !order.includes(name))];
  }
  if (order === 'name') return sorted;
  const epochs = new Map(sorted.map((name) => [name, epochOf(name)]));
  // Files without a number (best, final) come last, in natural order.
  return sorted.sort((a, b) => (epochs.get(a) ?? Infinity) - (epochs.get(b) ?? Infinity) || naturally(a, b));
}

async function matching(folder: string, pattern: string): Promise<string[]> {
  const found = new Set<string>();
  for (const alternative of expandBraces(pattern)) {
    const parts = alternative.split('/').filter((part) => part !== '' && part !== '.');
    for (const name of await walk(folder, '', parts)) found.add(name);
  }
  return [...found];
}

async function walk(folder: string, below: string, parts: readonly string[]): Promise<string[]> {
  const [part, ...rest] = parts;
  if (part === undefined) return [];
  if (part === '..') return walk(folder, `${below}../`, rest);
  const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(() => []);
  const matches = matcher(part);
  const found: string[] = [];
  for (const entry of entries) {
    if (!matches.test(entry.name)) continue;
    if (rest.length > 0) found.push(...(await walk(folder, `${below}${entry.name}/`, rest)));
    else if (!entry.isDirectory()) found.push(below + entry.name);
  }
  return found;
}

/** `{a,b}` as a list of patterns without braces. @throws Fault E_MANIFEST where there are too many */
export function expandBraces(pattern: string): string[] {
  // Each pair of braces multiplies what has to be looked for.
  const alternatives = [...pattern.matchAll(/\{([^{}]*)\}/g)].reduce(
    (n, [, list = '']) => n * list.split(',').length,
    1,
  );
  if (alternatives > MOST_ALTERNATIVES) {
    throw new Fault(
      'E_MANIFEST',
      `checkpoints in neural-collapse.json stands for ${alternatives} patterns; use * instead of so many braces.`,
    );
  }
  const brace = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(pattern);
  if (!brace) return [pattern];
  const [, before = '', choices = '', after = ''] = brace;
  return choices.split(',').flatMap((choice) => expandBraces(before + choice + after));
}

/** `*` and `?` as in a shell: hidden files have to be named. */
export function matcher(pattern: string): RegExp {
  const source = [...pattern.replace(/\*+/g, '*')]
    .map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[\\^$.|+()[\]{}]/g, '\\$&')))
    .join('');
  return new RegExp(`^${/^[*?]/.test(pattern) ? '(?!\\.)' : ''}${source}$`, 'su');
}
