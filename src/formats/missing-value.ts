/** A table with a hole where a number or a text is needed. */
import { Fault } from '../protocol/faults';

/** @param row counted from 0, as arrays are */
export function missingValue(label: string, row: number): Fault {
  return new Fault(
    'E_MISSING_VALUE',
    `${label} has no value in row ${row} (counted from 0); fill it in or leave the row out.`,
  );
}
