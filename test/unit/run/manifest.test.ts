import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from '../../../src/protocol/engine';
import { MANIFEST_NAME, parseManifest, readManifest, writeManifest } from '../../../src/run/manifest';
import schema from '../../../media/schemas/manifest.schema.json';
import { folderOf } from './files';

const FULL: Required<Manifest> = {
  $schema: './manifest.schema.json',
  checkpoints: 'epoch_*.onnx',
  order: ['epoch_1.onnx'],
  train: { inputs: 'train.npz#x', labels: 'train.npz#y', cleanLabels: 'train.npz#y_clean' },
  test: { inputs: 'test.npz#x', labels: 'test.npz#y' },
  ood: { inputs: { input_ids: 'ood.npz#ids' } },
  model: { penultimate: 'h', weight: 'fc.weight', bias: 'fc.bias', logits: 'logits' },
  preprocess: {
    scale: 1 / 255,
    mean: [0.286],
    std: [0.353],
    layout: 'hwc',
    resize: 256,
    crop: [224, 224],
    interpolation: 'bicubic',
  },
  loss: 'ce',
  weightDecay: 0.0005,
  minority: [1, 'b'],
  tasks: [[0], { classes: ['b'], from: 20 }],
  metrics: ['nc1', 'fang2021'],
  transfer: { inputs: 'other.npz#x', labels: 'other.npz#y', cleanLabels: 'other.npz#c', classNames: ['p', 'q'] },
  classNames: ['a', 'b'],
  layers: ['relu1'],
  pooling: { relu1: 'mean' },
  activations: {
    layers: ['a.npy'],
    labels: 'y.npy',
    cleanLabels: 'y_clean.npy',
    weight: 'W.npy',
    bias: 'b.npy',
    test: { layers: ['at.npy'], labels: 'yt.npy' },
    transfer: { layers: ['as.npy'], labels: 'ys.npy' },
    ood: 'ao.npy',
  },
};

describe('the manifest', () => {
  it('may have every key, and the schema describes each of them on every level', () => {
    assert.deepEqual(parseManifest(JSON.stringify(FULL), 'm.json'), { manifest: FULL, warnings: [] });
    assert.deepEqual(Object.keys(schema.properties).sort(), Object.keys(FULL).sort());
    const { model, preprocess, activations, ood, transfer } = schema.properties;
    const inner = { model, preprocess, activations, ood, transfer };
    for (const [key, { properties }] of Object.entries(inner)) {
      const full = FULL[key as keyof typeof inner];
      assert.deepEqual(Object.keys(properties).sort(), Object.keys(full).sort(), key);
    }
    let described = 0;
    const visit = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (key === 'properties') {
          for (const [name, property] of Object.entries(value as Record<string, { description?: string }>)) {
            assert.ok((property.description?.length ?? 0) > 10, `${at}.${name} has no description`);
            described++;
          }
        }
        visit(value, `${at}.${key}`);
      }
    };
    visit(schema, 'schema');
    assert.equal(described, 18 + 1 + 4 + 7 + 8 + 3 + 4 + 2 + 2);
  });

  it('has snippets that are manifests themselves', () => {
    let snippets = 0;
    for (const [key, property] of Object.entries(schema.properties)) {
      const { defaultSnippets = [] } = property as { defaultSnippets?: { body: unknown }[] };
      for (const { body } of defaultSnippets) {
        // As an editor fills them in: ${1:name} becomes its name, a choice its first word.
        const filled = JSON.stringify(body).replace(/\$\{\d+(?::([^}]*)|\|(\w+)[^}]*)\}/g, '$1$2');
        parseManifest(`{ ${JSON.stringify(key)}: ${filled} }`, key);
        snippets++;
      }
    }
    assert.ok(snippets >= 15, `${snippets} snippets`);
  });

  it('may have comments, a comma at the end, and a byte order mark', () => {
    const text =
      '\ufeff// a run\r\n{\r\n  "loss": "ce", /* as\r\n in the paper */\r\n  "layers": ["a",],\r\n}\r\n// end';
    assert.deepEqual(parseManifest(text, 'm.json'), { manifest: { loss: 'ce', layers: ['a'] }, warnings: [] });
  });

  it('takes __proto__ for a key like any other', () => {
    const { manifest, warnings } = parseManifest('{"__proto__": {"loss": "mse"}, "loss": "ce"}', 'm.json');
    assert.equal(manifest.loss, 'ce');
    assert.equal(Object.getPrototypeOf(manifest), Object.prototype);
    assert.match(warnings.join(), /unknown key __proto__/);
    assert.equal(parseManifest('{"__proto__": {"loss": "mse"}}', 'm.json').manifest.loss, undefined);
    const pooled = parseManifest('{"pooling": {"__proto__": "mean"}}', 'm.json').manifest.pooling;
    assert.deepEqual(Object.entries(pooled ?? {}), [['__proto__', 'mean']]);
    assert.equal(({} as Record<string, unknown>)['loss'], undefined);
  });

  it('may not have a key twice, nor levels without end', () => {
    assert.throws(() => parseManifest('{\n"train": {"labels": "y.npy",\n"labels": "z.npy"}}', 'm.json'), {
      code: 'E_MANIFEST',
      message: 'm.json has the key labels twice (line 3); keep one of them.',
    });
    assert.throws(() => parseManifest(`{"a": ${'['.repeat(200_000)}`, 'm.json'), { code: 'E_MANIFEST' });
  });

  for (const [what, text, message] of [
    ['a slip in a key', '{"trian": {}}', 'm.json has an unknown key trian; did you mean train?'],
    [
      'a slip in an inner key',
      '{"train": {"input": "x"}}',
      'm.json has an unknown key train.input; did you mean inputs?',
    ],
    [
      'a number for text',
      '{"train": {"inputs": 3}}',
      'm.json: train.inputs must be text or an object, but is 3; correct it.',
    ],
    [
      'another loss',
      '{"loss": "hinge"}',
      'm.json: loss must be one of "ce", "label-smoothing", "focal", "mse", "pick-all-labels", but is "hinge"; correct it.',
    ],
    [
      'a list with text',
      '{"preprocess": {"mean": [1, "x"]}}',
      'm.json: preprocess.mean[1] must be a number, but is "x"; correct it.',
    ],
    [
      'a deviation of 0',
      '{"preprocess": {"std": [0]}}',
      'm.json: preprocess.std[0] must be more than 0, but is 0; correct it.',
    ],
    [
      'a negative weight decay',
      '{"weightDecay": -1}',
      'm.json: weightDecay must be at least 0, but is -1; correct it.',
    ],
    [
      'one of several kinds',
      '{"layers": "all"}',
      'm.json: layers must be one of "auto", "penultimate" or a list, but is "all"; correct it.',
    ],
    ['a list', '[]', 'm.json must hold one JSON object: { … }.'],
  ] as const) {
    it(`says what is wrong with ${what}`, () => {
      assert.throws(() => parseManifest(text, 'm.json'), { code: 'E_MANIFEST', message });
    });
  }

  it('says where JSON ends being JSON', () => {
    const broken: [text: string, line: number][] = [
      ['{\n  "loss": "ce",\n  oops\n}', 3],
      ['// a comment\n\n{\n  "loss" "ce"\n}', 4],
      ['{\n  "loss": "ce"\n  "layers": "auto"\n}', 3],
      ['{\n  "loss": "ce\n}', 2],
      ['{\n  "loss": NaN }', 2],
      ['{\n /* no end', 2],
      ['{"loss": "ce"}\n{}', 2],
      ['', 1],
    ];
    for (const [text, line] of broken) {
      const message = `m.json is not valid JSON (line ${line}); correct it in the editor.`;
      assert.throws(() => parseManifest(text, 'm.json'), { code: 'E_MANIFEST', message }, text);
    }
  });

  it('passes over a key of some later version, and says so', () => {
    const { manifest, warnings } = parseManifest('{"loss": "mse", "augmentation": true}', 'm.json');
    assert.equal(manifest.loss, 'mse');
    assert.match(warnings.join(), /unknown key augmentation, which was passed over/);
  });

  it('is optional beside the checkpoints, but not where it was named', async () => {
    const folder = await folderOf({});
    assert.equal(await readManifest(folder), undefined);
    await assert.rejects(readManifest(folder, path.join(folder, 'other.json')), { code: 'E_NOT_FOUND' });
  });

  it('is written into what is there, whole or not at all', async () => {
    const folder = await folderOf({ [MANIFEST_NAME]: '{"loss": "mse", "later": 1, "train": {"inputs": "old.npy"}}' });
    await writeManifest(folder, { train: { inputs: 'x.npy', labels: 'y.npy' } });
    const written = JSON.parse(await readFile(path.join(folder, MANIFEST_NAME), 'utf8')) as unknown;
    assert.deepEqual(written, { loss: 'mse', later: 1, train: { inputs: 'x.npy', labels: 'y.npy' } });
    assert.deepEqual(await readdir(folder), [MANIFEST_NAME]);

    await writeFile(path.join(folder, MANIFEST_NAME), '{ broken');
    await assert.rejects(writeManifest(folder, { loss: 'ce' }), { code: 'E_MANIFEST' });
    assert.equal(await readFile(path.join(folder, MANIFEST_NAME), 'utf8'), '{ broken');
    await assert.rejects(writeManifest(path.join(folder, 'no'), { loss: 'ce' }), { code: 'E_NOT_WRITABLE' });
  });
});
