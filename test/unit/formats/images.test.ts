import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeImage } from '../../../src/formats/decode-image';
import { isArrayFolder, openArrays } from '../../../src/formats/open';
import type { ArrayFile } from '../../../src/formats/array';
import { fixtures } from '../../fixtures/paths';
import { Scratch } from './tensor-files';

const folder = path.join(fixtures, 'images');
const { size, kinds, classes } = JSON.parse(readFileSync(path.join(folder, 'values.json'), 'utf8')) as {
  size: [number, number];
  kinds: Record<string, { rgb: string; grey: string }>;
  classes: { names: string[]; files: string[]; labels: number[] };
};
const scratch = new Scratch();

async function all(file: ArrayFile, rows: number): Promise<number[][]> {
  const found: number[][] = [];
  for await (const block of file.rows('x', { rows, as: 'float32' })) {
    assert.equal(block.start, found.length);
    const length = block.values.length / block.count;
    for (let at = 0; at < block.count; at++) found.push([...block.values.subarray(at * length, (at + 1) * length)]);
  }
  return found;
}

/** Two classes with a picture each, to be spoilt. */
async function dataset(name: string): Promise<string> {
  const target = scratch.path(name);
  for (const part of ['a/1.png', 'a/2.png', 'b/1.png']) {
    await cp(path.join(folder, 'kinds', 'png', 'rgb.png'), path.join(target, part));
  }
  return target;
}

describe('folders of pictures by class', () => {
  beforeEach(() => scratch.make());
  afterEach(() => scratch.remove());

  for (const [name, expected] of Object.entries(kinds)) {
    it(`${name}: the pixels that Pillow decodes`, async () => {
      for (const channels of [3, 1] as const) {
        const picture = await decodeImage(path.join(folder, 'kinds', name), name, channels);
        assert.deepEqual([picture.height, picture.width], size);
        const wanted = Buffer.from(channels === 3 ? expected.rgb : expected.grey, 'base64');
        assert.deepEqual([...picture.pixels], [...wanted]);
      }
    });
  }

  it('is known by its subfolders, and has the order of ImageFolder', async () => {
    assert.equal(await isArrayFolder(path.join(folder, 'classes')), true);
    const file = await openArrays(path.join(folder, 'classes'));
    const [x, y] = file.arrays;
    assert.deepEqual(x, { name: 'x', dtype: 'uint8', shape: [classes.files.length, 3, 4, 3], images: true });
    assert.deepEqual(y, { name: 'y', dtype: 'string', shape: [classes.files.length] });
    const labels = await file.texts('y');
    assert.deepEqual(
      labels,
      classes.labels.map((label) => classes.names[label]),
    );
    const rows = await all(file, 4);
    for (const [at, name] of classes.files.entries()) {
      const { pixels } = await decodeImage(path.join(folder, 'classes', name), name, 3);
      assert.deepEqual(rows[at], [...pixels], name);
    }
    assert.throws(() => file.rows('y', { rows: 1, as: 'float32' }), { code: 'E_DTYPE', message: /text/ });
    await file.close();
  });

  it('gives the model what it wants: channels first, resized, cropped, grey', async () => {
    const kindsFolder = path.join(folder, 'kinds', 'png');
    const target = scratch.path('set');
    await cp(kindsFolder, path.join(target, 'a'), { recursive: true });
    await cp(kindsFolder, path.join(target, 'b'), { recursive: true });
    const images = { channels: 3, size } as const;
    const file = await openArrays(target, { images });
    const count = file.arrays[0]?.shape[0] ?? 0;
    assert.deepEqual(file.arrays[0]?.shape, [count, 3, ...size]);
    const rows = await all(file, 5);
    assert.equal(rows.length, count);
    const last = Buffer.from(kinds['png/turned.png']!.rgb, 'base64');
    const plane = size[0] * size[1];
    assert.deepEqual(
      rows[count - 1],
      Array.from({ length: 3 * plane }, (_, at) => last[(at % plane) * 3 + Math.floor(at / plane)]),
    );
    await file.close();
    const grey = await openArrays(target, { images: { channels: 1, resize: 6, crop: [6, 6], size: [6, 6] } });
    assert.deepEqual(grey.arrays[0]?.shape, [count, 1, 6, 6]);
    assert.equal((await all(grey, 100))[0]?.length, 36);
    await grey.close();
    const other = await openArrays(target, { images: { channels: 3, size: [5, 4] } });
    assert.equal((await all(other, 100))[0]?.length, 60);
    await other.close();
  });

  it('is no dataset: runs with figures, pictures without classes, other folders', async () => {
    const target = await dataset('set');
    assert.equal(await isArrayFolder(target), true);
    assert.equal(await isArrayFolder(path.join(target, 'a')), false, 'no classes');
    await writeFile(path.join(target, 'a', '.DS_Store'), 'x');
    await writeFile(path.join(target, 'notes.txt'), 'x');
    assert.equal(await isArrayFolder(target), true, 'hidden files and notes do no harm');
    await writeFile(path.join(target, 'epoch_1.onnx'), 'x');
    assert.equal(await isArrayFolder(target), false, 'a run with checkpoints');
    const stray = await dataset('logs');
    await writeFile(path.join(stray, 'a', 'log.txt'), 'x');
    assert.equal(await isArrayFolder(stray), true, 'a stray file is passed over, as ImageFolder does');
    for (let i = 0; i < 20; i++) await writeFile(path.join(stray, 'a', `log${i}.txt`), 'x');
    assert.equal(await isArrayFolder(stray), false, 'more logs than pictures');
    const run = await dataset('onnx');
    await writeFile(path.join(run, 'b', 'model.onnx'), 'x');
    assert.equal(await isArrayFolder(run), false, 'a run with a checkpoint in a subfolder');
    const splits = scratch.path('splits');
    await cp(scratch.path('logs'), path.join(splits, 'train'), { recursive: true });
    await cp(scratch.path('logs'), path.join(splits, 'val'), { recursive: true });
    assert.equal(await isArrayFolder(splits), false, 'folders of folders');
    assert.equal(await isArrayFolder(scratch.path('nowhere')), false);
    await assert.rejects(openArrays(splits), { code: 'E_NOT_AN_ARRAY_FILE', message: /one subfolder of images/ });
  });

  it('has a class without pictures, or pictures that cannot be decoded: named', async () => {
    const empty = await dataset('empty');
    await cp(path.join(empty, 'b'), path.join(empty, 'c'), { recursive: true });
    await mkdir(path.join(empty, 'd'));
    await assert.rejects(openArrays(empty), {
      code: 'E_FORMAT',
      message: /empty: the class folder d holds no pictures/,
    });
    const bitmap = await dataset('bitmap');
    await writeFile(path.join(bitmap, 'b', 'x.bmp'), 'BM');
    await assert.rejects(openArrays(bitmap), { code: 'E_FORMAT', message: /bitmap: b\/x\.bmp.*PNG/ });
  });

  it('has a damaged picture: the fault names it, whatever is wrong', async () => {
    const png = await readFile(path.join(folder, 'kinds', 'png', 'rgb.png'));
    const jpeg = await readFile(path.join(folder, 'kinds', 'jpeg', 'q95.jpg'));
    const huge = Buffer.from(png);
    huge.writeUInt32BE(0x7fffffff, 16);
    huge.writeUInt32BE(0x7fffffff, 20);
    for (const [bytes, code] of [
      [Buffer.alloc(0), 'E_TRUNCATED'],
      [Buffer.from('no picture'), 'E_DAMAGED'],
      [png.subarray(0, 60), 'E_DAMAGED'],
      [png.subarray(0, png.length - 40), 'E_DAMAGED'],
      [jpeg.subarray(0, jpeg.length >> 1), 'E_DAMAGED'],
      [huge, /E_DAMAGED|E_TOO_LARGE/],
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'E_DAMAGED'],
      [
        Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;', 'latin1'),
        'E_DAMAGED',
      ],
    ] as const) {
      const target = await dataset('damaged');
      await writeFile(path.join(target, 'b', '1.png'), bytes);
      const file = await openArrays(target);
      await assert.rejects(all(file, 2), (error: { code: string; message: string }) => {
        assert.match(error.code, new RegExp(code));
        assert.match(error.message, /^damaged: b\/1\.png /);
        return true;
      });
      await file.close();
    }
  });

  it('follows no link that leads out of the folder', async () => {
    const outside = await dataset('outside');
    for (const [name, link, to] of [
      ['file', 'a/3.png', path.join(outside, 'a', '1.png')],
      ['folder', 'a/more', path.join(outside, 'a')],
      ['class', 'c', path.join(outside, 'a')],
      ['dangling', 'b/x.png', 'nowhere.png'],
    ] as const) {
      const target = await dataset(name);
      await symlink(to, path.join(target, link));
      await assert.rejects(openArrays(target), {
        code: 'E_OUTSIDE',
        message: new RegExp(`${name}: ${link} is a link`),
      });
    }
    const within = await dataset('within');
    await symlink('1.png', path.join(within, 'a', '3.png'));
    await symlink('.', path.join(within, 'a', 'loop'));
    const file = await openArrays(within);
    assert.equal(file.arrays[0]?.shape[0], 4);
    await file.close();
  });

  it('may change while it is read: the fault says so', async () => {
    const target = await dataset('changing');
    const file = await openArrays(target);
    await writeFile(path.join(target, 'b', '1.png'), 'x');
    await assert.rejects(all(file, 1), { code: 'E_DAMAGED' });
    await file.close();
  });
});
