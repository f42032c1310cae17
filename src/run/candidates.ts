/** Arrays that lie around a run: found by walking few folders, known by their headers alone. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isArrayFile, isArrayFolder, isLabelFile, openArrays } from '../formats/open';
import type { ArrayInfo } from '../formats/array';
import { findArray } from '../formats/array-file';
import { formatReference, parseReference, shortReference, type ParsedReference } from '../formats/reference';
import { Fault } from '../protocol/faults';
import type { ArrayReference } from '../protocol/engine';
import { splitOf, type Split } from './array-names';
import { naturally } from './natural-order';

/** One array that could be inputs or labels. */
export interface Candidate {
  /** Absolute. */
  file: string;
  info: ArrayInfo;
  /** With the array's name only where the file holds several. */
  reference: ArrayReference;
  split: Split | undefined;
}

/** A file that could not be considered. */
export interface Miss {
  what: string;
  why: string;
  /** Where the file as a whole cannot be read. */
  fault?: Fault;
}

export interface Candidates {
  arrays: Candidate[];
  misses: Miss[];
}

/** Data of kinds that are not read: opened for the sentence that says so. */
const UNREAD = /\.(pkl|pickle|joblib|mat|arrow|feather|tfrecord)$/i;
const MOST_FILES = 200;
const MOST_FOLDERS = 500;
const DEEPEST = 3;
const PASSED_OVER = new Set(['node_modules', '__pycache__', 'venv', 'env', 'site-packages', 'dist', 'build']);

/** Looks into folders one after the other; a file is opened once, and no more files than a bound. */
export class Searcher {
  private readonly seen = new Set<string>();
  private left = MOST_FILES;

  /** True where the bound was reached, so that something may have been overlooked. */
  get exhausted(): boolean {
    return this.left === 0;
  }

  /** @param depth levels of folders below `folder`; 0 = its own files only */
  async search(folder: string, depth = DEEPEST): Promise<Candidates> {
    const files = await listArrayFiles(folder, depth, this.left + this.seen.size);
    const found: Candidates = { arrays: [], misses: [] };
    for (const file of files) {
      if (this.seen.has(file)) continue;
      if (this.left === 0) break;
      this.left--;
      this.seen.add(file);
      const one = await candidatesIn(file, folder);
      found.arrays.push(...one.arrays);
      found.misses.push(...one.misses);
    }
    return found;
  }
}

/** The arrays of one file; a file that cannot be opened is a miss. @param folder its folders from here on tell the split */
export async function candidatesIn(file: string, folder = path.dirname(file)): Promise<Candidates> {
  try {
    return await openCandidates({ file }, folder);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { arrays: [], misses: [{ what: path.basename(file), why: error.message, fault: error }] };
  }
}

/** The one array that a reference names, or all of its file. @throws Fault of opening, E_NO_SUCH_ARRAY */
export async function candidatesOf(reference: ArrayReference): Promise<Candidates> {
  const parsed = parseReference(reference);
  return openCandidates(parsed, path.dirname(parsed.file));
}

async function openCandidates(wanted: ParsedReference, folder: string): Promise<Candidates> {
  const opened = await openArrays(wanted.file);
  try {
    const single = opened.arrays.length + opened.skipped.length === 1;
    const named = wanted.array === undefined ? undefined : findArray(opened, wanted.array);
    const base = path.basename(opened.path);
    const arrays = opened.arrays
      .filter((info) => named === undefined || info === named)
      .map((info) => ({
        file: opened.path,
        info,
        reference: formatReference({
          file: opened.path,
          ...(single ? {} : { array: info.name }),
          ...(wanted.column === undefined ? {} : { column: wanted.column }),
        }),
        split: splitOf(...path.relative(folder, opened.path).split(path.sep), info.name),
      }));
    const misses = opened.skipped.map(({ name, reason }) => ({ what: `${base}#${name}`, why: reason }));
    return { arrays, misses };
  } finally {
    await opened.close();
  }
}

/** The array that a reference names. @throws Fault of opening, E_NO_SUCH_ARRAY where it names none or several */
export async function oneArray(reference: ArrayReference): Promise<Candidate> {
  const { arrays } = await candidatesOf(reference);
  const [only, second] = arrays;
  if (only && !second) return only;
  throw new Fault(
    'E_NO_SUCH_ARRAY',
    `${shortReference(reference)} holds ${arrays.length === 0 ? 'no array' : 'several arrays'}; name one as file#array: ${arrays.map(({ info }) => info.name).join(', ')}.`,
  );
}

/** Array files in a folder and its subfolders, the nearest first, at most `most`. */
async function listArrayFiles(folder: string, depth: number, most: number): Promise<string[]> {
  const files: string[] = [];
  let level = [folder];
  let folders = 0;
  for (let below = 0; below <= depth && level.length > 0; below++) {
    const next: string[] = [];
    for (const current of level) {
      if (++folders > MOST_FOLDERS) return files;
      const entries = await readdir(current, { withFileTypes: true }).catch(() => []);
      for (const entry of entries.sort((a, b) => naturally(a.name, b.name))) {
        if (entry.name.startsWith('.') || PASSED_OVER.has(entry.name)) continue;
        const full = path.join(current, entry.name);
        const kind = entry.isSymbolicLink() ? await stat(full).catch(() => undefined) : entry;
        if (kind?.isDirectory()) {
          // A folder that is one set of arrays, as images by class, is not looked into.
          if (await isArrayFolder(full)) files.push(full);
          else next.push(full);
        } else if (kind?.isFile() && (isArrayFile(entry.name) || isLabelFile(entry.name) || UNREAD.test(entry.name)))
          files.push(full);
        if (files.length >= most) return files;
      }
    }
    level = next;
  }
  return files;
}
