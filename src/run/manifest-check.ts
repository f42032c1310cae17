/** What is wrong with a manifest beyond its schema: combinations that cannot be, and references to what is not there. */
import { checkFiles } from './manifest-check-files';
import { checkValues } from './manifest-check-values';
import { parseJsonTree } from './manifest-json';
import { ManifestNotes, type ManifestProblem } from './manifest-notes';
import { MANIFEST_NAME } from './manifest';

export type { ManifestProblem } from './manifest-notes';

export interface CheckOptions {
  /** Folder of the manifest; references are relative to it. */
  folder: string;
  /** May other files be opened? Their headers are read, and labels of moderate size. */
  openFiles: boolean;
}

/**
 * In the order of the text. Nothing that the JSON schema reports already, and nothing at all where the text is no JSON
 * object (the editor says so itself).
 */
export async function checkManifest(text: string, { folder, openFiles }: CheckOptions): Promise<ManifestProblem[]> {
  const notes = notesOn(text);
  if (!notes) return [];
  checkValues(notes);
  if (openFiles) await checkFiles(notes, folder);
  return notes.problems.sort((a, b) => a.offset - b.offset);
}

function notesOn(text: string): ManifestNotes | undefined {
  try {
    return new ManifestNotes(parseJsonTree(text, MANIFEST_NAME));
  } catch {
    return undefined;
  }
}
