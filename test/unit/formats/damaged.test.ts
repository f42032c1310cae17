import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { collect } from '../../../src/formats/collect';
import { openArrays } from '../../../src/formats/open';
import { Fault } from '../../../src/protocol/faults';
import { fixtures } from '../../fixtures/paths';

describe('array files that are not what they should be', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'arrays-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const good = (name: string): Promise<Buffer> => readFile(path.join(fixtures, 'arrays', name));

  /** The fault of opening the bytes under a name, or of reading every array that it lists. */
  async function faultOf(name: string, bytes: Uint8Array): Promise<Fault> {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    try {
      const opened = await openArrays(file);
      try {
        for (const { name: array, dtype } of opened.arrays) {
          if (dtype === 'string') await opened.texts(array);
          else await collect(opened, array, 'float32');
        }
      } finally {
        await opened.close();
      }
    } catch (error) {
      assert.ok(error instanceof Fault, `not a Fault: ${error instanceof Error ? error.stack : String(error)}`);
      assert.ok(error.message.includes(path.basename(name)), `the file is not named: ${error.message}`);
      return error;
    }
    assert.fail(`${name} was read`);
  }

  it('is not there, is a folder, is empty', async () => {
    await assert.rejects(openArrays(path.join(folder, 'no.npy')), {
      code: 'E_NOT_FOUND',
      message: /no\.npy.*no such file/,
    });
    await mkdir(path.join(folder, 'dir.npy'));
    await assert.rejects(openArrays(path.join(folder, 'dir.npy')), { code: 'E_NOT_AN_ARRAY_FILE', message: /folder/ });
    for (const name of ['a.npy', 'a.npz', 'a.safetensors', 'a-ubyte', 'a-ubyte.gz']) {
      assert.equal((await faultOf(name, new Uint8Array())).code, 'E_TRUNCATED');
    }
  });

  it('is cut off: at every length a clear fault, never wrong values', async () => {
    for (const name of ['float32.npy', 'stored.npz', 'deflated.npz', 'all.safetensors', 'reals.idx', 'x.npy.gz']) {
      const bytes = await good(name);
      for (let length = 1; length < bytes.length; length += Math.max(1, Math.floor(bytes.length / 60))) {
        const { code } = await faultOf(name, bytes.subarray(0, length));
        assert.match(code, /^E_(TRUNCATED|NOT_AN_ARRAY_FILE|DAMAGED)$/, `${name} cut to ${length}`);
      }
    }
  }).timeout(20_000);

  it('has one byte changed: a fault or values, never another error', async () => {
    let faults = 0;
    for (const name of ['int16.npy', 'stored.npz', 'deflated.npz', 'all.safetensors', 'train-labels-idx1-ubyte.gz']) {
      const bytes = await good(name);
      for (let at = 0; at < bytes.length; at += 5) {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at]! ^ 0x55;
        const file = path.join(folder, name);
        await writeFile(file, changed);
        try {
          const opened = await openArrays(file);
          try {
            for (const { name: array, dtype } of opened.arrays) {
              if (dtype !== 'string') await collect(opened, array, 'float32', 1000);
            }
          } finally {
            await opened.close();
          }
        } catch (error) {
          assert.ok(error instanceof Fault, `${name} at ${at}: ${error instanceof Error ? error.stack : ''}`);
          faults++;
        }
      }
    }
    assert.ok(faults > 50, `only ${faults} faults: the changes did not reach the headers`);
  }).timeout(20_000);

  it('promises more than it holds: nothing is allocated for it', async () => {
    const before = process.memoryUsage().rss;
    const huge = [2 ** 60, 2 ** 40].map((count) =>
      npyHeader(`'descr': '<f4', 'fortran_order': False, 'shape': (${count},)`),
    );
    for (const header of huge) {
      const fault = await faultOf('huge.npy', Buffer.concat([header, Buffer.alloc(64)]));
      assert.match(fault.code, /E_TRUNCATED|E_DAMAGED/);
    }
    const many = npyHeader(`'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536)`);
    assert.equal((await faultOf('many.npy', many)).code, 'E_TRUNCATED');

    const idx = Buffer.from([0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3]);
    assert.equal((await faultOf('huge-idx3-ubyte', idx)).code, 'E_TRUNCATED');
    assert.equal((await faultOf('huge-idx3-ubyte.gz', gzipSync(idx))).code, 'E_TRUNCATED');

    const long = Buffer.alloc(12);
    long.write('\x93NUMPY\x02\x00', 'latin1');
    long.writeUInt32LE(0xfffffff0, 8);
    assert.equal((await faultOf('long.npy', long)).code, 'E_TRUNCATED');

    const tensors = await good('all.safetensors');
    const length = Buffer.from(tensors);
    length.writeBigUInt64LE(2n ** 60n, 0);
    assert.equal((await faultOf('long.safetensors', length)).code, 'E_DAMAGED');
    const shape = tensorsOf({ a: { dtype: 'F32', shape: [2 ** 30, 2 ** 30], data_offsets: [0, 16] } });
    assert.equal((await faultOf('shape.safetensors', shape)).code, 'E_TRUNCATED');
    const outside = tensorsOf({ a: { dtype: 'F32', shape: [4], data_offsets: [2 ** 50, 2 ** 50 + 16] } });
    assert.equal((await faultOf('outside.safetensors', outside)).code, 'E_TRUNCATED');
    assert.ok(process.memoryUsage().rss - before < 200e6, 'memory grew with what the headers claim');
  });

  it('has no rows but claims long ones, or rows of nothing: read as empty at once', async () => {
    for (const shape of ['(0, 1152921504606846976)', '(4503599627370496, 0)']) {
      const file = path.join(folder, 'nothing.npy');
      await writeFile(file, npyHeader(`'descr': '<f4', 'fortran_order': False, 'shape': ${shape}`));
      const opened = await openArrays(file).catch((error: unknown) => error);
      if (opened instanceof Fault) {
        assert.equal(opened.code, 'E_DAMAGED');
        continue;
      }
      const array = opened as Awaited<ReturnType<typeof openArrays>>;
      for await (const block of array.rows('nothing', { rows: 10, as: 'float32' }))
        assert.fail(`a block of ${block.count}`);
      await array.close();
    }
  });

  it('has an element type that is not read: named, with what to do', async () => {
    for (const [name, cause] of [
      ['objects.npy', /Python objects.*plain array/],
      ['complex.npy', /c16.*float32/],
      ['structured.npy', /structured/],
    ] as const) {
      const fault = await faultOf(name, await good(name));
      assert.equal(fault.code, 'E_DTYPE');
      assert.match(fault.message, cause);
    }
  });

  it('is another format: recognised by name or content, with how to save it instead', async () => {
    for (const [name, bytes, advice] of [
      ['a.mat', Buffer.from('MATLAB 5.0 MAT-file', 'latin1'), /MATLAB.*not read yet.*np\.savez/],
      ['a.data', Buffer.from('ARROW1\0\0', 'latin1'), /Arrow/],
    ] as const) {
      const fault = await faultOf(name, bytes);
      assert.equal(fault.code, 'E_FORMAT', name);
      assert.match(fault.message, advice);
    }
    assert.equal((await faultOf('a.npz', await good('no_arrays.npz'))).code, 'E_NOT_AN_ARRAY_FILE');
    assert.equal((await faultOf('a.npy', Buffer.from('this is no array at all'))).code, 'E_NOT_AN_ARRAY_FILE');
  });

  it('has damaged compressed bytes, or fewer than its header says', async () => {
    const bytes = await good('train-images-idx3-ubyte.gz');
    const changed = Buffer.from(bytes);
    changed.fill(0xff, 40, 60);
    assert.match((await faultOf('train-images-idx3-ubyte.gz', changed)).code, /E_DAMAGED|E_TRUNCATED/);
    const short = gzipSync(gunzipSync(bytes).subarray(0, 50));
    assert.equal((await faultOf('train-images-idx3-ubyte.gz', short)).code, 'E_TRUNCATED');
    const zip = await good('deflated.npz');
    const sum = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 16;
    zip[sum] = zip[sum]! ^ 1;
    assert.equal((await faultOf('deflated.npz', zip)).code, 'E_DAMAGED', 'a wrong checksum goes unseen');
  });

  it('lists the arrays that there are when asked for another', async () => {
    const file = await openArrays(path.join(fixtures, 'arrays', 'stored.npz'));
    assert.throws(() => file.rows('z', { rows: 1, as: 'float32' }), {
      code: 'E_NO_SUCH_ARRAY',
      message: 'stored.npz holds no array named z; it holds x (5×2×3 float32), y (5 int64), f (5×2×3 float32).',
    });
    await assert.rejects(collect(file, undefined, 'float32'), { code: 'E_NO_SUCH_ARRAY', message: /stored\.npz#x/ });
    await assert.rejects(collect(file, 'x', 'float32', 29), { code: 'E_TOO_LARGE' });
    assert.equal((await collect(file, 'x', 'float32', 30)).length, 30);
    await file.close();
  });
});

function npyHeader(entries: string): Buffer {
  const text = `{${entries}, }`.padEnd(117) + '\n';
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(text.length, 8);
  return Buffer.concat([head, Buffer.from(text)]);
}

function tensorsOf(header: object): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, Buffer.alloc(16)]);
}
