/** Hugging Face's safetensors (huggingface.co/docs/safetensors): 8 bytes of header size, JSON, then the data. */
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayFile, DType, SkippedArray } from './array';
import { fileBytes } from './bytes';
import { ITEM_SIZE } from './dtype';
import type { FileFormat } from './format';
import { repeatedKey } from './json-keys';
import { checkSize, type StoredArray } from './stored';
import { storedFile } from './stored-source';

/** The format's own limit. */
const HEADER_LIMIT = 100_000_000;

const TYPES: Record<string, Exclude<DType, 'string'>> = {
  BOOL: 'bool',
  U8: 'uint8',
  I8: 'int8',
  U16: 'uint16',
  I16: 'int16',
  U32: 'uint32',
  I32: 'int32',
  U64: 'uint64',
  I64: 'int64',
  F16: 'float16',
  BF16: 'bfloat16',
  F32: 'float32',
  F64: 'float64',
  F8_E4M3: 'float8_e4m3fn',
  F8_E5M2: 'float8_e5m2',
  F8_E4M3FNUZ: 'float8_e4m3fnuz',
  F8_E5M2FNUZ: 'float8_e5m2fnuz',
  F8_E8M0: 'float8_e8m0fnu',
};

export const safetensors: FileFormat = {
  matches: ({ base, size }) => /\.safetensors$/i.test(base) && size >= 8,
  open: ({ path: file, handle, size }) => openSafetensors(file, handle, size),
};

/** Under another name: known by its first bytes. */
export const safetensorsUnnamed: FileFormat = {
  matches: ({ head, size }) => isSafetensors(head, size),
  open: (file) => safetensors.open(file),
};

/** Nine bytes tell: the header fits and begins as a JSON object. */
function isSafetensors(head: Uint8Array, size: number): boolean {
  if (head.length < 9 || head[8] !== 0x7b) return false;
  const length = Buffer.from(head).readBigUInt64LE(0);
  return length <= BigInt(HEADER_LIMIT) && Number(length) + 8 <= size;
}

/** @throws Fault E_TRUNCATED, E_DAMAGED; tensors of other types are skipped with a reason */
export async function openSafetensors(file: string, handle: FileHandle, size: number): Promise<ArrayFile> {
  const base = path.basename(file);
  const bytes = fileBytes(handle, 0, base);
  const prefix = Buffer.alloc(8);
  await bytes.readAt(prefix, 0);
  const length = prefix.readBigUInt64LE(0);
  if (length > BigInt(HEADER_LIMIT)) throw damaged(base, `its header claims ${length} bytes`);
  const begin = 8 + Number(length);
  if (begin > size) {
    throw new Fault('E_TRUNCATED', `${base} ends inside its header: it was cut off; save it again.`);
  }
  const header = Buffer.alloc(Number(length));
  await bytes.readAt(header, 8);
  const stored: StoredArray[] = [];
  const skipped: SkippedArray[] = [];
  const ranges: Range[] = [];
  for (const [name, entry] of Object.entries(parse(header, base))) {
    if (name === '__metadata__') continue;
    const label = `${base}: ${name}`;
    const { dtype: type, shape, offset, end } = tensor(entry, label);
    ranges.push({ name, offset, end });
    const dtype = TYPES[type];
    if (!dtype) {
      skipped.push({ name, reason: `${label} ${unread(type)}` });
      continue;
    }
    const itemSize = ITEM_SIZE[dtype];
    checkSize(shape, itemSize, Math.min(end, size - begin) - offset, label);
    if (shape.reduce((product, axis) => product * axis, itemSize) !== end - offset) {
      throw damaged(label, 'its place in the file is larger than its shape needs');
    }
    stored.push({
      info: { name, dtype, shape },
      itemSize,
      littleEndian: true,
      fortran: false,
      data: fileBytes(handle, begin + offset, label),
      label,
    });
  }
  checkOverlaps(ranges, base);
  return storedFile(file, handle, stored, skipped);
}

function unread(type: string): string {
  if (/^C\d+$/.test(type)) {
    return `holds complex numbers (${type}), which are not read; save torch.view_as_real(tensor) instead.`;
  }
  if (/^F[46]/.test(type)) return `has elements of less than a byte (${type}), which are not read; save it as F32.`;
  return `has element type ${type}, which is not read; save it as F32.`;
}

interface Range {
  name: string;
  offset: number;
  end: number;
}

/** The format forbids that two tensors share bytes. */
function checkOverlaps(ranges: readonly Range[], base: string): void {
  const filled = ranges.filter(({ offset, end }) => end > offset).sort((a, b) => a.offset - b.offset);
  filled.forEach((range, at) => {
    const before = filled[at - 1];
    if (before && before.end > range.offset) {
      throw damaged(base, `its tensors ${before.name} and ${range.name} lie in the same bytes`);
    }
  });
}

function parse(header: Buffer, base: string): Record<string, unknown> {
  const text = header.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(base, 'its header is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damaged(base, 'its header is not a JSON object');
  }
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw damaged(base, `its header names ${repeated} twice`);
  return value as Record<string, unknown>;
}

function tensor(entry: unknown, label: string): { dtype: string; shape: number[]; offset: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const counts = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((value) => Number.isSafeInteger(value) && (value as number) >= 0);
  if (
    typeof dtype !== 'string' ||
    !counts(shape) ||
    !counts(offsets) ||
    offsets.length !== 2 ||
    offsets[0]! > offsets[1]!
  ) {
    throw damaged(label, 'its entry in the header makes no sense');
  }
  return { dtype, shape, offset: offsets[0]!, end: offsets[1]! };
}

function damaged(label: string, why: string): Fault {
  return new Fault('E_DAMAGED', `${label} cannot be read: ${why}, so the file is damaged; save it again.`);
}
