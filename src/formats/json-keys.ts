/** Keys that a JSON object has twice: `JSON.parse` takes the last one without a word. */

/**
 * @param text valid JSON
 * @returns a key that one of its objects has more than once
 */
export function repeatedKey(text: string): string | undefined {
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/gs;
  /** Keys of each object that is open; lists have none. */
  const open: Set<string>[] = [];
  let last = '';
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match;
    if (found === '{' || found === '[') open.push(new Set());
    else if (found === '}' || found === ']') open.pop();
    else if (found === ':') {
      const key = JSON.parse(last) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    last = found;
  }
  return undefined;
}
