/**
 * Python pickles, protocols 0 to 5, read as data (docs.python.org/3/library/pickletools.html). Nothing is executed:
 * a global is only a name, and what a call of it would make is up to an allow-list (`PickleHost`); else it is `Unread`.
 * Every opcode adds at most what its bytes hold, and what it makes is counted, so memory stays in line with the file.
 */
import { PickleBytes } from './pickle-bytes';
import { literal, namedGlobal } from './pickle-literals';
import { PickleStack } from './pickle-stack';
import { PickleError, PickleGlobal, PickleTuple, Unread, type Buildable, type PickleValue } from './pickle-values';

/** What the surrounding format makes of names; returning undefined leaves a thing unread. */
export interface PickleHost {
  /** The outcome of calling a global. */
  call(name: string, args: readonly PickleValue[]): PickleValue | undefined;
  /** What a persistent id stands for: torch's storages. */
  persistent?(id: PickleValue): PickleValue | undefined;
}

export interface Unpickled {
  value: PickleValue;
  /** Position behind the pickle's last byte. */
  end: number;
}

/**
 * @param start position of the pickle's first byte
 * @throws PickleError for anything that is not a whole, well-formed pickle
 */
export function unpickle(bytes: Uint8Array, start: number, host: PickleHost): Unpickled {
  const source = new PickleBytes(bytes, start);
  const value = new Machine(source, host).run();
  return { value, end: source.position };
}

const HIGHEST_PROTOCOL = 5;
const MOST_STEPS = 16_000_000;

class Machine {
  private readonly stack = new PickleStack();

  constructor(
    private readonly source: PickleBytes,
    private readonly host: PickleHost,
  ) {}

  run(): PickleValue {
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const code = this.source.byte();
      if (code === 0x2e) return this.stack.pop();
      const value = literal(code, this.source);
      if (value !== undefined) this.stack.give(value);
      else if (!this.container(code) && !this.object(code)) {
        throw new PickleError(`it holds the unknown opcode ${code}`);
      }
    }
    throw new PickleError('it holds more values than are read');
  }

  /** Opcodes that gather, fill, remember and drop. */
  private container(code: number): boolean {
    const { source, stack } = this;
    switch (String.fromCharCode(code)) {
      case '\x80':
        if (source.byte() > HIGHEST_PROTOCOL) throw new PickleError('its protocol is newer than 5');
        return true;
      case '\x95':
        source.uint64();
        return true;
      case '(':
        stack.mark();
        return true;
      case '0':
        stack.drop();
        return true;
      case '1':
        stack.popMark();
        return true;
      case '2':
        stack.repeat();
        return true;
      case 't':
        stack.give(new PickleTuple(stack.popMark()));
        return true;
      case '\x85':
        stack.give(new PickleTuple(stack.popMany(1)));
        return true;
      case '\x86':
        stack.give(new PickleTuple(stack.popMany(2)));
        return true;
      case '\x87':
        stack.give(new PickleTuple(stack.popMany(3)));
        return true;
      case 'l':
        stack.give(stack.popMark());
        return true;
      case 'd': {
        const items = stack.popMark();
        const map = new Map<PickleValue, PickleValue>();
        setItems(items, map);
        stack.give(map);
        return true;
      }
      case '\x91':
        stack.give(new Set(stack.popMark()));
        return true;
      case 'a':
        append(stack.popMany(1), stack.top());
        return true;
      case 'e':
        append(stack.popMark(), stack.top());
        return true;
      case 's':
        setItems(stack.popMany(2), stack.top());
        return true;
      case 'u':
        setItems(stack.popMark(), stack.top());
        return true;
      case '\x90': {
        const items = stack.popMark();
        const target = stack.top();
        if (target instanceof Set) for (const item of items) target.add(item);
        return true;
      }
      case 'p':
        stack.remember(memoIndex(source.line()));
        return true;
      case 'q':
        stack.remember(source.byte());
        return true;
      case 'r':
        stack.remember(source.uint32());
        return true;
      case '\x94':
        stack.remember();
        return true;
      case 'g':
        stack.recall(memoIndex(source.line()));
        return true;
      case 'h':
        stack.recall(source.byte());
        return true;
      case 'j':
        stack.recall(source.uint32());
        return true;
      default:
        return false;
    }
  }

  /** Opcodes that in Python look names up, call and build: here they ask the allow-list. */
  private object(code: number): boolean {
    const { source, stack } = this;
    switch (String.fromCharCode(code)) {
      case '\x93': {
        const [module, name] = stack.popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string') throw new PickleError('a global has no name');
        stack.give(namedGlobal(module, name));
        return true;
      }
      case 'R':
      case '\x81': {
        const [callable, args] = stack.popMany(2);
        stack.give(this.call(callable, args));
        return true;
      }
      case '\x92': {
        const [callable, args, named] = stack.popMany(3);
        // Arguments by name are beyond the allow-list.
        const plain = named instanceof Map && named.size === 0;
        stack.give(plain ? this.call(callable, args) : new Unread(nameOf(callable)));
        return true;
      }
      case 'i': {
        const callable = namedGlobal(source.line(), source.line());
        stack.give(this.call(callable, new PickleTuple(stack.popMark())));
        return true;
      }
      case 'o': {
        const [callable, ...args] = stack.popMark();
        stack.give(this.call(callable, new PickleTuple(args)));
        return true;
      }
      case 'b': {
        const [state] = stack.popMany(1);
        const target = stack.top();
        if (isBuildable(target)) target.setState(state ?? null);
        return true;
      }
      case 'P':
        stack.give(this.persistent(source.line()));
        return true;
      case 'Q':
        stack.give(this.persistent(stack.pop()));
        return true;
      case '\x97':
      case '\x98':
        throw new PickleError('it refers to buffers outside of the file');
      default:
        return false;
    }
  }

  private call(callable: PickleValue | undefined, args: PickleValue | undefined): PickleValue {
    if (callable instanceof PickleGlobal && args instanceof PickleTuple) {
      const made = this.host.call(callable.name, args.items);
      if (made !== undefined) return made;
    }
    return new Unread(nameOf(callable));
  }

  private persistent(id: PickleValue): PickleValue {
    return this.host.persistent?.(id) ?? new Unread('a persistent id');
  }
}

/** Fills lists only: what else a class would do with its items is not read. */
function append(items: readonly PickleValue[], target: PickleValue): void {
  if (!Array.isArray(target)) return;
  for (const item of items) (target as PickleValue[]).push(item);
}

/** Fills dicts only. */
function setItems(items: readonly PickleValue[], target: PickleValue): void {
  if (items.length % 2 === 1) throw new PickleError('a dict has a key without a value');
  if (!(target instanceof Map)) return;
  for (let at = 0; at < items.length; at += 2) target.set(items[at]!, items[at + 1]!);
}

function isBuildable(value: PickleValue): value is Buildable & object {
  return typeof value === 'object' && value !== null && 'setState' in value && typeof value.setState === 'function';
}

function nameOf(callable: PickleValue | undefined): string {
  if (callable instanceof PickleGlobal) return callable.name;
  return callable instanceof Unread ? callable.global : 'an object without a name';
}

function memoIndex(line: string): number {
  const index = Number(line);
  if (!/^\d+$/.test(line) || !Number.isSafeInteger(index)) throw new PickleError('a number in it is not one');
  return index;
}
