/** Files as a run has them, made in a temporary folder: arrays in NumPy's own format. */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InspectRequest, Plan, Question } from '../../../src/protocol/engine';
import type { ModelFacts } from '../../../src/run/model-facts';
import { makePlan } from '../../../src/run/plan';

export type Kind = '<f4' | '<f8' | '<i8' | '|u1';

const WRITERS: Record<Kind, [size: number, write: (bytes: Buffer, value: number, at: number) => void]> = {
  '<f4': [4, (bytes, value, at) => void bytes.writeFloatLE(value, at)],
  '<f8': [8, (bytes, value, at) => void bytes.writeDoubleLE(value, at)],
  '<i8': [8, (bytes, value, at) => void bytes.writeBigInt64LE(BigInt(value), at)],
  '|u1': [1, (bytes, value, at) => void bytes.writeUInt8(value, at)],
};

/** A .npy file. Without values: zeros. */
export function npy(shape: number[], kind: Kind = '<f4', values: readonly number[] = []): Buffer {
  const [size, write] = WRITERS[kind];
  const data = Buffer.alloc(shape.reduce((a, b) => a * b, size));
  values.forEach((value, i) => {
    write(data, value, i * size);
  });
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${axes}), }`.padEnd(117);
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(118, 8);
  return Buffer.concat([head, Buffer.from(`${text}\n`), data]);
}

/** `count` labels that go round the classes. */
export function labels(count: number, classes: number, kind: Kind = '<i8'): Buffer {
  return npy(
    [count],
    kind,
    Array.from({ length: count }, (_, i) => i % classes),
  );
}

/** safetensors of float32 and int64 zeros and labels, as bytes. */
export function tensors(arrays: Record<string, { shape: number[]; labels?: number[] }>): Buffer {
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  let at = 0;
  for (const [name, { shape, labels: values }] of Object.entries(arrays)) {
    const count = shape.reduce((a, b) => a * b, 1);
    const data = values ? Buffer.from(BigInt64Array.from(values, BigInt).buffer) : Buffer.alloc(count * 4);
    header[name] = { dtype: values ? 'I64' : 'F32', shape, data_offsets: [at, at + data.length] };
    parts.push(data);
    at += data.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, ...parts]);
}

const made: string[] = [];
process.once('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files; a name may have folders in it. */
export async function folderOf(files: Record<string, Buffer | string>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'run-'));
  made.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return folder;
}

/** What a small image classifier says of itself. */
export const MODEL: ModelFacts = {
  inputs: [{ name: 'input', role: 'samples', dtype: 'float32', shape: [null, 1, 4, 4] }],
  classes: 3,
  featureDimension: 8,
};

export function request(target: string, more: Partial<InspectRequest> = {}): InspectRequest {
  return { target, kind: 'guess', searchFolders: [], ...more };
}

export async function planOf(target: string, more: Partial<InspectRequest> = {}, model = MODEL): Promise<Plan> {
  const result = await makePlan(request(target, more), async () => model);
  if (result.kind === 'question') throw new Error(`asked: ${JSON.stringify(result.question)}`);
  return result.plan;
}

export async function questionOf(target: string, more: Partial<InspectRequest> = {}, model = MODEL): Promise<Question> {
  const result = await makePlan(request(target, more), async () => model);
  if (result.kind === 'plan') throw new Error(`planned: ${JSON.stringify(result.plan)}`);
  return result.question;
}
