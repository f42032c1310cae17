/** A manifest against its schema: what is wrong, in one sentence, with the key and what is expected. */
import Ajv, { type ErrorObject } from 'ajv';
import schema from '../../media/schemas/manifest.schema.json';
import { Fault } from '../protocol/faults';
import type { Manifest } from '../protocol/engine';

const validate = new Ajv({ allErrors: true, verbose: true, strict: false }).compile<Manifest>(schema);

/**
 * @param name shown in faults
 * @returns warnings of keys that are not known
 * @throws Fault E_MANIFEST that names file, key and what is expected
 */
export function checkAgainstSchema(value: unknown, name: string): { manifest: Manifest; warnings: string[] } {
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
  return { manifest: value as Manifest, warnings };
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

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  number: 'a number',
  integer: 'a whole number',
};

function expectation(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'type':
      return [params['type']]
        .flat()
        .map((type) => TYPES[String(type)] ?? '')
        .join(' or ');
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
    case 'required':
      return `an object with ${String(params['missingProperty'])}`;
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
