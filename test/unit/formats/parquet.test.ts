import assert from 'node:assert/strict';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isArrayFile } from '../../../src/formats/open';
import { readHybrid } from '../../../src/formats/parquet-levels';
import { faultsOf, matchesProducer, numbersOf, tables, temporaryFolder, withFile } from './expected';

describe('Parquet', () => {
  const folder = temporaryFolder();

  it('reads what pyarrow wrote: every type, codec, encoding and page version, lists as rows', async () => {
    for (const codec of ['none', 'snappy', 'gzip', 'zstd', 'lz4', 'brotli', 'plain', 'encodings']) {
      await matchesProducer(`${codec}.parquet`);
    }
  }).timeout(20_000);

  it('reads what pandas wrote, categories as text', async () => {
    await matchesProducer('frame.parquet');
    await matchesProducer('no_rows.parquet');
  });

  it('is known by its first bytes, under any name', async () => {
    const file = path.join(folder.path, 'features.data');
    await copyFile(path.join(tables, 'frame.parquet'), file);
    await withFile(file, async (opened) => {
      assert.deepEqual(await numbersOf(opened, 'label'), [0, 1, 2, 0, 1, 2, 0]);
    });
    assert.ok(isArrayFile('x.parquet'));
  });

  it('reads over pages and row groups, in blocks that divide neither', async () => {
    await withFile(path.join(tables, 'groups.parquet'), async (file) => {
      const numbers = Array.from({ length: 3000 }, (_, i) => i);
      assert.deepEqual(file.arrays.find(({ name }) => name === 'pairs')?.shape, [3000, 2]);
      for (const rows of [7, 999, 1001, 5000]) {
        assert.deepEqual(await numbersOf(file, 'x', rows), numbers);
        const pairs = await numbersOf(file, 'pairs', rows);
        assert.deepEqual(
          pairs,
          Array.from({ length: 6000 }, (_, i) => i % 50),
        );
      }
      for await (const block of file.rows('k', { rows: 1500, as: 'float32' })) {
        assert.equal(block.values[1499], 1499 % 7);
        break;
      }
    });
  });

  it('says why it does not read the rest', async () => {
    await withFile(path.join(tables, 'zstd.parquet'), async ({ skipped }) => {
      const reasons = Object.fromEntries(skipped.map(({ name, reason }) => [name, reason]));
      for (const [name, cause] of Object.entries({
        ragged: /lists of different lengths/,
        struct: /nested values/,
        'lists of lists': /nested values/,
        when: /timestamp/,
        day: /date/,
        price: /decimal/,
        bytes: /bytes without a type/,
        'list of text': /lists of text/,
      })) {
        assert.match(reasons[name] ?? '', cause, name);
      }
    });
    await matchesProducer('twice.parquet');
    await withFile(path.join(tables, 'twice.parquet'), async ({ skipped }) => {
      assert.match(skipped[0]?.reason ?? '', /twice\.parquet: x.*several columns of this name/);
    });
  });

  it('never makes a number of a missing value: the column and the row are named', async () => {
    await matchesProducer('nulls.parquet', ['x', 'i', 't', 'n']);
    await withFile(path.join(tables, 'nulls.parquet'), async (file) => {
      for (const [name, row] of [
        ['x', 2],
        ['i', 2],
        ['n', 1],
      ] as const) {
        await assert.rejects(numbersOf(file, name), {
          code: 'E_MISSING_VALUE',
          message: new RegExp(`nulls\\.parquet: ${name} has no value in row ${row} `),
        });
      }
      await assert.rejects(file.texts('t'), { code: 'E_MISSING_VALUE', message: /: t has no value in row 1 / });
      assert.match(file.skipped.find(({ name }) => name === 'l')?.reason ?? '', /or none in some rows/);
    });
  });

  it('finds lists of different lengths that have the right length on average', async () => {
    await matchesProducer('uneven.parquet', ['l']);
    await withFile(path.join(tables, 'uneven.parquet'), async (file) => {
      assert.deepEqual(file.arrays.find(({ name }) => name === 'l')?.shape, [3, 2]);
      await assert.rejects(numbersOf(file, 'l'), { code: 'E_RAGGED', message: /uneven\.parquet: l .*row 1;/ });
    });
  });

  it('is cut off: at every length a fault', async () => {
    const bytes = await readFile(path.join(tables, 'snappy.parquet'));
    for (let length = 1; length < bytes.length; length += Math.floor(bytes.length / 40)) {
      const [fault] = await faultsOf(folder.path, 'cut.parquet', bytes.subarray(0, length));
      assert.match(fault?.code ?? 'no fault', /^E_(TRUNCATED|NOT_AN_ARRAY_FILE|DAMAGED)$/, `cut to ${length}`);
    }
  });

  it('has bytes changed: faults or values, never another error', async () => {
    let faults = 0;
    for (const name of ['zstd', 'gzip', 'lz4', 'snappy', 'plain', 'encodings']) {
      const bytes = await readFile(path.join(tables, `${name}.parquet`));
      for (let at = 4; at < bytes.length; at += 211) {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at]! ^ 0x55;
        faults += (await faultsOf(folder.path, 'changed.parquet', changed)).length;
      }
    }
    assert.ok(faults > 40, `only ${faults} faults: the changes did not reach the structure`);
  }).timeout(30_000);

  it('is something else under that name, or claims more metadata than there is', async () => {
    const [text] = await faultsOf(folder.path, 'text.parquet', Buffer.from('no table at all, but some text'));
    assert.equal(text?.code, 'E_NOT_AN_ARRAY_FILE');
    assert.equal((await faultsOf(folder.path, 'empty.parquet', new Uint8Array()))[0]?.code, 'E_TRUNCATED');
    assert.equal((await faultsOf(folder.path, 'only.parquet', Buffer.from('PAR1')))[0]?.code, 'E_TRUNCATED');
    const bytes = await readFile(path.join(tables, 'none.parquet'));
    bytes.writeUInt32LE(0xfffffff0, bytes.length - 8);
    assert.equal((await faultsOf(folder.path, 'long.parquet', bytes))[0]?.code, 'E_DAMAGED');
    const locked = Buffer.from(await readFile(path.join(tables, 'none.parquet')));
    locked.write('PARE', locked.length - 4);
    assert.match((await faultsOf(folder.path, 'locked.parquet', locked))[0]?.message ?? '', /encrypted/);
  });

  it('takes no more from runs than was asked for, whatever they claim', () => {
    // A run of 2³⁰ − 1 threes; then 8 values of 3 bits, 0 to 7, the lowest bits first.
    assert.deepEqual([...readHybrid(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x07, 3), 2, 4)], [3, 3, 3, 3]);
    assert.deepEqual([...readHybrid(Uint8Array.of(3, 0x88, 0xc6, 0xfa), 3, 8)], [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual([...readHybrid(new Uint8Array(), 0, 3)], [0, 0, 0]);
    assert.throws(() => readHybrid(Uint8Array.of(3, 0x88), 3, 8), RangeError);
    assert.throws(() => readHybrid(Uint8Array.of(0, 1), 3, 8), RangeError);
    assert.throws(() => readHybrid(new Uint8Array(8).fill(255), 3, 8), RangeError);
    assert.throws(() => readHybrid(Uint8Array.of(2, 1, 1, 1, 1), 32, 1), RangeError);
  });
});
