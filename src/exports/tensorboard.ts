/**
 * A report as a TensorBoard event file: TFRecord frames around protocol buffers `Event { Summary { scalar } }`.
 * TensorBoard keeps scalars as float32; the other exports keep float64. Source: tensorflow/core/util/event.proto,
 * tensorflow/core/framework/summary.proto and the TFRecord format of the TensorFlow guide.
 */
import type { CheckpointReport, Report } from '../protocol/report';
import { maskedCrc32c } from './crc32c';

/** TensorBoard reads only files with this in their name. */
export const EVENT_FILE_MARK = 'tfevents';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * One event a checkpoint; tags are metric ids, and `layer 3 body.5 Relu/nc1.traceRatio` for what is measured at a layer.
 * @param wallTime of all events, in seconds since 1970
 */
export function tensorboardEvents(report: Report, wallTime: number): Uint8Array {
  const step = stepsOf(report.checkpoints);
  const version = bytesField(3, new TextEncoder().encode('brain.Event:2'));
  const records = [record(concat([doubleField(1, wallTime), version]))];
  report.checkpoints.forEach((checkpoint, index) => {
    const summary = concat(scalars(checkpoint).map(([tag, value]) => bytesField(1, scalarValue(tag, value))));
    const event = [doubleField(1, wallTime), varintField(2, step(checkpoint, index)), bytesField(5, summary)];
    records.push(record(concat(event)));
  });
  return concat(records);
}

/** Epochs where every checkpoint has its own, else the order of the files. */
function stepsOf(checkpoints: readonly CheckpointReport[]): (checkpoint: CheckpointReport, index: number) => number {
  const epochs = new Set(checkpoints.map(({ epoch }) => epoch));
  const usable = epochs.size === checkpoints.length && checkpoints.every(({ epoch }) => (epoch ?? -1) >= 0);
  return usable ? ({ epoch }) => epoch! : (_, index) => index;
}

function scalars({ metrics, layers }: CheckpointReport): [tag: string, value: number][] {
  const ofLayers = layers.flatMap(({ depth, name, metrics: own }) =>
    Object.entries(own).map(([id, value]): [string, number] => [`layer ${depth} ${name}/${id}`, value]),
  );
  return [...Object.entries(metrics), ...ofLayers];
}

/** Summary.Value: tag = 1, simple_value = 2. */
function scalarValue(tag: string, value: number): Uint8Array {
  const number = new Uint8Array(5);
  number[0] = key(2, FIXED32);
  new DataView(number.buffer).setFloat32(1, value, true);
  return concat([bytesField(1, new TextEncoder().encode(tag)), number]);
}

/** Length (uint64), its masked checksum, the data, its masked checksum; all little-endian. */
function record(data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(12 + data.length + 4);
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(frame.subarray(0, 8)), true);
  frame.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return frame;
}

function key(field: number, type: number): number {
  return (field << 3) | type;
}

function doubleField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = key(field, FIXED64);
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

function varintField(field: number, value: number): Uint8Array {
  return Uint8Array.from([key(field, VARINT), ...varint(value)]);
}

function bytesField(field: number, value: Uint8Array): Uint8Array {
  return concat([Uint8Array.from([key(field, BYTES), ...varint(value.length)]), value]);
}

/** Seven bits a byte, lowest first. `value` is a whole number of at least 0. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
