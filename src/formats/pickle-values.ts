/** What a pickle holds once it is read: plain data, tensors and arrays by description, and names of things unread. */

/** A function or class that the pickle names; nothing is ever looked up by this name. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** Something made by a function or class that is not read: only the name is kept. */
export class Unread {
  /**
   * @param global what would have made it, for example `argparse.Namespace`
   * @param reason why it is not read and what to do, where more can be said than that nothing is executed
   */
  constructor(
    readonly global: string,
    readonly reason?: string,
  ) {}
}

/** What one global of the allow-list makes, where a later BUILD completes it. */
export interface Buildable {
  /** @throws PickleError where the state makes no sense */
  setState(state: PickleValue): void;
}

export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** Dicts are Maps, so that no key of the file can reach a prototype; lists are arrays; bytes are Uint8Arrays. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleTuple
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickleGlobal
  | Unread
  | object;

/** Why a pickle cannot be read, without the file's name. */
export class PickleError extends Error {
  /** @param cut where the bytes ended too early */
  constructor(
    message: string,
    readonly cut = false,
  ) {
    super(message);
  }
}

/** @throws PickleError */
export function tupleItems(value: PickleValue | undefined, what: string): readonly PickleValue[] {
  if (value instanceof PickleTuple) return value.items;
  if (Array.isArray(value)) return value as PickleValue[];
  throw new PickleError(`${what} is not a tuple`);
}

/** A count, an offset or a stride: a whole number ≥ 0. @throws PickleError */
export function count(value: PickleValue | undefined, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new PickleError(`${what} is not a whole number from 0 on`);
}

/** @throws PickleError */
export function counts(value: PickleValue | undefined, what: string): number[] {
  return tupleItems(value, what).map((item) => count(item, what));
}
