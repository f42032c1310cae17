import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ArrayFile } from '../../../src/formats/array';
import { openArrays } from '../../../src/formats/open';
import { faultsOf, matchesProducer, numbersOf, temporaryFolder, withFile } from './expected';

describe('JSON and JSON lines', () => {
  const folder = temporaryFolder();

  async function reading<T>(text: string, use: (file: ArrayFile) => Promise<T>, name = 'a.json'): Promise<T> {
    const file = path.join(folder.path, name);
    await writeFile(file, text);
    return withFile(file, use);
  }
  const reasons = (text: string): Promise<string[]> =>
    reading(text, async ({ skipped }) => skipped.map(({ reason }) => reason));
  const codeOf = async (text: string, name = 'bad.json'): Promise<string | undefined> =>
    (await faultsOf(folder.path, name, Buffer.from(text)))[0]?.code;

  it('reads lists of numbers, texts, rows and objects, and objects of lists', async () => {
    const names = ['numbers', 'reals', 'texts', 'hot', 'object', 'records'];
    for (const name of names) await matchesProducer(`${name}.json`);
    for (const name of ['records', 'numbers']) await matchesProducer(`${name}.jsonl`);
  });

  it('takes names such as __proto__ as names', async () => {
    await matchesProducer('hostile.json');
    await reading('[{"__proto__": 1, "x": 2}, {"__proto__": 3, "x": 4}]', async (file) => {
      assert.deepEqual(await numbersOf(file, '__proto__'), [1, 3]);
    });
    assert.equal(({} as Record<string, unknown>).x, undefined);
  });

  it('says why a list is not read, and where', async () => {
    for (const [text, cause] of [
      ['[1, null, 2]', /a\.json: a holds nothing at position 1/],
      ['[1, "x"]', /holds text at position 1/],
      ['["x", 1]', /holds text at position 0/],
      ['[[1, 2], [3]]', /different lengths, seen at position 1/],
      ['[[1, 2], 3]', /different lengths, seen at position 1/],
      ['[[1, 2], [3, null]]', /nothing at position 1/],
      ['[[[1]], [[2]]]', /a list at position 0/],
      ['[true, 1]', /a number at position 1/],
      ['[{"x": 1}, {"y": 2}]', /x holds nothing at position 1/],
    ] as const) {
      assert.match((await reasons(text))[0] ?? 'it was read', cause, text);
    }
    await reading('{"good": [1], "note": "text", "bad": [null]}', async (file) => {
      assert.deepEqual(await numbersOf(file, 'good'), [1]);
      assert.deepEqual(
        file.skipped.map(({ name }) => name),
        ['bad'],
      );
    });
  });

  it('hands out blocks that are the reader’s own', async () => {
    await reading('[[1, 2], [3, 4], [5, 6]]', async (file) => {
      for await (const { values } of file.rows('a', { rows: 2, as: 'float64' })) values.fill(0);
      assert.deepEqual(await numbersOf(file, 'a', 2), [1, 2, 3, 4, 5, 6]);
    });
    await reading('\ufeff[]', async ({ arrays }) => {
      assert.deepEqual(arrays[0]?.shape, [0]);
    });
  });

  it('is cut off, no JSON, no lists, nested without end, or empty', async () => {
    const text = '{"labels": [0, 1, 2], "names": ["a", "b"]}';
    for (let length = 1; length < text.length; length++) {
      assert.equal(await codeOf(text.slice(0, length)), 'E_DAMAGED', `cut to ${length}`);
    }
    assert.equal(await codeOf('labels: 1'), 'E_DAMAGED');
    assert.equal(await codeOf('[1, NaN]'), 'E_DAMAGED');
    assert.equal(await codeOf('{"name": "package"}'), 'E_NOT_AN_ARRAY_FILE');
    assert.equal(await codeOf('3'), 'E_NOT_AN_ARRAY_FILE');
    assert.equal(await codeOf(''), 'E_TRUNCATED');
    assert.match((await codeOf('['.repeat(5e6))) ?? '', /E_DAMAGED/);
    const [line] = await faultsOf(folder.path, 'bad.jsonl', Buffer.from('1\n2\n\nx\n'));
    assert.match(line?.message ?? '', /bad\.jsonl is not valid JSON in line 4/);
  }).timeout(20_000);

  it('is larger than is parsed: refused unread', async () => {
    const file = path.join(folder.path, 'large.json');
    await writeFile(file, '[');
    await truncate(file, 65 * 1024 * 1024);
    await assert.rejects(openArrays(file), { code: 'E_TOO_LARGE', message: /large\.json.*\.npy or \.csv/ });
  });
});
