/** The operands of pickle opcodes, read forward from bytes that are all there. */
import { PickleError } from './pickle-values';

/** Python writes integers of any size; sizes, strides and seeds need far fewer bytes than this. */
const LONG_BYTES = 1024;
/** A line of the text protocol. */
const LINE_BYTES = 64 * 1024 * 1024;

export class PickleBytes {
  private readonly bytes: Buffer;
  position: number;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = start;
  }

  byte(): number {
    return this.bytes[this.step(1)]!;
  }

  uint16(): number {
    return this.bytes.readUInt16LE(this.step(2));
  }

  int32(): number {
    return this.bytes.readInt32LE(this.step(4));
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.step(4));
  }

  /** A length of 8 bytes; one beyond what a number holds is beyond every file too. */
  uint64(): number {
    return Number(this.bytes.readBigUInt64LE(this.step(8)));
  }

  /** Big-endian, unlike all else. */
  float64(): number {
    return this.bytes.readDoubleBE(this.step(8));
  }

  /** The next bytes, not copied. */
  take(length: number): Uint8Array {
    if (length < 0) throw new PickleError('a length is negative');
    const start = this.step(length);
    return this.bytes.subarray(start, start + length);
  }

  text(length: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
    return (this.take(length) as Buffer).toString(encoding);
  }

  /** Up to the next line feed, which is taken too. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new PickleError('a line does not end', true);
    if (end - this.position > LINE_BYTES) throw new PickleError('a line is too long');
    const text = this.bytes.toString('latin1', this.position, end);
    this.position = end + 1;
    return text;
  }

  /** Two's complement, little-endian, of any length. */
  long(length: number): number | bigint {
    if (length > LONG_BYTES) throw new PickleError(`an integer of ${length} bytes is too large`);
    const bytes = Buffer.from(this.take(length)).reverse();
    if (length === 0) return 0;
    const unsigned = BigInt(`0x${bytes.toString('hex')}`);
    return asNumber(BigInt.asIntN(8 * length, unsigned));
  }

  private step(length: number): number {
    const start = this.position;
    if (!(start + length <= this.bytes.length)) throw new PickleError('it ends too early', true);
    this.position = start + length;
    return start;
  }
}

/** Integers that a number holds exactly become one. */
export function asNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
