/** What the tests of tensor files share: values by their producers, and changed copies of files. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { collect } from '../../../src/formats/collect';
import { openArrays } from '../../../src/formats/open';
import { Fault } from '../../../src/protocol/faults';
import { fixtures } from '../../fixtures/paths';

export const tensors = path.join(fixtures, 'tensors');

interface Expected {
  dtype: string;
  shape: number[];
  /** Text stands for a value that is not finite. */
  values: (number | string)[];
}

const { arrays, skipped } = JSON.parse(readFileSync(path.join(tensors, 'values.json'), 'utf8')) as {
  arrays: Record<string, Record<string, Expected>>;
  skipped: Record<string, string[]>;
};

/** Files among the fixtures by what their names end in. */
export function producedFiles(ending: RegExp): string[] {
  return Object.keys(arrays).filter((file) => ending.test(file));
}

/** Every array of the file has the type, shape and values that its producer gave it, in blocks of any size. */
export async function sameAsProduced(name: string): Promise<void> {
  const file = await openArrays(path.join(tensors, name));
  try {
    const expected = arrays[name]!;
    assert.deepEqual(file.arrays.map((info) => info.name).sort(), Object.keys(expected).sort());
    assert.deepEqual(file.skipped.map((array) => array.name).sort(), (skipped[name] ?? []).sort());
    for (const [array, { dtype, shape, values }] of Object.entries(expected)) {
      const info = file.arrays.find((one) => one.name === array);
      assert.deepEqual({ dtype: info?.dtype, shape: info?.shape }, { dtype, shape }, array);
      assert.deepEqual(Array.from(await collect(file, array, 'float64'), shown), values.map(numeric), array);
      for (const rows of [1, 2, 100]) {
        const seen: (number | string)[] = [];
        for await (const block of file.rows(array, { rows, as: 'float32' })) {
          assert.ok(block.count >= 1 && block.count <= rows);
          for (const value of block.values) seen.push(shown(value));
        }
        const rounded = values.map((value) => (typeof value === 'number' ? Math.fround(value) : value));
        assert.deepEqual(seen, rounded.map(numeric), `${array} in blocks of ${rows}`);
      }
    }
  } finally {
    await file.close();
  }
}

function shown(value: number): number | string {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? value + 0 : value > 0 ? 'inf' : '-inf';
}

/** Zeros without their sign, as JSON has them. */
function numeric(value: number | string): number | string {
  return value === 0 ? 0 : value;
}

export class Scratch {
  private folder = '';

  async make(): Promise<void> {
    this.folder = await mkdtemp(path.join(tmpdir(), 'tensors-'));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  async write(name: string, bytes: Uint8Array | string): Promise<string> {
    await writeFile(this.path(name), bytes);
    return this.path(name);
  }

  /** The fault of opening the bytes under a name and reading every array. */
  async faultOf(name: string, bytes: Uint8Array | string): Promise<Fault> {
    const fault = await this.read(await this.write(name, bytes));
    if (!fault) assert.fail(`${name} was read`);
    assert.ok(fault.message.includes(name), `the file is not named: ${fault.message}`);
    return fault;
  }

  /** Reads all; @returns the fault, if there is one. Any other error fails the test. */
  async read(file: string): Promise<Fault | undefined> {
    try {
      const opened = await openArrays(file);
      try {
        for (const { name, dtype } of opened.arrays) if (dtype !== 'string') await collect(opened, name, 'float32');
      } finally {
        await opened.close();
      }
      return undefined;
    } catch (error) {
      assert.ok(error instanceof Fault, `not a Fault: ${error instanceof Error ? error.stack : String(error)}`);
      return error;
    }
  }
}
