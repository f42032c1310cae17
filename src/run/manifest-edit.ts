/** Changes keys in the text of a manifest and leaves its comments and its other lines as they are. */
import { isDeepStrictEqual } from 'node:util';
import { createScanner } from 'jsonc-parser/lib/esm/main.js';
import type { Manifest } from '../protocol/engine';
import { formatOf, formatValue, type Format } from './manifest-format';
import { nodeAt, parseJsonTree, propertiesOf, valueOf, type JsonNode, type JsonPath } from './manifest-json';

/** Keys and their new values; `undefined` takes a key away. */
export type ManifestChange = { [Key in keyof Manifest]: Manifest[Key] | undefined };

/** The scanner's tokens (its own names for them are gone at run time). */
const COMMA = 5;
const LINE_COMMENT = 12;
const BLOCK_COMMENT = 13;
const SPACE = 15;

/**
 * @param text of the manifest; blank counts as `{}`
 * @param name shown in faults
 * @throws Fault E_MANIFEST where the text is not a JSON object
 */
export function editManifest(text: string, change: ManifestChange, name: string): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  let body = text.slice(mark.length);
  if (body.trim() === '') body = '{}\n';
  parseJsonTree(body, name);
  for (const [key, value] of Object.entries(change)) body = set(body, [key], value, name);
  return mark + body;
}

function set(text: string, path: JsonPath, value: unknown, name: string): string {
  const tree = parseJsonTree(text, name);
  const node = nodeAt(tree, path);
  if (!node) {
    const parent = nodeAt(tree, path.slice(0, -1));
    return value === undefined || !parent ? text : insert(text, parent, String(path.at(-1)), value);
  }
  if (value === undefined) return remove(text, node);
  if (isDeepStrictEqual(valueOf(node), value)) return text;
  if (node.type === 'object' && isObject(value)) {
    const kept = new Set(Object.keys(value));
    const gone = propertiesOf(node).filter(({ key }) => !kept.has(key.value as string));
    let out = text;
    for (const [key, item] of Object.entries(value)) out = set(out, [...path, key], item, name);
    for (const { key } of gone) out = set(out, [...path, key.value as string], undefined, name);
    return out;
  }
  const format = formatOf(text);
  const content = formatValue(value, indentAt(text, node.offset), columnAt(text, node.offset), format);
  return text.slice(0, node.offset) + content + text.slice(endOf(node));
}

function insert(text: string, object: JsonNode, key: string, value: unknown): string {
  const format = formatOf(text);
  const close = endOf(object) - 1;
  const last = propertiesOf(object).at(-1)?.node;
  if (!last) return insertFirst(text, object, key, value, format);
  const { comma, end } = restOfLine(text, endOf(last));
  // The comma belongs to the property before; a comment behind it on its line does, too.
  const head =
    comma === undefined ? `${text.slice(0, endOf(last))},${text.slice(endOf(last), end)}` : text.slice(0, end);
  const tail = comma === undefined ? '' : ',';
  if (!text.slice(object.offset, close).includes('\n')) {
    const start = ` ${JSON.stringify(key)}: `;
    const content = start + formatValue(value, indentAt(text, last.offset), columnAt(head, head.length), format);
    return head + content + tail + text.slice(end);
  }
  const indent = beginsLine(text, last.offset) ? indentAt(text, last.offset) : indentAt(text, close) + format.unit;
  return head + format.eol + property(key, value, indent, format) + tail + text.slice(end);
}

function insertFirst(text: string, object: JsonNode, key: string, value: unknown, format: Format): string {
  const close = endOf(object) - 1;
  const head = text.slice(0, close).trimEnd();
  const rest = text.slice(head.length, close);
  const indent = indentAt(text, object.offset);
  const content = format.eol + property(key, value, indent + format.unit, format);
  return head + content + (rest.includes('\n') ? rest : format.eol + indent) + text.slice(close);
}

function property(key: string, value: unknown, indent: string, format: Format): string {
  const start = `${indent}${JSON.stringify(key)}: `;
  return start + formatValue(value, indent, start.length, format);
}

/** @param value of the property to take away, with the comment behind it on its line; comments above it stay */
function remove(text: string, value: JsonNode): string {
  const node = value.parent;
  const siblings = node?.parent?.children ?? [];
  if (!node) return text;
  const before = siblings[siblings.indexOf(node) - 1];
  const { comma, end } = restOfLine(text, endOf(node));
  let from = node.offset;
  let to = comma === undefined ? endOf(node) : comma + 1;
  if (beginsLine(text, from) && /^[ \t]*(\r?\n|$)/.test(text.slice(end))) {
    from -= columnAt(text, from);
    to = text.indexOf('\n', end) + 1 || text.length;
  } else if (comma === undefined) {
    while (/[ \t]/.test(text[from - 1] ?? '')) from--;
  } else {
    while (/[ \t]/.test(text[to] ?? '')) to++;
  }
  const out = text.slice(0, from) + text.slice(to);
  // What was the last property leaves no comma before it.
  const orphan = comma === undefined && before ? restOfObject(text, endOf(before)) : undefined;
  return orphan === undefined ? out : out.slice(0, orphan) + out.slice(orphan + 1);
}

/** Where the comma behind a value is, and where what belongs to it on its line ends. */
function restOfLine(text: string, from: number): { comma?: number; end: number } {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  let comma: number | undefined;
  let end = from;
  for (;;) {
    const token: number = scanner.scan();
    if (token === COMMA && comma === undefined) comma = scanner.getTokenOffset();
    else if (token === SPACE) continue;
    else if (token !== LINE_COMMENT && token !== BLOCK_COMMENT) break;
    end = scanner.getPosition();
  }
  if (comma !== undefined) return { comma, end };
  // A comma may also begin the next line.
  const later = restOfObject(text, from);
  return later === undefined ? { end } : { comma: later, end: later + 1 };
}

/** The comma behind a value, whatever comments and lines lie between. */
function restOfObject(text: string, from: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  return (scanner.scan() as number) === COMMA ? scanner.getTokenOffset() : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function endOf({ offset, length }: JsonNode): number {
  return offset + length;
}

function columnAt(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(offset - columnAt(text, offset)))?.[0] ?? '';
}

function beginsLine(text: string, offset: number): boolean {
  return text.slice(offset - columnAt(text, offset), offset).trim() === '';
}
