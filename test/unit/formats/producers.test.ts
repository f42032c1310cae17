import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ArrayInfo } from '../../../src/formats/array';
import { collect } from '../../../src/formats/collect';
import { openArrays } from '../../../src/formats/open';
import { fixtures } from '../../fixtures/paths';

interface Expected {
  dtype: string;
  shape: number[];
  /** null stands for a value that is not finite. */
  values: (number | string | null)[];
}

const folder = path.join(fixtures, 'arrays');
const expected = JSON.parse(readFileSync(path.join(folder, 'values.json'), 'utf8')) as Record<
  string,
  Record<string, Expected>
>;

describe('arrays as their producers wrote them', () => {
  for (const [name, arrays] of Object.entries(expected)) {
    it(name, async () => {
      const file = await openArrays(path.join(folder, name));
      try {
        for (const [array, { dtype, shape, values }] of Object.entries(arrays)) {
          const info = file.arrays.find((one) => one.name === array);
          assert.ok(info, `${array} is missing among ${file.arrays.map((one) => one.name).join(', ')}`);
          assert.deepEqual({ dtype: info.dtype, shape: info.shape }, { dtype, shape }, array);
          if (dtype === 'string') {
            assert.deepEqual(await file.texts(array), values);
            continue;
          }
          const read = Array.from(await collect(file, array, 'float64'), (value) => (isFinite(value) ? value : null));
          assert.deepEqual(read.map(withoutSign), values.map(withoutSign), array);
          for (const rows of [1, 2, 3, 100]) await sameInBlocks(file.rows.bind(file), info, values, rows);
        }
      } finally {
        await file.close();
      }
    });
  }

  it('float16 tells infinities, NaN and signs apart', async () => {
    const file = await openArrays(path.join(folder, 'half_edges.npy'));
    const values = await collect(file, 'half_edges', 'float32');
    await file.close();
    assert.deepEqual([...values.slice(4, 6), ...values.slice(7)], [65504, -65504, Infinity, -Infinity, NaN]);
    assert.ok(Object.is(values[1], -0));
  });

  it('arrays that are not read are listed with the reason, beside those that are', async () => {
    const file = await openArrays(path.join(folder, 'mixed.npz'));
    assert.deepEqual(
      file.arrays.map(({ name }) => name),
      ['x'],
    );
    assert.match(file.skipped[0]?.reason ?? '', /mixed\.npz: names holds Python objects/);
    assert.throws(() => file.rows('names', { rows: 1, as: 'float32' }), { code: 'E_DTYPE' });
    await file.close();
  });
});

/** The same in blocks of any size, as float32, twice: every call starts from the first row. */
async function sameInBlocks(
  rowsOf: Awaited<ReturnType<typeof openArrays>>['rows'],
  info: ArrayInfo,
  values: Expected['values'],
  rows: number,
): Promise<void> {
  for (let pass = 0; pass < 2; pass++) {
    const seen: (number | null)[] = [];
    let next = 0;
    for await (const block of rowsOf(info.name, { rows, as: 'float32' })) {
      assert.equal(block.start, next);
      assert.ok(block.count >= 1 && block.count <= rows);
      next += block.count;
      for (const value of block.values) seen.push(isFinite(value) ? value : null);
    }
    assert.deepEqual(
      seen.map(withoutSign),
      values.map((value) => withoutSign(typeof value === 'number' ? Math.fround(value) : value)),
      `${info.name} in blocks of ${rows}`,
    );
  }
}

function withoutSign(value: number | string | null): number | string | null {
  return value === 0 ? 0 : value;
}
