import assert from 'node:assert/strict';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ArrayFile } from '../../../src/formats/array';
import { isArrayFile, isLabelFile } from '../../../src/formats/open';
import { faultsOf, matchesProducer, numbersOf, temporaryFolder, withFile } from './expected';

describe('CSV and TSV', () => {
  const folder = temporaryFolder();

  async function reading<T>(name: string, text: string | Buffer, use: (file: ArrayFile) => Promise<T>): Promise<T> {
    const file = path.join(folder.path, name);
    await writeFile(file, text);
    return withFile(file, use);
  }
  const columns = (text: string | Buffer, name = 'a.csv'): Promise<string[]> =>
    reading(name, text, async ({ arrays }) => arrays.map((a) => `${a.name} ${a.dtype} ${a.shape.join('×')}`));
  const firstFault = async (text: string | Buffer, name = 'bad.csv'): Promise<{ code: string; message: string }> => {
    const [fault] = await faultsOf(folder.path, name, Buffer.from(text));
    assert.ok(fault, 'it was read');
    return fault;
  };

  it('reads what pandas, NumPy and the csv module wrote', async () => {
    for (const name of ['frame.csv', 'frame.tsv', 'indexed.csv', 'quoted.csv', 'numbers.csv', 'floats.csv']) {
      await matchesProducer(name);
    }
  });

  it('tells a row of names from data', async () => {
    assert.deepEqual(await columns('name,label\na,1\nb,2\n'), ['name string 2', 'label int64 2']);
    assert.deepEqual(await columns('1,2\n3,4\n'), ['0 int64 2', '1 int64 2']);
    assert.deepEqual(await columns('cat\ndog\ncat\n'), ['0 string 3'], 'a class name comes again');
    assert.deepEqual(await columns('label\ndog\ncat\n'), ['label string 2']);
    assert.deepEqual(await columns('x,x\n1,2\n'), ['0 string 2', '1 string 2'], 'names are different');
    assert.deepEqual(await columns('x,2\n1,2\n'), ['0 string 2', '1 int64 2'], 'a number is no name');
    assert.deepEqual(await columns('x,y\n'), ['x string 0', 'y string 0']);
    assert.deepEqual(await columns('0.5'), ['0 float64 1']);
  });

  it('takes ends of lines, byte order marks, blank lines, spaces and separators as they come', async () => {
    const names = ['a int64 2', 'b string 2'];
    assert.deepEqual(await columns('\ufeffa,b\r\n1,"x,y"\r\n2,z\r\n\r\n'), names);
    assert.deepEqual(await columns('a,b\r1,x\r2,y'), names);
    assert.deepEqual(await columns('a, b\n 1, x\n2 ,y\n\n\n'), names);
    assert.deepEqual(await columns('a\tb\n1\tx,y\n2\tz\n', 'a.tsv'), names);
    assert.deepEqual(await columns('a;b\n1;x\n2;y\n'), names);
    assert.deepEqual(await columns(Buffer.from('\ufeffa,b\n1,ø\n2,y\n', 'utf16le')), names);
    await reading('q.csv', 'a,b\n1,"say ""hi"", you"\n2,"two\nlines"\n', async (file) => {
      assert.deepEqual(await file.texts('b'), ['say "hi", you', 'two\nlines']);
    });
  });

  it('reads numbers as NumPy and pandas write them', async () => {
    await reading('n.csv', 'x,y\n1e-3,+7\n-.5,-0\nnan,3\n-inf,4\n5.,9007199254740993\n', async (file) => {
      assert.deepEqual(
        file.arrays.map(({ dtype }) => dtype),
        ['float64', 'int64'],
      );
      assert.deepEqual(await numbersOf(file, 'x', 2), [0.001, -0.5, null, null, 5]);
      assert.deepEqual((await numbersOf(file, 'y', 2)).slice(0, 4), [7, 0, 3, 4]);
    });
    assert.deepEqual(await columns('x;y\n1,5;2,5\n'), ['x string 1', 'y string 1'], 'decimal commas are not numbers');
    assert.deepEqual(await columns('x\n0x10\n1_000\n'), ['x string 2']);
  });

  it('never makes a number of an empty cell: the column and the row are named', async () => {
    await reading('holes.csv', 'x,t\n1,a\n,\n3,c\n', async (file) => {
      assert.deepEqual(await file.texts('t'), ['a', '', 'c']);
      await assert.rejects(numbersOf(file, 'x'), {
        code: 'E_MISSING_VALUE',
        message: /holes\.csv: x has no value in row 1 /,
      });
    });
  });

  it('names the line of a row that is too short or too long, and of a stray quote', async () => {
    for (const [text, code, message] of [
      ['a,b\n1,2\n3\n', 'E_RAGGED', /bad\.csv has 1 cells in line 3, but 2 before/],
      ['a,b\n1,2\n3,4,5\n', 'E_RAGGED', /has 3 cells in line 3/],
      ['a,b\n1,"x\n2,y\n', 'E_DAMAGED', /quote that is not closed/],
      ['a,b\n1,x"y\n', 'E_DAMAGED', /quote where none can stand in line 2/],
    ] as const) {
      const fault = await firstFault(text);
      assert.equal(fault.code, code, text);
      assert.match(fault.message, message);
    }
  });

  it('is something else under that name, or nothing', async () => {
    assert.equal((await firstFault('')).code, 'E_TRUNCATED');
    assert.equal((await firstFault('\n\n')).code, 'E_NOT_AN_ARRAY_FILE');
    assert.equal((await firstFault(Buffer.from([1, 0, 2, 0, 3]))).code, 'E_NOT_AN_ARRAY_FILE');
    assert.equal((await firstFault('x'.repeat(20e6))).code, 'E_TOO_LARGE');
    assert.match((await firstFault(`a,b\n1,"${'x'.repeat(20e6)}`)).code, /E_TOO_LARGE|E_DAMAGED/);
    assert.equal((await firstFault(','.repeat(30_000))).code, 'E_TOO_LARGE');
  }).timeout(20_000);

  it('streams: a column of 30 MB of text in little memory, from the start each time', async () => {
    const file = path.join(folder.path, 'long.csv');
    const handle = await open(file, 'w');
    await handle.write('number,text\n');
    const rows = 500_000;
    for (let start = 0; start < rows; start += 10_000) {
      const lines = Array.from({ length: 10_000 }, (_, i) => `${start + i},${'some text '.repeat(5)}\n`);
      await handle.write(lines.join(''));
    }
    await handle.close();
    await withFile(file, async (opened) => {
      assert.deepEqual(opened.arrays[0]?.shape, [rows]);
      // What is held, not what waits to be collected.
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const held = (): number => {
        collect();
        return process.memoryUsage().arrayBuffers;
      };
      const before = held();
      let most = 0;
      let sum = 0;
      for await (const { start, count, values } of opened.rows('number', { rows: 4096, as: 'float64' })) {
        assert.equal(values[count - 1], start + count - 1);
        sum += count;
        if (sum % (4096 * 40) === 0 || sum === rows) most = Math.max(most, held() - before);
      }
      assert.equal(sum, rows);
      assert.ok(most < 10e6, `${most} bytes are held`);
      for (let time = 0; time < 3; time++) {
        for await (const { values } of opened.rows('number', { rows: 3, as: 'float32' })) {
          assert.deepEqual([...values], [0, 1, 2]);
          break;
        }
      }
    });
  }).timeout(30_000);

  it('is looked for only where its name says labels', () => {
    const yes = ['labels.csv', 'train_labels.json', 'y_train.csv', 'ytest.tsv', 'targets.jsonl', 'trainLabels.csv'];
    assert.deepEqual(yes.filter(isLabelFile), yes);
    const no = [
      'package.json',
      'run.json',
      'reference.json',
      'history.csv',
      'label_config.json',
      'labels.npy',
      'a.index.json',
    ];
    assert.deepEqual(no.filter(isLabelFile), []);
    assert.deepEqual([...yes, 'package.json'].filter(isArrayFile), []);
  });
});
