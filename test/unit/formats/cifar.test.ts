import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { collect } from '../../../src/formats/collect';
import { isArrayFolder, openArrays } from '../../../src/formats/open';
import { Scratch } from './tensor-files';

const scratch = new Scratch();

/** Pixel p of record r holds (7·r + p) mod 251, so that every place in the file has a value of its own kind. */
function records(labels: readonly (readonly number[])[], first = 0): Buffer {
  return Buffer.concat(
    labels.map((label, at) =>
      Buffer.from([...label, ...Array.from({ length: 3072 }, (_, p) => (7 * (first + at) + p) % 251)]),
    ),
  );
}

const pixels = (count: number, first = 0): number[] =>
  Array.from({ length: count * 3072 }, (_, at) => (7 * (first + Math.floor(at / 3072)) + (at % 3072)) % 251);

async function cifar10(name: string): Promise<string> {
  const folder = scratch.path(name);
  await mkdir(folder);
  for (let batch = 1; batch <= 5; batch++) {
    const labels = [[batch], [batch + 1], [batch + 2]].slice(0, batch === 3 ? 1 : 3);
    await writeFile(path.join(folder, `data_batch_${batch}.bin`), records(labels, 10 * batch));
  }
  await writeFile(path.join(folder, 'test_batch.bin'), records([[9], [0]], 90));
  await writeFile(path.join(folder, 'batches.meta.txt'), 'airplane\n');
  return folder;
}

describe('CIFAR, binary version', () => {
  beforeEach(() => scratch.make());
  afterEach(() => scratch.remove());

  it('CIFAR-10: one batch', async () => {
    const file = await openArrays(await scratch.write('data_batch_2.bin', records([[3], [0], [9]])));
    assert.deepEqual(file.arrays, [
      { name: 'x', dtype: 'uint8', shape: [3, 3, 32, 32] },
      { name: 'y', dtype: 'uint8', shape: [3] },
    ]);
    assert.deepEqual([...(await collect(file, 'x', 'float32'))], pixels(3));
    assert.deepEqual([...(await collect(file, 'y', 'float64'))], [3, 0, 9]);
    await file.close();
  });

  it('CIFAR-100: coarse and fine labels', async () => {
    const file = await openArrays(
      await scratch.write(
        'test.bin',
        records([
          [19, 99],
          [0, 41],
        ]),
      ),
    );
    assert.deepEqual(
      file.arrays.map(({ name, shape }) => [name, shape]),
      [
        ['x', [2, 3, 32, 32]],
        ['y_coarse', [2]],
        ['y_fine', [2]],
      ],
    );
    assert.deepEqual([...(await collect(file, 'x', 'float32'))], pixels(2));
    assert.deepEqual([...(await collect(file, 'y_coarse', 'float64'))], [19, 0]);
    assert.deepEqual([...(await collect(file, 'y_fine', 'float64'))], [99, 41]);
    await file.close();
  });

  it('the folder: all batches in order, in blocks of any size', async () => {
    const folder = await cifar10('cifar-10-batches-bin');
    assert.equal(await isArrayFolder(folder), true);
    const file = await openArrays(folder);
    assert.deepEqual(
      file.arrays.map(({ name, shape }) => [name, shape]),
      [
        ['train_x', [13, 3, 32, 32]],
        ['train_y', [13]],
        ['test_x', [2, 3, 32, 32]],
        ['test_y', [2]],
      ],
    );
    assert.deepEqual([...(await collect(file, 'train_y', 'float64'))], [1, 2, 3, 2, 3, 4, 3, 4, 5, 6, 5, 6, 7]);
    const wanted = [...pixels(3, 10), ...pixels(3, 20), ...pixels(1, 30), ...pixels(3, 40), ...pixels(3, 50)];
    for (const rows of [1, 2, 100]) {
      const seen: number[] = [];
      let next = 0;
      for await (const block of file.rows('train_x', { rows, as: 'float32' })) {
        assert.equal(block.start, next);
        assert.ok(block.count <= rows);
        next += block.count;
        seen.push(...block.values);
      }
      assert.deepEqual(seen, wanted);
    }
    assert.deepEqual([...(await collect(file, 'test_x', 'float32'))], pixels(2, 90));
    await file.close();

    const hundred = scratch.path('cifar-100-binary');
    await mkdir(hundred);
    await writeFile(
      path.join(hundred, 'train.bin'),
      records([
        [1, 2],
        [3, 4],
      ]),
    );
    await writeFile(path.join(hundred, 'test.bin'), records([[5, 6]]));
    const other = await openArrays(hundred);
    assert.deepEqual(
      other.arrays.map(({ name }) => name),
      ['train_x', 'train_y_coarse', 'train_y_fine', 'test_x', 'test_y_coarse', 'test_y_fine'],
    );
    assert.deepEqual([...(await collect(other, 'train_y_fine', 'float64'))], [2, 4]);
    await other.close();
  });

  it('is incomplete, cut off or something else: said which', async () => {
    const folder = await cifar10('batches');
    await rm(path.join(folder, 'data_batch_4.bin'));
    await assert.rejects(openArrays(folder), { code: 'E_NOT_FOUND', message: /batches lacks data_batch_4\.bin/ });
    await writeFile(path.join(folder, 'data_batch_4.bin'), records([[1]]).subarray(0, 3000));
    await assert.rejects(openArrays(folder), { code: 'E_TRUNCATED', message: /data_batch_4\.bin has 3000 bytes/ });
    await writeFile(path.join(folder, 'data_batch_4.bin'), '');
    await assert.rejects(openArrays(folder), { code: 'E_TRUNCATED' });
    await writeFile(path.join(folder, 'data_batch_4.bin'), records([[1], [10]]));
    await assert.rejects(openArrays(folder), { code: 'E_DAMAGED', message: /label 10 in record 1.*10 classes/ });

    const bytes = records([[1], [2]]);
    for (const length of [1, 100, 3072, 3074, 6145]) {
      const fault = await scratch.faultOf('test_batch.bin', bytes.subarray(0, length));
      assert.match(fault.code, /E_NOT_AN_ARRAY_FILE|E_TRUNCATED/, `cut to ${length}`);
    }
    assert.equal((await scratch.faultOf('train.bin', Buffer.alloc(3074 * 2, 0xc8))).code, 'E_NOT_AN_ARRAY_FILE');
    assert.equal((await scratch.faultOf('data_batch_9.bin', bytes)).code, 'E_NOT_AN_ARRAY_FILE');
    assert.equal(
      (
        await scratch.faultOf(
          'test.bin',
          records([
            [1, 2],
            [30, 2],
          ]),
        )
      ).code,
      'E_DAMAGED',
    );
    const tokens = scratch.path('tokens');
    await mkdir(tokens);
    for (const name of ['train.bin', 'test.bin']) await writeFile(path.join(tokens, name), Buffer.alloc(5000));
    assert.equal(await isArrayFolder(tokens), false);
  });

  it('labels and pixels that look like another format are still CIFAR', async () => {
    // Label 0, then pixels 0, 8 and 1: an IDX header by chance.
    const bytes = records([[0], [1]]);
    bytes.set([0, 0, 8, 1], 0);
    const file = await openArrays(await scratch.write('data_batch_1.bin', bytes));
    assert.equal(file.arrays[0]?.name, 'x');
    await file.close();
  });
});
