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
  classNames: ['a', 'b'],
  layers: ['relu1'],
  pooling: { relu1: 'mean' },
  activations: { layers: ['a.npy'], labels: 'y.npy', cleanLabels: 'y_clean.npy', weight: 'W.npy', bias: 'b.npy' },
};

describe('the manifest', () => {
  it('may have every key, and the schema describes each of them', () => {
    assert.deepEqual(parseManifest(JSON.stringify(FULL), 'm.json'), { manifest: FULL, warnings: [] });
    const properties: Record<string, { description?: string }> = schema.properties;
    assert.deepEqual(Object.keys(properties).sort(), Object.keys(FULL).sort());
    for (const [key, { description }] of Object.entries(properties))
      assert.ok(description, `${key} has no description`);
    const preprocess: Record<string, { description?: string }> = schema.properties.preprocess.properties;
    assert.deepEqual(Object.keys(preprocess).sort(), Object.keys(FULL.preprocess).sort());
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
    assert.throws(() => parseManifest('{\n  "loss": "ce",\n  oops\n}', 'm.json'), {
      code: 'E_MANIFEST',
      message: /m\.json is not valid JSON( \(line 3\))?; correct it/,
    });
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
