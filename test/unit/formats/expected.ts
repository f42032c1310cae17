/** Arrays as values.json beside the fixtures says that their producers wrote them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ArrayFile } from '../../../src/formats/array';
import { openArrays } from '../../../src/formats/open';
import { Fault } from '../../../src/protocol/faults';
import { fixtures } from '../../fixtures/paths';

interface Expected {
  dtype: string;
  shape: number[];
  /** null stands for a value that is not finite. */
  values: (number | string | null)[];
}

export const tables = path.join(fixtures, 'tables');
const expected = JSON.parse(readFileSync(path.join(tables, 'values.json'), 'utf8')) as Record<
  string,
  Record<string, Expected>
>;

/** Every array with its type, shape and values, in blocks of any size and twice; and no array besides. */
export async function matchesProducer(name: string, others: string[] = []): Promise<void> {
  const arrays = expected[name];
  assert.ok(arrays, `values.json says nothing of ${name}`);
  await withFile(path.join(tables, name), async (file) => {
    assert.deepEqual(file.arrays.map((info) => info.name).sort(), [...Object.keys(arrays), ...others].sort());
    for (const [array, { dtype, shape, values }] of Object.entries(arrays)) {
      const info = file.arrays.find((one) => one.name === array)!;
      assert.deepEqual({ dtype: info.dtype, shape: info.shape }, { dtype, shape }, array);
      if (dtype === 'string') {
        assert.deepEqual(await file.texts(array), values, array);
        continue;
      }
      await assert.rejects(file.texts(array), { code: 'E_DTYPE' });
      for (const [rows, as] of [
        [1, 'float64'],
        [2, 'float32'],
        [3, 'float64'],
        [100, 'float32'],
        [100, 'float64'],
      ] as const) {
        const wanted = as === 'float64' ? values : values.map((v) => (typeof v === 'number' ? Math.fround(v) : v));
        assert.deepEqual(await numbersOf(file, array, rows, as), wanted.map(plain), `${array} by ${rows} as ${as}`);
      }
    }
  });
}

export async function numbersOf(
  file: ArrayFile,
  array: string,
  rows = 100,
  as: 'float32' | 'float64' = 'float64',
): Promise<(number | null)[]> {
  const seen: (number | null)[] = [];
  let next = 0;
  for await (const block of file.rows(array, { rows, as })) {
    assert.equal(block.start, next);
    assert.ok(block.count >= 1 && block.count <= rows, `a block of ${block.count}`);
    next += block.count;
    for (const value of block.values) seen.push(plain(isFinite(value) ? value : null) as number | null);
  }
  return seen;
}

/** Without the sign of zero, which JSON does not keep. */
function plain(value: number | string | null): number | string | null {
  return value === 0 ? 0 : value;
}

export async function withFile<T>(file: string, use: (opened: ArrayFile) => Promise<T>): Promise<T> {
  const opened = await openArrays(file);
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}

/** Opens the bytes under a name and reads all that there is. @returns the faults, of opening and of each array */
export async function faultsOf(folder: string, name: string, bytes: Uint8Array): Promise<Fault[]> {
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  const faults: Fault[] = [];
  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      assert.ok(error instanceof Fault, `not a Fault: ${error instanceof Error ? error.stack : String(error)}`);
      assert.ok(error.message.includes(name), `the file is not named: ${error.message}`);
      faults.push(error);
    }
  };
  await attempt(() =>
    withFile(file, async (opened) => {
      for (const { name: array, dtype } of opened.arrays) {
        await attempt(() => (dtype === 'string' ? opened.texts(array) : readSome(opened, array)));
      }
    }),
  );
  return faults;
}

/** A damaged shape may be long: what counts is that reading goes well or says why not. */
async function readSome(file: ArrayFile, array: string): Promise<void> {
  let values = 0;
  for await (const block of file.rows(array, { rows: 1000, as: 'float32' })) {
    values += block.values.length;
    if (values > 100_000) return;
  }
}

/** A folder for the tests of one suite. */
export function temporaryFolder(): { path: string } {
  const folder = { path: '' };
  before(async () => {
    folder.path = await mkdtemp(path.join(tmpdir(), 'tables-'));
  });
  after(async () => {
    await rm(folder.path, { recursive: true, force: true });
  });
  return folder;
}
