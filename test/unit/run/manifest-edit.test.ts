import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createManifest, MANIFEST_NAME, parseManifest, writeManifest } from '../../../src/run/manifest';
import { editManifest, type ManifestChange } from '../../../src/run/manifest-edit';
import { folderOf } from './files';

/** A change and the whole text that comes of it. */
function changes(text: string, change: ManifestChange, expected: string): void {
  const out = editManifest(text, change, 'm.json');
  assert.equal(out, expected);
  parseManifest(out, 'm.json');
}

describe('changing a manifest', () => {
  const COMMENTED = [
    '// the run of the paper',
    '{',
    '    "loss": "ce", // not focal',
    '    /* found by hand */',
    '    "train": { "inputs": "old.npy", "labels": "y.npy" }, // on the server',
    '    // "test": { "inputs": "test.npy" }',
    '}',
    '',
  ].join('\n');

  it('keeps comments, order and indentation', () => {
    changes(
      COMMENTED,
      { loss: 'mse', train: { inputs: 'new.npy', labels: 'y.npy', cleanLabels: 'c.npy' }, layers: ['a', 'b'] },
      [
        '// the run of the paper',
        '{',
        '    "loss": "mse", // not focal',
        '    /* found by hand */',
        '    "train": { "inputs": "new.npy", "labels": "y.npy", "cleanLabels": "c.npy" }, // on the server',
        '    "layers": ["a", "b"],',
        '    // "test": { "inputs": "test.npy" }',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('changes nothing where the values are the same', () => {
    changes(COMMENTED, { loss: 'ce', train: { labels: 'y.npy', inputs: 'old.npy' }, layers: undefined }, COMMENTED);
  });

  it('adds behind a comment without a comma, which stays with its key', () => {
    changes('{\n  "loss": "ce" // why\n}\n', { weightDecay: 1 }, '{\n  "loss": "ce", // why\n  "weightDecay": 1\n}\n');
    changes('{"loss": "ce"}', { weightDecay: 1 }, '{"loss": "ce", "weightDecay": 1}');
    changes('{ "loss": "ce", /* x */ }', { weightDecay: 1 }, '{ "loss": "ce", /* x */ "weightDecay": 1, }');
    changes(
      '{\n  "loss": "ce"\n  , "order": "name"\n}',
      { weightDecay: 1 },
      '{\n  "loss": "ce"\n  , "order": "name",\n  "weightDecay": 1\n}',
    );
  });

  it('adds to an object that is empty but for comments', () => {
    changes('', { loss: 'ce' }, '{\n  "loss": "ce"\n}\n');
    changes('{}', { loss: 'ce' }, '{\n  "loss": "ce"\n}');
    changes('{\n\t// nothing yet\n}\n', { loss: 'ce' }, '{\n\t// nothing yet\n\t"loss": "ce"\n}\n');
  });

  it('takes keys away with their comma and the comment behind them', () => {
    const text = '{\n  "loss": "ce", // a\n  "layers": ["x"], // b\n  "order": "name" // c\n}\n';
    changes(text, { layers: undefined }, '{\n  "loss": "ce", // a\n  "order": "name" // c\n}\n');
    changes(text, { order: undefined }, '{\n  "loss": "ce", // a\n  "layers": ["x"] // b\n}\n');
    changes(text, { loss: undefined, layers: undefined, order: undefined }, '{\n}\n');
    changes('{"loss": "ce", "order": "name"}', { loss: undefined }, '{"order": "name"}');
    changes('{"loss": "ce", "order": "name"}', { order: undefined }, '{"loss": "ce"}');
    changes('{"train": {"labels": "y", "inputs": "x"}}', { train: { inputs: 'x' } }, '{"train": {"inputs": "x"}}');
  });

  it('keeps the line ends and the byte order mark', () => {
    changes(
      '\ufeff{\r\n  "loss": "ce"\r\n}\r\n',
      { weightDecay: 1 },
      '\ufeff{\r\n  "loss": "ce",\r\n  "weightDecay": 1\r\n}\r\n',
    );
  });

  it('breaks what is too long for one line', () => {
    const classNames = Array.from({ length: 30 }, (_, k) => `class ${k}`);
    const out = editManifest('{}', { classNames }, 'm.json');
    assert.deepEqual(parseManifest(out, 'm.json').manifest, { classNames });
    const lines = out.split('\n');
    assert.ok(
      lines.every((line) => line.length <= 120),
      out,
    );
    assert.ok(lines.length < 10, out);
  });

  it('has the same values as plain objects, whatever is changed', () => {
    const values: ManifestChange[] = [
      { loss: 'ce' },
      { loss: undefined },
      { train: { inputs: { a: 'x.npy', b: 'y.npy' }, labels: 'l.npy' } },
      { train: { inputs: 'x.npy' } },
      { train: undefined },
      { layers: ['p', 'q'], pooling: { p: 'mean', 'a"b\\': 'token' } },
      { layers: 'penultimate', pooling: 'mean' },
      { preprocess: { mean: [1, 2, 3], resize: [2, 3] } },
    ];
    const starts = [
      '{}',
      COMMENTED,
      '{"loss": "mse", "layers": ["a",],}',
      '{\n"loss": "mse" /* 1 */ , /* 2 */ // 3\n}',
    ];
    let compared = 0;
    for (const start of starts) {
      for (const first of values) {
        for (const second of values) {
          const merged = { ...parseManifest(start, 'm').manifest, ...first, ...second };
          const expected = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
          const out = editManifest(editManifest(start, first, 'm'), second, 'm');
          assert.deepEqual(parseManifest(out, 'm').manifest, expected, `${start}\n→\n${out}`);
          const stay = start === COMMENTED ? ['// the run of the paper', '/* found by hand */', '// "test"'] : [];
          for (const comment of stay) assert.ok(out.includes(comment), out);
          compared++;
        }
      }
    }
    assert.equal(compared, 256);
  });
});

describe('manifest files', () => {
  it('keep their comments when a key is written', async () => {
    const folder = await folderOf({ [MANIFEST_NAME]: '{\n  // why\n  "loss": "mse"\n}\n' });
    await writeManifest(folder, { train: { inputs: 'x.npy', labels: 'y.npy' } });
    const text = await readFile(path.join(folder, MANIFEST_NAME), 'utf8');
    assert.equal(text, '{\n  // why\n  "loss": "mse",\n  "train": { "inputs": "x.npy", "labels": "y.npy" }\n}\n');
  });

  it('are not made only to take a key away', async () => {
    const folder = await folderOf({});
    await writeManifest(folder, { layers: undefined });
    await assert.rejects(readFile(path.join(folder, MANIFEST_NAME)), { code: 'ENOENT' });
  });

  it('are never written over by a new one', async () => {
    const folder = await folderOf({});
    const file = await createManifest(folder, '{}\n');
    await assert.rejects(createManifest(folder, '{ "loss": "ce" }'), { code: 'E_EXISTS' });
    assert.equal(await readFile(file, 'utf8'), '{}\n');
    await writeFile(file, ' \n');
    await createManifest(folder, '{ "loss": "ce" }');
    assert.equal(await readFile(file, 'utf8'), '{ "loss": "ce" }');
  });
});
