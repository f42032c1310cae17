import assert from 'node:assert/strict';
import path from 'node:path';
import { columnOf, selectColumn } from '../../../src/formats/column';
import { findArray } from '../../../src/formats/array-file';
import { openArrays } from '../../../src/formats/open';
import {
  formatReference,
  parseReference,
  relativeReference,
  resolveReference,
  shortReference,
} from '../../../src/formats/reference';
import { fixtures } from '../../fixtures/paths';
import { tables } from './expected';

describe('references', () => {
  const folder = path.resolve('/runs/ce');

  it('name one column of an array', () => {
    assert.deepEqual(parseReference('attrs.npy[3]'), { file: 'attrs.npy', column: 3 });
    assert.deepEqual(parseReference('celeba.npz#attributes[31]'), {
      file: 'celeba.npz',
      array: 'attributes',
      column: 31,
    });
    assert.deepEqual(parseReference('a.h5#w[1][2]'), { file: 'a.h5', array: 'w[1]', column: 2 });
    assert.deepEqual(parseReference('a.npz#x[y]'), { file: 'a.npz', array: 'x[y]' });
    assert.deepEqual(parseReference('a.npz#x[-1]'), { file: 'a.npz', array: 'x[-1]' });
    assert.deepEqual(parseReference('run[3]/a.npz#x'), { file: 'run[3]/a.npz', array: 'x' });
  });

  it('a name that ends as a column does is written with [] behind it', () => {
    assert.deepEqual(parseReference('a.h5#w[3][]'), { file: 'a.h5', array: 'w[3]' });
    assert.deepEqual(parseReference('images[3][]'), { file: 'images[3]' });
    for (const parsed of [
      { file: 'a.h5', array: 'w[3]' },
      { file: 'a.h5', array: 'w[]' },
      { file: 'a.h5', array: 'w[3]', column: 0 },
      { file: 'images[3]' },
      { file: 'a.npy' },
      { file: '', array: 'penultimate', column: 2 },
    ]) {
      assert.deepEqual(parseReference(formatReference(parsed)), parsed);
    }
  });

  it('know the endings of tables', () => {
    for (const file of ['run #1.h5', 'a#b.parquet', 'labels #2.csv', 'a#b.tsv', 'a#b.json', 'a#b.jsonl']) {
      assert.deepEqual(parseReference(`${file}#a/b`), { file, array: 'a/b' });
      assert.deepEqual(parseReference(file), { file });
    }
  });

  it('without a file mean the file that the context knows', () => {
    assert.deepEqual(parseReference('#penultimate'), { file: '', array: 'penultimate' });
    assert.deepEqual(parseReference('#head/W[1]'), { file: '', array: 'head/W', column: 1 });
    assert.equal(resolveReference(folder, '#penultimate'), '#penultimate');
    assert.equal(relativeReference(folder, '#penultimate[2]'), '#penultimate[2]');
    assert.equal(shortReference('#penultimate'), '#penultimate');
    const odd = path.join(folder, '#x.npy');
    assert.equal(relativeReference(folder, odd), './#x.npy');
    assert.equal(resolveReference(folder, './#x.npy'), odd);
  });

  it('keep their column from relative to absolute, back, and for people', () => {
    const absolute = resolveReference(folder, '../celeba.npz#attributes[31]');
    assert.equal(absolute, `${path.resolve('/runs/celeba.npz')}#attributes[31]`);
    assert.equal(relativeReference(folder, absolute), '../celeba.npz#attributes[31]');
    assert.equal(shortReference(absolute), 'celeba.npz#attributes[31]');
    assert.equal(shortReference(resolveReference(folder, 'attrs.npy[0]')), 'attrs.npy[0]');
  });
});

describe('one column of an array', () => {
  it('is an array of its own, in blocks and from the start each time', async () => {
    const file = await openArrays(path.join(fixtures, 'arrays', 'fortran_big.npy'));
    const info = findArray(file, undefined);
    const column = columnOf(file, info, 1);
    assert.deepEqual(column.info, { name: 'fortran_big[1]', dtype: 'float64', shape: [5] });
    for (const rows of [1, 2, 100]) {
      const values: number[] = [];
      for await (const block of column.rows({ rows, as: 'float32' })) {
        assert.equal(block.start, values.length);
        assert.equal(block.values.length, block.count);
        values.push(...block.values);
      }
      // Row i, column j of the fixture is (6·i + j) / 4.
      assert.deepEqual(values, [0.25, 1.75, 3.25, 4.75, 6.25]);
    }
    await file.close();
  });

  it('may be text', async () => {
    const file = await openArrays(path.join(tables, 'types.h5'));
    const column = columnOf(file, findArray(file, 'table of text'), 1);
    assert.deepEqual(await column.texts?.(), ['b', 'd', 'f']);
    await file.close();
  });

  it('is not there: the columns that are, are named', async () => {
    const file = await openArrays(path.join(tables, 'hot.json'));
    const info = findArray(file, 'hot');
    for (const column of [3, -1, 0.5]) {
      assert.throws(() => columnOf(file, info, column), { code: 'E_NO_SUCH_COLUMN', message: /hot\.json: hot.*has 3/ });
    }
    await file.close();
    const numbers = await openArrays(path.join(tables, 'numbers.json'));
    assert.throws(() => columnOf(numbers, findArray(numbers, undefined), 0), {
      code: 'E_NO_SUCH_COLUMN',
      message: /no columns/,
    });
    await numbers.close();
  });

  it('is taken from blocks of growing size', async () => {
    async function* blocks(): AsyncGenerator<{ start: number; count: number; values: Float64Array }> {
      yield { start: 0, count: 1, values: Float64Array.of(1, 2) };
      yield { start: 1, count: 2, values: Float64Array.of(3, 4, 5, 6) };
    }
    const seen: number[][] = [];
    for await (const { values } of selectColumn(blocks(), 2, 0)) seen.push([...values]);
    assert.deepEqual(seen, [[1], [3, 5]]);
  });
});
