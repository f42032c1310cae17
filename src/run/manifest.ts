/** `neural-collapse.json`: found, checked, and written. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import Ajv, { type ErrorObject } from 'ajv';
import schema from '../../media/schemas/manifest.schema.json';
import { writeWhole } from '../files/write-whole';
import { resolveReference } from '../formats/reference';
import { Fault } from '../protocol/faults';
import type { ActivationsSource, InputSource, Manifest, SplitSource } from '../protocol/engine';

export const MANIFEST_NAME = 'neural-collapse.json';

export interface ManifestFile {
  /** Absolute. */
  path: string;
  /** As it was written: references are relative to the file's folder. */
  manifest: Manifest;
  /** What was overlooked, for people. */
  warnings: string[];
}

const validate = new Ajv({ allErrors: true, verbose: true, strict: false }).compile<Manifest>(schema);

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

/** @throws Fault E_MANIFEST that names file, key and what is expected */
export function parseManifest(text: string, name: string): Pick<ManifestFile, 'manifest' | 'warnings'> {
  const value = parseJson(text, name);
  const warnings: string[] = [];
  if (!validate(value)) {
    const errors = validate.errors ?? [];
    const unknown = errors.filter((error) => error.keyword === 'additionalProperties');
    for (const error of unknown) warnings.push(checkUnknown(error, name));
    // The deepest error says most: an anyOf only repeats that none of its branches fits.
    const wrong = errors.filter((error) => !unknown.includes(error));
    const first = wrong.sort((a, b) => depth(b) - depth(a))[0];
    if (first) throw new Fault('E_MANIFEST', explain(first, errors, name));
  }
  return { manifest: value, warnings };
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
  return out;
}

/**
 * Writes the keys given into the folder's manifest; others that stand there stay. All or nothing: a reader never
 * sees half a file.
 * @returns the file's path. @throws Fault E_MANIFEST where the present file is not JSON, E_NOT_WRITABLE
 */
export async function writeManifest(folder: string, manifest: Manifest): Promise<string> {
  const file = path.join(folder, MANIFEST_NAME);
  const text = await readText(file);
  const present = text === undefined ? {} : parseJson(text, MANIFEST_NAME);
  const merged = `${JSON.stringify({ ...present, ...manifest }, null, 2)}\n`;
  try {
    await writeWhole(file, merged);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Fault('E_NOT_WRITABLE', `${MANIFEST_NAME} could not be written (${code}); check the folder.`, file);
  }
  return file;
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

function parseJson(text: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(message)?.[1];
    const where = position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
    throw new Fault('E_MANIFEST', `${name} is not valid JSON${where}; correct it in the editor.`, message);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Fault('E_MANIFEST', `${name} must hold one JSON object: { … }.`);
  }
  return value as Record<string, unknown>;
}

/** A key close to a known one is a slip and stops; any other may come from a later version and is passed over. */
function checkUnknown(error: ErrorObject, name: string): string {
  const key = String((error.params as { additionalProperty: unknown }).additionalProperty).slice(0, 100);
  const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
  const closest = known
    .map((candidate) => ({ candidate, distance: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const at = keyOf(error.instancePath, key);
  if (closest && closest.distance <= Math.max(1, Math.floor(closest.candidate.length / 3))) {
    throw new Fault('E_MANIFEST', `${name} has an unknown key ${at}; did you mean ${closest.candidate}?`);
  }
  return `${name} has an unknown key ${at}, which was passed over; known are ${known.join(', ')}.`;
}

function explain(error: ErrorObject, errors: readonly ErrorObject[], name: string): string {
  const alternatives = errors.filter((other) => other.instancePath === error.instancePath && other !== error);
  const expected = [error, ...alternatives].map(expectation).filter((text) => text !== '');
  const found = JSON.stringify(error.data) ?? 'nothing';
  const shown = found.length > 60 ? `${found.slice(0, 57)}…` : found;
  return `${name}: ${keyOf(error.instancePath)} must be ${[...new Set(expected)].join(' or ')}, but is ${shown}; correct it.`;
}

function expectation(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'type':
      return { string: 'text', array: 'a list', object: 'an object', number: 'a number' }[String(params['type'])] ?? '';
    case 'enum':
      return `one of ${(params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`;
    case 'const':
      return JSON.stringify(params['allowedValue']);
    case 'minimum':
      return `at least ${String(params['limit'])}`;
    case 'exclusiveMinimum':
      return `more than ${String(params['limit'])}`;
    case 'minItems':
    case 'minLength':
      return 'not empty';
    default:
      return '';
  }
}

/** `/train/inputs` → `train.inputs`, `/preprocess/mean/0` → `preprocess.mean[0]` */
function keyOf(pointer: string, key?: string): string {
  const parts = pointer.split('/').slice(1);
  if (key !== undefined) parts.push(key);
  const text = parts
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('');
  return text === '' ? 'the whole' : text;
}

function depth(error: ErrorObject): number {
  return error.instancePath.split('/').length + (expectation(error) === '' ? -0.5 : 0);
}

/** Insertions, deletions, changes and swaps of neighbours between two words (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1, swapped ? before[j - 2]! + 1 : Infinity));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
