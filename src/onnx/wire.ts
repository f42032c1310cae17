/** Reading protobuf's wire format in place: no copy of the weights, every length checked against what is really there. */

/** A length or a varint pointed beyond the bytes at hand. */
export class WireError extends Error {
  /** @param atEnd the bytes stop in the middle of something that was well-formed so far */
  constructor(
    message: string,
    readonly atEnd: boolean,
  ) {
    super(message);
  }
}

export interface Field {
  number: number;
  /** Varint value for wire type 0; NaN otherwise. 64-bit values beyond 2^53 lose digits (none matters here). */
  varint: number;
  /** The field's bytes for wire types 1, 2 and 5 (a view, not a copy). */
  bytes: Uint8Array;
}

const NONE = new Uint8Array(0);
const text = new TextDecoder('utf-8');

/** Every field of a message in order. Throws WireError on anything malformed. */
export function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (let length = 0; length < 10; length++) {
      const byte = message[at];
      if (byte === undefined) throw new WireError('a number is cut off', true);
      at++;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return value;
    }
    throw new WireError('a number is too long', false);
  };
  const take = (length: number): Uint8Array => {
    if (length > message.length - at) throw new WireError('a field is cut off', true);
    const bytes = message.subarray(at, at + length);
    at += length;
    return bytes;
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new WireError('field number 0', false);
    switch (tag % 8) {
      case 0:
        yield { number, varint: varint(), bytes: NONE };
        break;
      case 1:
        yield { number, varint: NaN, bytes: take(8) };
        break;
      case 2:
        yield { number, varint: NaN, bytes: take(varint()) };
        break;
      case 5:
        yield { number, varint: NaN, bytes: take(4) };
        break;
      default:
        throw new WireError(`wire type ${tag % 8}`, false);
    }
  }
}

export function string(bytes: Uint8Array): string {
  return text.decode(bytes);
}

/** A signed 64-bit varint as JavaScript sees it: protobuf writes negative numbers as 2^64 − |n|. */
export function signed(value: number): number {
  return value >= 2 ** 63 ? value - 2 ** 64 : value;
}

/** A repeated integer field, packed or not, appended to `into`. */
export function integers(field: Field, into: number[]): void {
  if (!Number.isNaN(field.varint)) {
    into.push(signed(field.varint));
    return;
  }
  let at = 0;
  while (at < field.bytes.length) {
    let value = 0;
    let scale = 1;
    let byte: number | undefined;
    do {
      byte = field.bytes[at++];
      if (byte === undefined) throw new WireError('a packed number is cut off', true);
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    into.push(signed(value));
  }
}

export function float32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
}

/** Bytes of one length-delimited field: tag, length, content. */
export function delimited(number: number, content: Uint8Array): Uint8Array {
  const head = [...encodeVarint(number * 8 + 2), ...encodeVarint(content.length)];
  const out = new Uint8Array(head.length + content.length);
  out.set(head);
  out.set(content, head.length);
  return out;
}

/** Bytes of one varint field; the value is a whole number from 0. */
export function varintField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...encodeVarint(number * 8), ...encodeVarint(value)]);
}

function encodeVarint(value: number): number[] {
  const bytes: number[] = [];
  while (value > 127) {
    bytes.push((value % 128) | 128);
    value = Math.floor(value / 128);
  }
  bytes.push(value);
  return bytes;
}

/** A message with every field of one number changed; the others stay as they are. */
export function mapFields(bytes: Uint8Array, number: number, change: (inner: Uint8Array) => Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const field of fields(bytes)) {
    if (!Number.isNaN(field.varint)) parts.push(varintField(field.number, field.varint));
    else parts.push(delimited(field.number, field.number === number ? change(field.bytes) : field.bytes));
  }
  return joined(parts);
}

/** Byte strings one behind the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
