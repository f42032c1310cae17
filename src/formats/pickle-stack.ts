/** The stack of a pickle's machine, its marks and its memo, all in line with what the file may justify. */
import { PickleError, type PickleValue } from './pickle-values';

/** An object takes up to some hundred bytes of memory, whatever few bytes the pickle spends on it. */
const MOST_OBJECTS = 2_500_000;

export class PickleStack {
  private readonly values: PickleValue[] = [];
  /** Heights of the stack at each open mark. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private objects = 0;

  /** Something new on the stack. */
  give(value: PickleValue): void {
    if (typeof value === 'object' && value !== null && ++this.objects > MOST_OBJECTS) {
      throw new PickleError('it holds more lists, dicts and objects than are read');
    }
    this.values.push(value);
  }

  top(): PickleValue {
    this.need(1);
    return this.values.at(-1)!;
  }

  pop(): PickleValue {
    this.need(1);
    return this.values.pop()!;
  }

  popMany(count: number): PickleValue[] {
    this.need(count);
    return this.values.splice(this.values.length - count, count);
  }

  /** All values above the last mark, which is taken away. */
  popMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw new PickleError('it closes what it never opened');
    return this.values.splice(mark);
  }

  /** So many values above the last mark. */
  private need(count: number): void {
    if (this.values.length - (this.marks.at(-1) ?? 0) < count) throw new PickleError('it takes what it never gave');
  }

  private remembered(index: number): PickleValue {
    const value = this.memo.get(index);
    if (value === undefined) throw new PickleError(`it recalls number ${index}, which it never stored`);
    return value;
  }

  mark(): void {
    this.marks.push(this.values.length);
  }

  /** Takes the last value away, or the last mark. */
  drop(): void {
    if (this.marks.at(-1) === this.values.length) this.marks.pop();
    else this.pop();
  }

  /** @param index of the memo; the next free one where none is given */
  remember(index = this.memo.size): void {
    this.memo.set(index, this.top());
  }

  /** @throws PickleError where nothing was remembered under the index */
  recall(index: number): void {
    this.values.push(this.remembered(index));
  }

  /** The last value once more. */
  repeat(): void {
    this.values.push(this.top());
  }
}
