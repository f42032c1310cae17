import assert from 'node:assert/strict';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { openArrays } from '../../../src/formats/open';

describe('streaming large arrays', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'arrays-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('reads Fortran order beyond one slab, in blocks that do not divide it', async () => {
    // 96 MB of float32: two slabs. Element (i, j) of a column-major array holds i + j/64.
    const rows = 400_001;
    const columns = 60;
    const file = path.join(folder, 'f.npy');
    await writeFile(file, header('<f4', true, `(${rows}, ${columns})`));
    const handle = await open(file, 'a');
    const column = new Float32Array(rows);
    for (let j = 0; j < columns; j++) {
      for (let i = 0; i < rows; i++) column[i] = i + j / 64;
      await handle.write(new Uint8Array(column.buffer));
    }
    await handle.close();
    const array = await openArrays(file);
    let next = 0;
    let wrong = 0;
    for await (const { start, count, values } of array.rows('f', { rows: 30_007, as: 'float32' })) {
      assert.equal(start, next);
      next += count;
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < columns; j++) if (values[i * columns + j] !== Math.fround(start + i + j / 64)) wrong++;
      }
    }
    await array.close();
    assert.equal(next, rows);
    assert.equal(wrong, 0);
  }).timeout(20_000);

  it('keeps memory at a block: 256 MB of zeros in a small gzip file', async () => {
    const rows = 65_536;
    const head = Buffer.from([0, 0, 8, 2, 0, 1, 0, 0, 0, 0, 16, 0]);
    const file = path.join(folder, 'zeros-idx2-ubyte.gz');
    await writeFile(file, gzipSync(Buffer.concat([head, Buffer.alloc(rows * 4096)]), { level: 1 }));
    const array = await openArrays(file);
    assert.deepEqual(array.arrays[0]?.shape, [rows, 4096]);
    let most = 0;
    const before = process.memoryUsage().arrayBuffers;
    let seen = 0;
    for await (const { count } of array.rows('zeros-idx2-ubyte', { rows: 256, as: 'float32' })) {
      seen += count;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    await array.close();
    assert.equal(seen, rows);
    assert.ok(most < 100e6, `array buffers grew by ${most} bytes`);
  }).timeout(20_000);

  it('may be left in the middle and started again', async () => {
    const file = path.join(folder, 'left-idx2-ubyte.gz');
    const head = Buffer.from([0, 0, 8, 2, 0, 0, 39, 16, 0, 0, 0, 10]);
    await writeFile(file, gzipSync(Buffer.concat([head, Buffer.alloc(100_000, 7)])));
    const array = await openArrays(file);
    for (let time = 0; time < 3; time++) {
      for await (const block of array.rows('left-idx2-ubyte', { rows: 10, as: 'float64' })) {
        assert.equal(block.start, 0);
        assert.equal(block.values[99], 7);
        break;
      }
    }
    await array.close();
  });
});

function header(descr: string, fortran: boolean, shape: string): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`.padEnd(117);
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(118, 8);
  return Buffer.concat([head, Buffer.from(`${text}\n`)]);
}
