import assert from 'node:assert/strict';
import fs from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isLabelFile } from '../../../src/formats/names';
import { isArrayFile } from '../../../src/formats/open';
import { faultsOf, matchesProducer, numbersOf, tables, temporaryFolder, withFile } from './expected';

describe('HDF5', () => {
  const folder = temporaryFolder();

  it('reads what h5py wrote: every type and byte order, at any depth, text, chunks and filters', async () => {
    for (const name of ['types.h5', 'latest.hdf5', 'chunked.he5', 'outside.h5']) await matchesProducer(name);
  }).timeout(20_000);

  it('is known by its first bytes, under any name', async () => {
    const file = path.join(folder.path, 'activations.bin');
    await copyFile(path.join(tables, 'types.h5'), file);
    await withFile(file, async (opened) => {
      assert.deepEqual(await numbersOf(opened, 'epoch_120/head/b'), [1.5, -2.5]);
    });
    assert.ok(isArrayFile('a.h5') && isArrayFile('b.HDF5') && isArrayFile('c.he5') && !isLabelFile('labels.h5'));
  });

  it('says why it does not read the rest', async () => {
    const reasons = await withFile(path.join(tables, 'types.h5'), async ({ skipped }) =>
      Object.fromEntries(skipped.map(({ name, reason }) => [name, reason])),
    );
    for (const [name, cause] of Object.entries({
      'not/complex': /complex numbers/,
      'not/table': /records/,
      'not/reference': /references/,
      'not/opaque': /opaque/,
      'not/ragged': /varying length/,
      'not/null': /nothing/,
      'not/longdouble': /floating-point numbers of 128 bits/,
      'not/rows': /arrays as elements/,
    })) {
      assert.match(reasons[name] ?? '', cause, name);
      assert.ok(reasons[name]?.includes(`types.h5: ${name}`), name);
    }
    assert.equal(Object.keys(reasons).length, 8);
    await withFile(path.join(tables, 'chunked.he5'), async (file) => {
      assert.throws(() => file.rows('lzf', { rows: 1, as: 'float32' }), {
        code: 'E_DTYPE',
        message: /filter lzf.*gzip/,
      });
    });
  });

  it('never leaves the file: not by links, storage elsewhere, virtual datasets or devices', async () => {
    // What the links lead to lies where they say.
    const own = path.join(folder.path, 'outside');
    await mkdir(own, { recursive: true });
    for (const name of ['outside.h5', 'types.h5']) await copyFile(path.join(tables, name), path.join(own, name));
    await withFile(path.join(own, 'outside.h5'), async (file) => {
      const reasons = Object.fromEntries(file.skipped.map(({ name, reason }) => [name, reason]));
      for (const [name, cause] of Object.entries({
        link: /another file \(types\.h5\), which is not followed/,
        absolute: /another file \(\/etc\/passwd\)/,
        external: /another file \(outside\.h5\)/,
        external_device: /another file \(\/dev\/random\)/,
        external_input: /another file \(\/dev\/stdin\)/,
        virtual: /another file \(types\.h5\)/,
        soft: /link to \/x/,
        soft_out: /link to \/link/,
        dangling: /link to \/nothing/,
      })) {
        assert.match(reasons[name] ?? '', cause, name);
      }
      assert.deepEqual(file.arrays.map(({ name }) => name).sort(), ['a/b/y', 'x'], 'a circle of groups ends');
    });
  });

  it('streams 128 MB in blocks, and reads every chunk once', async () => {
    const read = fs.readSync;
    let bytes = 0;
    fs.readSync = ((...args: Parameters<typeof read>) => {
      const count = read(...args);
      bytes += count;
      return count;
    }) as typeof read;
    try {
      const file = path.join(tables, 'large.h5');
      await withFile(file, async (opened) => {
        const before = process.memoryUsage();
        let most = 0;
        let rows = 0;
        let wrong = 0;
        for await (const { start, count, values } of opened.rows('large', { rows: 300, as: 'float32' })) {
          for (const row of [0, count - 1]) if (values[row * 1024] !== Math.floor((start + row) / 1024)) wrong++;
          rows += count;
          const { rss, arrayBuffers } = process.memoryUsage();
          most = Math.max(most, rss - before.rss, arrayBuffers - before.arrayBuffers);
        }
        assert.deepEqual({ rows, wrong }, { rows: 32 * 1024, wrong: 0 });
        assert.ok(most < 110e6, `memory grew by ${most}`);
      });
      assert.ok(bytes < 1.5 * fs.statSync(file).size, `${bytes} bytes were read`);
    } finally {
      fs.readSync = read;
    }
  }).timeout(20_000);

  it('opens and closes many files without growing', async () => {
    const file = path.join(tables, 'types.h5');
    const once = (): Promise<(number | null)[]> => withFile(file, (opened) => numbersOf(opened, 'little/float64'));
    for (let i = 0; i < 5; i++) await once();
    const before = process.memoryUsage().arrayBuffers;
    const rss = process.memoryUsage().rss;
    for (let i = 0; i < 100; i++) await once();
    assert.ok(process.memoryUsage().arrayBuffers - before < 40e6, 'array buffers grew');
    assert.ok(process.memoryUsage().rss - rss < 150e6, 'memory grew');
  }).timeout(30_000);

  it('keeps files apart that are open at once, and may be left in the middle', async () => {
    await withFile(path.join(tables, 'types.h5'), (first) =>
      withFile(path.join(tables, 'chunked.he5'), async (second) => {
        for await (const block of second.rows('plain', { rows: 3, as: 'float64' })) {
          assert.equal(block.values[0], -25);
          break;
        }
        assert.deepEqual(await numbersOf(first, 'one'), [7]);
        assert.deepEqual((await numbersOf(second, 'scaleoffset')).slice(0, 12), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
      }),
    );
  });

  it('is cut off: at every length a fault', async () => {
    for (const name of ['types.h5', 'latest.hdf5', 'chunked.he5']) {
      const bytes = await readFile(path.join(tables, name));
      for (let length = 1; length < bytes.length; length += Math.floor(bytes.length / 25)) {
        const [fault] = await faultsOf(folder.path, `cut-${name}`, bytes.subarray(0, length));
        assert.match(
          fault?.code ?? 'no fault',
          /^E_(TRUNCATED|NOT_AN_ARRAY_FILE|DAMAGED)$/,
          `${name} cut to ${length}`,
        );
      }
    }
  }).timeout(20_000);

  it('has bytes changed: faults or values, never another error, and the library still works', async () => {
    let faults = 0;
    for (const name of ['types.h5', 'chunked.he5']) {
      const bytes = await readFile(path.join(tables, name));
      for (let at = 8; at < bytes.length; at += 487) {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at]! ^ 0x55;
        faults += (await faultsOf(folder.path, `changed-${name}`, changed)).length;
      }
    }
    assert.ok(faults > 5, `only ${faults} faults: the changes did not reach the structure`);
    await matchesProducer('chunked.he5');
  }).timeout(60_000);

  it('is something else under that name, or nothing', async () => {
    const [text] = await faultsOf(folder.path, 'text.h5', Buffer.from('this is no array at all, but some text'));
    assert.equal(text?.code, 'E_NOT_AN_ARRAY_FILE');
    assert.match(text.message, /text\.h5 is not an HDF5 file/);
    assert.equal((await faultsOf(folder.path, 'empty.h5', new Uint8Array()))[0]?.code, 'E_TRUNCATED');
    const only = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
    assert.match((await faultsOf(folder.path, 'only.h5', only))[0]?.code ?? '', /E_TRUNCATED|E_DAMAGED/);
    const npy = path.join(folder.path, 'x.h5');
    await writeFile(npy, await readFile(path.join(tables, '..', 'arrays', 'int16.npy')));
    await withFile(npy, async ({ arrays }) => {
      assert.equal(arrays[0]?.dtype, 'int16');
    });
  });

  it('claims more than it can hold: refused before anything is allocated', async () => {
    const bytes = await readFile(path.join(tables, 'outside.h5'));
    // The shape (4) of x, as a simple dataspace of one axis writes it.
    const shape = Buffer.from([1, 1, 1, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
    const at = bytes.indexOf(shape);
    assert.ok(at > 0);
    bytes.writeBigUInt64LE(2n ** 52n, at + 8);
    bytes.writeBigUInt64LE(2n ** 52n, at + 16);
    const rss = process.memoryUsage().rss;
    const [fault] = await faultsOf(folder.path, 'huge.h5', bytes);
    assert.match(fault?.code ?? 'no fault', /E_TRUNCATED|E_DAMAGED/);
    assert.ok(process.memoryUsage().rss - rss < 100e6);
  });
});
