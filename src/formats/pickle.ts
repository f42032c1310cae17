/**
 * Python pickles, protocols 0 to 5, read as data (docs.python.org/3/library/pickletools.html). Nothing is executed:
 * a global is only a name, and what a call of it would make is up to an allow-list (`PickleHost`); else it is `Unread`.
 * Every opcode takes at least one byte and adds at most what its bytes hold, so memory stays in line with the file.
 */
import { PickleBytes } from './pickle-bytes';
import { literal, namedGlobal } from './pickle-literals';
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

class Machine {
  private stack: PickleValue[] = [];
  /** Heights of the stack at each open mark. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    private readonly source: PickleBytes,
    private readonly host: PickleHost,
  ) {}

  run(): PickleValue {
    for (;;) {
      const code = this.source.byte();
      if (code === 0x2e) return this.pop();
      const value = literal(code, this.source);
      if (value !== undefined) this.stack.push(value);
      else if (!this.container(code) && !this.object(code)) {
        throw new PickleError(`it holds the unknown opcode ${code}`);
      }
    }
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
        this.marks.push(stack.length);
        return true;
      case '0':
        if (this.marks.at(-1) === stack.length) this.marks.pop();
        else this.pop();
        return true;
      case '1':
        this.popMark();
        return true;
      case '2':
        stack.push(this.top());
        return true;
      case 't':
        stack.push(new PickleTuple(this.popMark()));
        return true;
      case '\x85':
        stack.push(new PickleTuple(this.popMany(1)));
        return true;
      case '\x86':
        stack.push(new PickleTuple(this.popMany(2)));
        return true;
      case '\x87':
        stack.push(new PickleTuple(this.popMany(3)));
        return true;
      case 'l':
        stack.push(this.popMark());
        return true;
      case 'd': {
        const items = this.popMark();
        const map = new Map<PickleValue, PickleValue>();
        setItems(map, items);
        stack.push(map);
        return true;
      }
      case '\x91':
        stack.push(new Set(this.popMark()));
        return true;
      case 'a':
        append(this.popMany(1), this.top.bind(this));
        return true;
      case 'e':
        append(this.popMark(), this.top.bind(this));
        return true;
      case 's':
        setItems(undefined, this.popMany(2), this.top.bind(this));
        return true;
      case 'u':
        setItems(undefined, this.popMark(), this.top.bind(this));
        return true;
      case '\x90': {
        const items = this.popMark();
        const target = this.top();
        if (target instanceof Set) for (const item of items) target.add(item);
        return true;
      }
      case 'p':
        this.memo.set(memoIndex(source.line()), this.top());
        return true;
      case 'q':
        this.memo.set(source.byte(), this.top());
        return true;
      case 'r':
        this.memo.set(source.uint32(), this.top());
        return true;
      case '\x94':
        this.memo.set(this.memo.size, this.top());
        return true;
      case 'g':
        stack.push(this.remembered(memoIndex(source.line())));
        return true;
      case 'h':
        stack.push(this.remembered(source.byte()));
        return true;
      case 'j':
        stack.push(this.remembered(source.uint32()));
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
        const [module, name] = this.popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string') throw new PickleError('a global has no name');
        stack.push(namedGlobal(module, name));
        return true;
      }
      case 'R':
      case '\x81': {
        const [callable, args] = this.popMany(2);
        stack.push(this.call(callable, args));
        return true;
      }
      case '\x92': {
        const [callable, args, named] = this.popMany(3);
        // Arguments by name are beyond the allow-list.
        const plain = named instanceof Map && named.size === 0;
        stack.push(plain ? this.call(callable, args) : new Unread(nameOf(callable)));
        return true;
      }
      case 'i': {
        const callable = namedGlobal(source.line(), source.line());
        stack.push(this.call(callable, new PickleTuple(this.popMark())));
        return true;
      }
      case 'o': {
        const [callable, ...args] = this.popMark();
        stack.push(this.call(callable, new PickleTuple(args)));
        return true;
      }
      case 'b': {
        const [state] = this.popMany(1);
        const target = this.top();
        if (isBuildable(target)) target.setState(state ?? null);
        return true;
      }
      case 'P':
        stack.push(this.persistent(source.line()));
        return true;
      case 'Q':
        stack.push(this.persistent(this.pop()));
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

  private top(): PickleValue {
    this.need(1);
    return this.stack.at(-1)!;
  }

  private pop(): PickleValue {
    this.need(1);
    return this.stack.pop()!;
  }

  private popMany(count: number): PickleValue[] {
    this.need(count);
    return this.stack.splice(this.stack.length - count, count);
  }

  private popMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw new PickleError('it closes what it never opened');
    return this.stack.splice(mark);
  }

  /** So many values above the last mark. */
  private need(count: number): void {
    if (this.stack.length - (this.marks.at(-1) ?? 0) < count) throw new PickleError('it takes what it never gave');
  }

  private remembered(index: number): PickleValue {
    const value = this.memo.get(index);
    if (value === undefined) throw new PickleError(`it recalls number ${index}, which it never stored`);
    return value;
  }
}

/** Fills lists only: what else a class would do with its items is not read. */
function append(items: readonly PickleValue[], top: () => PickleValue): void {
  const target = top();
  if (!Array.isArray(target)) return;
  for (const item of items) (target as PickleValue[]).push(item);
}

function setItems(
  map: Map<PickleValue, PickleValue> | undefined,
  items: readonly PickleValue[],
  top?: () => PickleValue,
): void {
  const target = map ?? top?.();
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
