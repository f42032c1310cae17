import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { summarise } from '../../../src/run/label-summary';
import { readLabels } from '../../../src/run/labels';
import { fixtures } from '../../fixtures/paths';
import { folderOf, labels, npy } from './files';

describe('labels', () => {
  let folder: string;
  before(async () => {
    folder = await folderOf({});
  });
  const read = async (bytes: Buffer, classes?: number): Promise<number[]> => {
    const file = path.join(folder, 'y.npy');
    await writeFile(file, bytes);
    return [...(await readLabels(file, classes)).classes];
  };

  it('are integers, floats that are integers, N×1, or one-hot', async () => {
    assert.deepEqual(await read(labels(5, 3), 3), [0, 1, 2, 0, 1]);
    assert.deepEqual(await read(labels(5, 3, '<f8'), 3), [0, 1, 2, 0, 1]);
    assert.deepEqual(await read(npy([3, 1], '|u1', [2, 0, 1])), [2, 0, 1]);
    assert.deepEqual(await read(npy([2, 3], '<f4', [0, 0, 1, 1, 0, 0]), 3), [2, 0]);
  });

  it('are text, numbered in alphabetical order', async () => {
    const texts = path.join(fixtures, 'arrays', 'text.npy');
    assert.deepEqual([...(await readLabels(texts, 5)).classes], [1, 2, 0, 1, 3, 4]);
    await assert.rejects(readLabels(texts, 6), { code: 'E_LABEL_RANGE', message: /5 different texts.*6 classes/ });
  });

  it('are in a container under a name', async () => {
    const file = path.join(fixtures, 'arrays', 'stored.npz');
    assert.deepEqual([...(await readLabels(`${file}#y`, 3)).classes], [0, 1, 2, 1, 0]);
    await assert.rejects(readLabels(file), { code: 'E_NO_SUCH_ARRAY', message: /x \(5×2×3 float32\), y \(5 int64\)/ });
    await assert.rejects(readLabels(`${file}#z`), { code: 'E_NO_SUCH_ARRAY' });
  });

  it('outside the classes are named with their position', async () => {
    await assert.rejects(read(npy([4], '<i8', [0, 1, 7, 9]), 3), {
      code: 'E_LABEL_RANGE',
      message:
        'y.npy holds label 7 at position 2, outside 0 to 2 (there are 3 classes); choose the labels that belong to this run.',
    });
    await assert.rejects(read(npy([2], '<i8', [0, -2])), { code: 'E_LABEL_RANGE', message: /-2 at position 1/ });
  });

  it('may count from 1 where K tells that they do, and give −1 to samples of no class', async () => {
    assert.deepEqual(await read(npy([3], '<i8', [1, 2, 3]), 3), [0, 1, 2]);
    await assert.rejects(read(npy([3], '<i8', [1, 3, 4]), 3), { code: 'E_LABEL_RANGE', message: /subtract 1/ });
    assert.deepEqual(await read(npy([3], '<i8', [0, -1, 1]), 2), [0, -1, 1]);
    await assert.rejects(read(npy([2], '<i8', [-1, -1]), 2), { code: 'E_LABELS', message: /no sample a class/ });
    const file = path.join(folder, 'one.npy');
    await writeFile(file, npy([4], '<i8', [1, 2, 3, -1]));
    const { fromOne, without } = await summarise(file, 3);
    assert.deepEqual([fromOne, without], [true, 1]);
  });

  it('that are text are numbers where they are written as such, else in the order that was given', async () => {
    const write = async (texts: string[]): Promise<string> => {
      const file = path.join(folder, 'texts.json');
      await writeFile(file, JSON.stringify(texts));
      return file;
    };
    const digits = await write(['0', '10', '2', '1']);
    assert.deepEqual([...(await readLabels(digits, 11)).classes], [0, 10, 2, 1]);
    const words = await write(['cat', 'ant', 'bee', 'cat']);
    assert.deepEqual([...(await readLabels(words, 3)).classes], [2, 0, 1, 2]);
    assert.deepEqual([...(await readLabels(words, 3, ['cat', 'bee', 'ant'])).classes], [0, 2, 1, 0]);
    await assert.rejects(readLabels(words, 3, ['cat', 'bee', 'dog']), {
      code: 'E_CLASS_NAMES',
      message: /the class ant, which classNames/,
    });
  });

  it('that are no class numbers are refused', async () => {
    await assert.rejects(read(npy([2], '<f4', [0, 0.5])), { code: 'E_LABELS', message: /0\.5 at position 1/ });
    await assert.rejects(read(npy([2], '<f4', [0, NaN])), { code: 'E_LABELS', message: /NaN at position 1/ });
    await assert.rejects(read(npy([2, 2], '<f4', [0.9, 0.1, 1, 0]), 2), { code: 'E_LABELS', message: /row 0/ });
    await assert.rejects(read(npy([2, 2], '|u1', [0, 1, 0, 0]), 2), { code: 'E_LABELS', message: /no class to row 1/ });
    await assert.rejects(read(npy([2, 4], '|u1', [0, 1, 0, 0, 1]), 3), { code: 'E_LABELS', message: /4 columns.*3/ });
    await assert.rejects(read(npy([2, 3, 4])), { code: 'E_LABELS', message: /2×3×4/ });
    await assert.rejects(read(npy([0], '<i8')), { code: 'E_LABELS', message: /no labels/ });
  });

  it('of several classes at once keep each sample’s classes, and the class of those that have one', async () => {
    const file = path.join(folder, 'hot.npy');
    await writeFile(file, npy([4, 3], '|u1', [0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0]));
    const { classes, tags } = await readLabels(file, 3);
    assert.deepEqual([...classes], [2, -1, -1, 1]);
    assert.deepEqual(
      [0, 1, 2, 3].map((i) => [...(tags?.indices.subarray(tags.starts[i], tags.starts[i + 1]) ?? [])]),
      [[2], [], [0, 2], [1]],
    );
    const summary = await summarise(file, 3);
    assert.deepEqual(summary.multiplicity, { one: 2, several: 1, none: 1 });
    assert.deepEqual(summary.counts, [1, 1, 2]);
  });
});
