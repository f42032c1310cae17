/** `file#array`: one array, by the file it lies in and, in a container, its name. */
import path from 'node:path';
import { DATA_EXTENSIONS } from './names';

export interface ParsedReference {
  file: string;
  /** Absent: the only array of the file. */
  array?: string;
  /** One column of the array. */
  column?: number;
}

/** The `#` after a file name that says its format separates; file and array names may hold others. */
export function parseReference(reference: string): ParsedReference {
  for (let at = reference.indexOf('#'); at > 0; at = reference.indexOf('#', at + 1)) {
    const file = reference.slice(0, at);
    if (DATA_EXTENSIONS.some((ending) => file.toLowerCase().endsWith(ending))) return part(reference, at);
  }
  const last = reference.lastIndexOf('#');
  const isFile = DATA_EXTENSIONS.some((ending) => reference.toLowerCase().endsWith(ending));
  return last > 0 && !isFile && !/[\\/]/.test(reference.slice(last)) ? part(reference, last) : { file: reference };
}

export function formatReference({ file, array }: ParsedReference): string {
  return array === undefined ? file : `${file}#${array}`;
}

/** The reference with its file made absolute, seen from a folder. */
export function resolveReference(folder: string, reference: string): string {
  const parsed = parseReference(reference);
  return formatReference({ ...parsed, file: path.resolve(folder, parsed.file) });
}

/** The reference as a manifest in `folder` writes it: relative, with `/` on every platform. */
export function relativeReference(folder: string, reference: string): string {
  const parsed = parseReference(reference);
  const relative = path.relative(folder, parsed.file);
  return formatReference({ ...parsed, file: relative.split(path.sep).join('/') });
}

/** The reference for people: the file's base name, and the array's name. */
export function shortReference(reference: string): string {
  const parsed = parseReference(reference);
  return formatReference({ ...parsed, file: path.basename(parsed.file) });
}

function part(reference: string, at: number): ParsedReference {
  const array = reference.slice(at + 1);
  return array === '' ? { file: reference.slice(0, at) } : { file: reference.slice(0, at), array };
}
