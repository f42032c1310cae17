/** JSON and JSON lines: labels as lists of numbers, of texts, of rows, or of flat objects. */
import type { ArrayFile, SkippedArray } from './array';
import { ArrayCollection, type ArraySource } from './array-file';
import { fileBytes } from './bytes';
import type { FileFormat, OpenedFile } from './format';
import { columnsOfRecords, isRecord, listValues } from './json-values';
import { memorySource } from './memory-source';
import { arrayNameOf } from './names';
import { Fault } from '../protocol/faults';

/** The whole file is parsed. */
const MOST_BYTES = 64 * 1024 * 1024;

export const json: FileFormat = {
  matches: ({ base }) => /\.jsonl?$/i.test(base),
  open: openJson,
};

/** @throws Fault E_TOO_LARGE, E_DAMAGED, E_NOT_AN_ARRAY_FILE; what is not a list of labels is skipped with a reason */
async function openJson({ path, base, handle, size }: OpenedFile): Promise<ArrayFile> {
  if (size > MOST_BYTES) {
    throw new Fault(
      'E_TOO_LARGE',
      `${base} holds ${size} bytes, but JSON is read up to ${MOST_BYTES} only; save the labels as .npy or .csv.`,
    );
  }
  const bytes = Buffer.alloc(size);
  await fileBytes(handle, 0, base).readAt(bytes, 0);
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const value = /l$/i.test(base) ? parseLines(text, base) : parse(text, base);
  const sources: ArraySource[] = [];
  const skipped: SkippedArray[] = [];
  for (const [name, list] of listsOf(value, arrayNameOf(base), base)) {
    const label = `${base}: ${name}`;
    const found = listValues(list);
    if (typeof found === 'string') skipped.push({ name, reason: `${label} ${found}.` });
    else sources.push(memorySource({ name, dtype: found.dtype, shape: found.shape }, found.values, label));
  }
  return new ArrayCollection(path, sources, () => handle.close(), skipped);
}

/** Every list by its name: the file's own, an object's, or the columns of objects. */
function listsOf(value: unknown, name: string, base: string): [string, unknown][] {
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(isRecord) ? [...columnsOfRecords(value)] : [[name, value]];
  }
  if (isRecord(value)) {
    const entries = Object.entries(value).filter(([, list]) => Array.isArray(list));
    if (entries.length > 0) return entries;
  }
  throw new Fault(
    'E_NOT_AN_ARRAY_FILE',
    `${base} holds no list of labels; save a list of numbers or texts, or an object of such lists.`,
  );
}

function parse(text: string, base: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw notJson(base, '', error);
  }
}

function parseLines(text: string, base: string): unknown[] {
  const values: unknown[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    if (line.trim() === '') continue;
    try {
      values.push(JSON.parse(line) as unknown);
    } catch (error) {
      throw notJson(base, ` in line ${number}`, error);
    }
  }
  return values;
}

function notJson(base: string, where: string, error: unknown): Fault {
  const details = error instanceof Error ? error.message : String(error);
  return new Fault(
    'E_DAMAGED',
    `${base} is not valid JSON${where}: it was cut off or is damaged; save it again.`,
    details,
  );
}
