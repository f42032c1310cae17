import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LayerChoice, Manifest, ModelDescription, Plan } from '../../../src/protocol/engine';
import { MANIFEST_NAME, parseManifest } from '../../../src/run/manifest';
import { detectedManifest, missingKeys, patternOf } from '../../../src/run/manifest-detected';
import { isMeasured, layersFor } from '../../../src/run/manifest-layers';
import { manifestText } from '../../../src/run/manifest-text';
import type { ModelFacts } from '../../../src/run/model-facts';
import { folderOf, labels, MODEL, npy, planOf, tensors } from './files';

const layer = (tensor: string, more: Partial<LayerChoice> = {}): LayerChoice => ({
  tensor,
  name: `${tensor} Relu`,
  shape: ['N', 4, 'height', 2],
  automatic: false,
  penultimate: false,
  ...more,
});
const DESCRIPTION: ModelDescription = {
  features: 'h',
  output: 'logits',
  outputs: ['logits'],
  weight: 'fc.weight',
  layers: [layer('a', { automatic: true }), layer('b'), layer('h', { automatic: true, penultimate: true })],
};

/** What planning decides, without where it knows it from. */
function decided(plan: Plan): Partial<Plan> {
  const { manifest, remember, ...rest } = plan;
  assert.ok(manifest === undefined || remember === undefined, 'everything that was found stands in the manifest');
  return { ...rest, warnings: [] };
}

/** The text for a run without a manifest, put beside it; checks that planning with it comes to the same. */
async function written(folder: string, target = folder, model: ModelFacts = MODEL): Promise<[string, Manifest]> {
  const plan = await planOf(target, {}, model);
  const text = manifestText({
    plan,
    names: await readdir(folder),
    model: { file: 'e.onnx', description: DESCRIPTION },
  });
  await writeFile(path.join(folder, MANIFEST_NAME), text);
  const { manifest, warnings } = parseManifest(text, MANIFEST_NAME);
  assert.deepEqual(warnings, []);
  const again = await planOf(target, {}, model);
  assert.deepEqual(decided(again), decided(plan));
  assert.equal(again.manifest, path.join(folder, MANIFEST_NAME));
  return [text, manifest];
}

/** Every commented example with its // taken away, each by itself, must be a manifest, too. */
function openExamples(text: string): number {
  const lines = text.split('\n');
  let opened = 0;
  lines.forEach((line, i) => {
    if (!/^ *\/\/ "\w+": .*,$/.test(line)) return;
    const changed = lines.with(i, line.replace('// ', '')).join('\n');
    parseManifest(changed, line);
    opened++;
  });
  return opened;
}

describe('the text of a new manifest', () => {
  it('holds what was found and plans the same', async () => {
    const folder = await folderOf({
      'epoch_1.onnx': '-',
      'epoch_10.onnx': '-',
      'train.safetensors': tensors({ x: { shape: [6, 1, 4, 4] }, y: { shape: [6], labels: [0, 1, 2, 0, 1, 2] } }),
      'x_test.npy': npy([3, 1, 4, 4]),
      'y_test.npy': labels(3, 3),
    });
    const [text, manifest] = await written(folder);
    assert.deepEqual(manifest, {
      checkpoints: 'epoch_*.onnx',
      train: { inputs: 'train.safetensors#x', labels: 'train.safetensors#y' },
      test: { inputs: 'x_test.npy', labels: 'y_test.npy' },
      layers: 'auto',
    });
    for (const line of [
      '  // The data the model was trained on: Neural Collapse is measured on it (6 samples).',
      '  // "loss": "ce",',
      '  // "model": { "penultimate": "h", "weight": "fc.weight", "logits": "logits" },',
      '  //   "a"  a Relu  batch×4×height×2',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
    }
    assert.ok(!text.includes('"b"'), 'layers that are not measured are not listed');
    assert.ok(openExamples(text) >= 7, text);
  });

  it('holds the layout and the class names that were found', async () => {
    const folder = await folderOf({
      'best.onnx': '-',
      'x.npy': npy([6, 4, 4, 3], '|u1'),
      'y.npy': labels(6, 3),
    });
    const model: ModelFacts = { ...MODEL, inputs: [{ ...MODEL.inputs[0]!, shape: [null, 3, 4, 4] }] };
    const [, manifest] = await written(folder, path.join(folder, 'best.onnx'), model);
    assert.deepEqual(manifest.preprocess, { layout: 'hwc' });
    assert.equal(manifest.checkpoints, 'best.onnx');
    const named = detectedManifest(
      {
        ...(await planOf(folder, {}, model)),
        run: { path: 'r', kind: 'checkpoints', classes: 2, classNames: ['a', '1'] },
      },
      [],
    );
    assert.deepEqual(named.classNames, ['a', '1']);
  });

  it('holds saved activations', async () => {
    const folder = await folderOf({
      'acts.safetensors': tensors({ f: { shape: [6, 4] }, g: { shape: [6, 3] } }),
      'labels.npy': labels(6, 3),
      'W.npy': npy([3, 4]),
    });
    const [text, manifest] = await written(folder, path.join(folder, 'acts.safetensors'));
    assert.deepEqual(manifest, {
      activations: {
        layers: ['acts.safetensors#g', 'acts.safetensors#f'],
        labels: 'labels.npy',
        weight: 'W.npy',
      },
    });
    assert.ok(!text.includes('"train"') && !text.includes('"layers": "auto"'), text);
    openExamples(text);
  });

  it('names the arrays of each epoch by #', async () => {
    const epoch = tensors({ f: { shape: [6, 4] } });
    const files = { 'ep_1.safetensors': epoch, 'ep_2.safetensors': epoch, 'labels.npy': labels(6, 3) };
    const plan = await planOf(await folderOf(files));
    const found = detectedManifest(
      {
        ...plan,
        checkpoints: plan.checkpoints.map((one) => ({
          ...one,
          activations: { layers: [`${one.file}#f`], labels: one.activations?.labels ?? '' },
        })),
      },
      Object.keys(files),
    );
    assert.deepEqual(found, {
      checkpoints: 'ep_*.safetensors',
      activations: { layers: ['#f'], labels: 'labels.npy' },
    });
    const grouped = {
      ...plan,
      checkpoints: plan.checkpoints.map((one) => ({ ...one, activations: { ...one.activations!, prefix: 'e/' } })),
    };
    assert.deepEqual(detectedManifest(grouped, []), {}, 'groups of one file have no words in a manifest');
    parseManifest(manifestText({ plan: grouped, names: [] }), 'm');
  });

  it('is made to be filled in where no data was found', () => {
    const text = manifestText({ names: ['a_1.onnx', 'a_2.onnx', 'notes.txt'] });
    assert.deepEqual(parseManifest(text, 'm').manifest, { checkpoints: 'a_*.onnx', layers: 'auto' });
    assert.match(text, /^ {2}\/\/ "train": \{ "inputs": "train\.npz#x", "labels": "train\.npz#y" \},$/m);
    assert.ok(openExamples(text) >= 8);
    assert.deepEqual(parseManifest(manifestText({ names: [] }), 'm').manifest, { layers: 'auto' });
  });

  it('stays valid whatever a tensor is called', () => {
    const bad = 'x\n"loss": "mse", */ \u2028 "';
    const model = {
      ...DESCRIPTION,
      features: bad,
      noClassifier: `${bad} is none`,
      layers: [layer(bad, { automatic: true, name: bad })],
    };
    const text = manifestText({ names: [], model: { file: `${bad}.onnx`, description: model } });
    assert.deepEqual(parseManifest(text, 'm').manifest, { layers: 'auto' });
  });
});

describe('a pattern for checkpoints', () => {
  for (const [paths, names, pattern] of [
    [['epoch_1.onnx', 'epoch_20.onnx'], ['train.npz'], 'epoch_*.onnx'],
    [['best.onnx', 'last.onnx'], ['x.npy'], '*.onnx'],
    [['ep1.npz', 'ep2.npz'], ['ep9.npz'], '{ep1.npz,ep2.npz}'],
    [['a.npz', 'b.npz'], ['train.npz'], '{a.npz,b.npz}'],
    [['net-3.onnx'], ['net-4.onnx'], 'net-*.onnx'],
    [['model.onnx'], [], 'model.onnx'],
    [[], [], '*.onnx'],
  ] as const) {
    it(`is ${pattern} for ${paths.join(' and ') || 'none'}`, () => {
      assert.equal(patternOf(paths, [...paths, ...names]), pattern);
    });
  }
});

describe('what a manifest lacks', () => {
  it('is what it has no key for, on both levels', () => {
    const present: Manifest = { checkpoints: 'a*', train: { inputs: 'mine.npy' }, classNames: ['a'] };
    const detected: Manifest = {
      checkpoints: '*.onnx',
      train: { inputs: 'x.npy', labels: 'y.npy' },
      test: { inputs: 't.npy' },
      classNames: ['b'],
    };
    assert.deepEqual(missingKeys(present, detected), {
      train: { inputs: 'mine.npy', labels: 'y.npy' },
      test: { inputs: 't.npy' },
    });
    assert.deepEqual(missingKeys(detected, detected), {});
  });
});

describe('layers in a manifest', () => {
  const [a, b, h] = DESCRIPTION.layers as [LayerChoice, LayerChoice, LayerChoice];
  const all = [a, b, h];

  it('need no key where they are the automatic ones', () => {
    assert.equal(layersFor(all, [h, a]), undefined);
    assert.equal(layersFor(all, [a]), undefined, 'the penultimate one is always measured');
  });

  it('are tensors in depth order, or penultimate', () => {
    assert.deepEqual(layersFor(all, [b, a]), ['a', 'b', 'h']);
    assert.deepEqual(layersFor(all, [b]), ['b', 'h']);
    assert.equal(layersFor(all, []), 'penultimate');
    assert.equal(layersFor(all, [h]), 'penultimate');
  });

  it('are known again by tensor or by name', () => {
    const measured = (layers: Manifest['layers']): string =>
      all
        .filter((one) => isMeasured(one, layers))
        .map(({ tensor }) => tensor)
        .join('');
    assert.equal(measured(undefined), 'ah');
    assert.equal(measured('auto'), 'ah');
    assert.equal(measured('penultimate'), 'h');
    assert.equal(measured(['b Relu']), 'bh');
    for (const chosen of [[a], [b], [a, b], []])
      assert.equal(measured(layersFor(all, chosen)), [...chosen.map(({ tensor }) => tensor), 'h'].join(''));
  });
});
