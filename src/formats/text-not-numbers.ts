/** Numbers were asked of an array that has none. */
import { Fault } from '../protocol/faults';

/** @param label names file and array @param other what to choose instead */
export function textNotNumbers(label: string, other: 'array' | 'column'): Fault {
  return new Fault('E_DTYPE', `${label} holds text, not numbers; choose another ${other}.`);
}
