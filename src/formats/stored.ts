/** An array as it lies in its file, and the checks that its header passes before anything is allocated for it. */
import { Fault } from '../protocol/faults';
import type { ArrayInfo, DType } from './array';
import type { Bytes } from './bytes';

export interface StoredArray {
  info: ArrayInfo;
  /** Bytes per element. */
  itemSize: number;
  littleEndian: boolean;
  /** Column-major: the first axis varies fastest. */
  fortran: boolean;
  /** Text of one byte per character (UTF-8) or of four (UTF-32). */
  text?: 'utf8' | 'utf32';
  /** Starts at the first element. */
  data: Bytes;
  /** Names file and array in faults. */
  label: string;
}

const MOST_AXES = 64;

/**
 * @param available bytes that there are for the array
 * @throws Fault E_TRUNCATED where the header promises more than there is, E_DAMAGED where it promises nonsense
 */
export function checkSize(shape: readonly number[], itemSize: number, available: number, label: string): void {
  if (shape.length > MOST_AXES || shape.some((axis) => !Number.isSafeInteger(axis) || axis < 0)) {
    throw new Fault('E_DAMAGED', `${label} has an impossible shape in its header: it is damaged; save it again.`);
  }
  if (shape.includes(0)) return;
  const needed = shape.reduce((product, axis) => product * axis, itemSize);
  if (needed > available) {
    throw new Fault(
      'E_TRUNCATED',
      `${label} promises ${shapeText(shape)} values (${needed} bytes) but holds only ${Math.max(0, available)} bytes: it was cut off or is damaged; save it again.`,
    );
  }
}

/** `2000×1×28×28`; a single value has no axes. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'single value' : shape.join('×');
}

/** `x (2000×1×28×28 uint8)` */
export function describe(info: { name: string; dtype: DType; shape: readonly number[] }): string {
  return `${info.name} (${shapeText(info.shape)} ${info.dtype === 'string' ? 'text' : info.dtype})`;
}
