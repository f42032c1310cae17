/** The page's words in the editor's language: English sentences are the keys, and stand where there is no translation. */

/** Where the host puts the table into the page, as JSON that is never run. */
export const WORDS_ID = 'words';

let table: Readonly<Record<string, string>> | undefined;

/** @param args take the places {0}, {1}, … */
export function t(text: string, ...args: (string | number)[]): string {
  table ??= readTable();
  const known = Object.hasOwn(table, text) ? table[text] : undefined;
  return (known ?? text).replace(/\{(\d+)\}/g, (place, index: string) => String(args[Number(index)] ?? place));
}

/** @param words as from the host; undefined reads them from the page again */
export function setWords(words: Readonly<Record<string, string>> | undefined): void {
  table = words;
}

function readTable(): Record<string, string> {
  if (typeof document === 'undefined') return {};
  try {
    const words: unknown = JSON.parse(document.getElementById(WORDS_ID)?.textContent ?? '{}');
    if (typeof words !== 'object' || words === null) return {};
    return Object.fromEntries(Object.entries(words).filter((entry): entry is [string, string] => isText(entry[1])));
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
