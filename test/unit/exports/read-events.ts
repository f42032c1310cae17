/** Reads TensorBoard event files for tests: written from the formats' descriptions, apart from the writer. */
import assert from 'node:assert/strict';

export interface ReadEvent {
  wallTime: number;
  step: number;
  version?: string;
  scalars: [tag: string, value: number][];
}

/** CRC-32C bit by bit. */
function crc(bytes: Uint8Array): bigint {
  let sum = 0xffffffffn;
  for (const byte of bytes) {
    sum ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) sum = (sum >> 1n) ^ (sum & 1n ? 0x82f63b78n : 0n);
  }
  return sum ^ 0xffffffffn;
}

function masked(bytes: Uint8Array): number {
  const sum = crc(bytes);
  return Number((((sum >> 15n) | (sum << 17n)) + 0xa282ead8n) & 0xffffffffn);
}

/** Checks both checksums of every record. */
export function readEvents(file: Buffer): ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    assert.equal(file.readUInt32LE(at + 8), masked(file.subarray(at, at + 8)), 'checksum of a length');
    const data = file.subarray(at + 12, at + 12 + length);
    assert.equal(data.length, length, 'the last record is cut');
    assert.equal(file.readUInt32LE(at + 12 + length), masked(data), 'checksum of a record');
    events.push(readEvent(data));
    at += 16 + length;
  }
  return events;
}

function readEvent(data: Buffer): ReadEvent {
  const event: ReadEvent = { wallTime: NaN, step: 0, scalars: [] };
  for (const [field, value] of fields(data)) {
    if (field === 1) event.wallTime = (value as Buffer).readDoubleLE();
    else if (field === 2) event.step = value as number;
    else if (field === 3) event.version = String(value);
    else if (field === 5) event.scalars = fields(value as Buffer).map(([, one]) => readScalar(one as Buffer));
  }
  return event;
}

function readScalar(data: Buffer): [string, number] {
  const read = new Map(fields(data));
  return [String(read.get(1)), (read.get(2) as Buffer).readFloatLE()];
}

function fields(data: Buffer): [field: number, value: number | Buffer][] {
  const found: [number, number | Buffer][] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let place = 1; ; place *= 128) {
      const byte = data[at++]!;
      value += (byte & 0x7f) * place;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number): Buffer => data.subarray(at, (at += length));
  while (at < data.length) {
    const key = varint();
    const type = key & 7;
    const value = type === 0 ? varint() : bytes(type === 1 ? 8 : type === 5 ? 4 : varint());
    found.push([key >> 3, value]);
  }
  return found;
}
