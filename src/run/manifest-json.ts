/** The text of a manifest as a tree with positions and as plain values: JSON with comments and trailing commas. */
// The package's own entry point is a UMD module, which a bundler cannot follow.
import {
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser/lib/esm/main.js';
import { Fault } from '../protocol/faults';

export type JsonNode = Node;
export type JsonPath = (string | number)[];

/** @throws Fault E_MANIFEST with the line: no JSON, no object, or a key that stands twice in one object */
export function parseJsonTree(text: string, name: string): JsonNode {
  const errors: ParseError[] = [];
  let tree: JsonNode | undefined;
  try {
    tree = parseTree(text.replace(/^\ufeff/, ''), errors, { allowTrailingComma: true });
  } catch (error) {
    // The parser calls itself for each level.
    if (!(error instanceof RangeError)) throw error;
    throw new Fault('E_MANIFEST', `${name} is nested too deeply to be a manifest; correct it in the editor.`);
  }
  const [first] = errors;
  if (first || !tree) {
    const where = first ? ` (line ${lineAt(text, first.offset)})` : '';
    const details = first && printParseErrorCode(first.error);
    throw new Fault('E_MANIFEST', `${name} is not valid JSON${where}; correct it in the editor.`, details);
  }
  if (tree.type !== 'object') throw new Fault('E_MANIFEST', `${name} must hold one JSON object: { … }.`);
  rejectDuplicates(tree, text, name);
  return tree;
}

/** The plain value of a node. `__proto__` is a key like any other. */
export function valueOf(node: JsonNode): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value;
  const out: Record<string, unknown> = {};
  for (const { key, value } of propertiesOf(node)) {
    Object.defineProperty(out, key.value as string, {
      value: valueOf(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return out;
}

export interface Property {
  /** Key, colon and value. */
  node: JsonNode;
  key: JsonNode;
  value: JsonNode;
}

/** The properties of an object in their order; none for anything else. */
export function propertiesOf(object: JsonNode): Property[] {
  if (object.type !== 'object') return [];
  return (object.children ?? []).flatMap((node) => {
    const [key, value] = node.children ?? [];
    return key && value ? [{ node, key, value }] : [];
  });
}

/** The value at a path. */
export function nodeAt(tree: JsonNode, path: JsonPath): JsonNode | undefined {
  return findNodeAtLocation(tree, path);
}

/** Which of two that stand in the file is meant, nobody can know. */
function rejectDuplicates(node: JsonNode, text: string, name: string): void {
  const seen = new Set<string>();
  for (const { key } of propertiesOf(node)) {
    const word = key.value as string;
    if (seen.has(word)) {
      throw new Fault(
        'E_MANIFEST',
        `${name} has the key ${word} twice (line ${lineAt(text, key.offset)}); keep one of them.`,
      );
    }
    seen.add(word);
  }
  for (const child of node.children ?? []) rejectDuplicates(child, text, name);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
