/** The arrays inside nested dicts and lists, by the names that a state_dict would give them. */
import { PickleTuple, Unread, type PickleValue } from './pickle-values';

export interface Leaf<T> {
  /** Keys and positions joined by dots: `model.fc.weight`; empty for a value that is not in a container. */
  name: string;
  value: T | Unread;
}

/** What may be looked at: a pickle may name one list in itself again and again, and double with each level. */
const MOST_VISITS = 10_000_000;
const MOST_LEAVES = 20_000;
const MOST_LEVELS = 64;
/** Shorter lists of numbers are settings: betas, sizes. */
const FEWEST_NUMBERS = 10;

/** Python's lists of numbers, which are not arrays but may hold someone's labels. */
const NUMBERS = new Unread('list', 'a Python list of numbers, which is not read; save it as a tensor instead');
const DEEP = new Unread('dict', `values nested more than ${MOST_LEVELS} levels deep, which are not read`);

/**
 * @param isArray what is an array
 * @param isSetting what is left out without a word
 * @returns arrays and what is unread, in the order of the file, or undefined where there are too many to list
 */
export function leavesOf<T>(
  root: PickleValue,
  isArray: (value: PickleValue) => value is T & PickleValue,
  isSetting: (value: PickleValue) => boolean,
): Leaf<T>[] | undefined {
  const leaves: Leaf<T>[] = [];
  const pending: { name: string; value: PickleValue; level: number }[] = [{ name: '', value: root, level: 0 }];
  let visits = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { name, value, level } = next;
    if (leaves.length > MOST_LEAVES) return undefined;
    if (isArray(value) || value instanceof Unread) leaves.push({ name, value });
    else if (!isSetting(value)) {
      const children = childrenOf(value);
      visits += children.length + 1;
      if (visits > MOST_VISITS) return undefined;
      if (children.length > 0 && children.every(([, child]) => isNumber(child))) {
        if (!(value instanceof Map) && children.length >= FEWEST_NUMBERS) leaves.push({ name, value: NUMBERS });
      } else if (level >= MOST_LEVELS) {
        leaves.push({ name, value: DEEP });
      } else {
        for (let at = children.length - 1; at >= 0; at--) {
          const [key, child] = children[at]!;
          if (isArray(child) || !isSetting(child)) {
            pending.push({ name: name === '' ? key : `${name}.${key}`, value: child, level: level + 1 });
          }
        }
      }
    }
  }
  return leaves;
}

function childrenOf(value: PickleValue): (readonly [string, PickleValue])[] {
  if (value instanceof Map) {
    return Array.from(value, ([key, child], index) => [keyText(key, index), child]);
  }
  return itemsOf(value).map((child, index) => [String(index), child]);
}

function itemsOf(value: PickleValue): readonly PickleValue[] {
  if (value instanceof PickleTuple) return value.items;
  if (value instanceof Set) return [...value];
  return Array.isArray(value) ? (value as PickleValue[]) : [];
}

function keyText(key: PickleValue, index: number): string {
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean'
    ? String(key)
    : `[${index}]`;
}

function isNumber(value: PickleValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}
