import assert from 'node:assert/strict';
import path from 'node:path';
import type { PlannedActivations } from '../../../src/protocol/engine';
import { folderOf, labels, npy, planOf, questionOf, tensors } from './files';

const Y = { shape: [6], labels: [0, 1, 2, 0, 1, 2] };

/** The arrays' names, as far as they are in the file. */
function names(
  { layers, labels: y, weight, bias }: PlannedActivations | undefined = { layers: [], labels: '' },
): unknown {
  const short = (reference: string | undefined): string | undefined =>
    reference?.replace(/^.*[\\/]|^.*#/g, '').replace(/^.*#/, '');
  return [layers.map(short), short(y), short(weight), short(bias)];
}

describe('saved activations', () => {
  it('layers in natural order; the one that the classifier takes is last', async () => {
    const folder = await folderOf({
      'epoch_7.safetensors': tensors({
        layer10: { shape: [6, 5] },
        head_input: { shape: [6, 4] },
        layer2: { shape: [6, 2, 3] },
        logits: { shape: [6, 3] },
        'fc.weight': { shape: [3, 4] },
        'fc.bias': { shape: [3] },
        'layer2.weight': { shape: [5, 4] },
        sample_index: { shape: [6], labels: [0, 1, 2, 3, 4, 5] },
        labels: Y,
      }),
    });
    const plan = await planOf(path.join(folder, 'epoch_7.safetensors'));
    assert.deepEqual(names(plan.checkpoints[0]?.activations), [
      ['layer2', 'layer10', 'head_input'],
      'labels',
      'fc.weight',
      'fc.bias',
    ]);
    assert.deepEqual(
      plan.checkpoints.map(({ file, path: shown, epoch }) => ({ file, path: shown, epoch })),
      [{ file: path.join(folder, 'epoch_7.safetensors'), path: 'epoch_7.safetensors', epoch: 7 }],
    );
    assert.deepEqual([plan.run.kind, plan.run.classes, plan.run.path], ['activations', 3, 'epoch_7.safetensors']);
  });

  it('without a classifier the penultimate layer is known by its name', async () => {
    const content = tensors({ features: { shape: [6, 4] }, layer1: { shape: [6, 4] }, z: { shape: [6, 2] }, y: Y });
    const folder = await folderOf({ 'a.safetensors': content });
    const file = path.join(folder, 'a.safetensors');
    assert.deepEqual(names((await planOf(file)).checkpoints[0]?.activations), [
      ['layer1', 'z', 'features'],
      'y',
      undefined,
      undefined,
    ]);
    assert.deepEqual((await planOf(file, { layers: 'penultimate' })).checkpoints[0]?.activations?.layers, [
      `${file}#features`,
    ]);
    assert.deepEqual((await planOf(file, { layers: ['z'] })).checkpoints[0]?.activations?.layers, [`${file}#z`]);
    await assert.rejects(planOf(file, { layers: ['q'] }), { code: 'E_NO_SUCH_LAYER', message: /layer1, z, features/ });
  });

  it('labels, W and b may lie beside it; W may know more classes than the labels', async () => {
    const folder = await folderOf({
      'train_features.npy': npy([6, 4]),
      'train_labels.npy': labels(6, 3),
      'test_labels.npy': labels(6, 3),
      'W.npy': npy([4, 4]),
      'b.npy': npy([4]),
    });
    const plan = await planOf(path.join(folder, 'train_features.npy'));
    assert.deepEqual(names(plan.checkpoints[0]?.activations), [
      ['train_features.npy'],
      'train_labels.npy',
      'W.npy',
      'b.npy',
    ]);
    assert.equal(plan.run.classes, 4);
  });

  it('labels or a classifier in the file itself that do not fit are a fault, whatever lies beside it', async () => {
    const folder = await folderOf({
      'short.safetensors': tensors({ features: { shape: [6, 4] }, labels: { shape: [4], labels: [0, 1, 2, 0] } }),
      'wide.safetensors': tensors({ features: { shape: [6, 4] }, labels: Y, W: { shape: [3, 7] } }),
      'labels.npy': labels(6, 3),
    });
    await assert.rejects(planOf(path.join(folder, 'short.safetensors')), { code: 'E_LABEL_COUNT' });
    await assert.rejects(planOf(path.join(folder, 'wide.safetensors')), { code: 'E_CLASSES' });
  });

  it('a folder of .npy files; among containers it asks', async () => {
    const npys = await folderOf({ 'l2.npy': npy([6, 3]), 'l10.npy': npy([6, 2]), 'labels.npy': labels(6, 2) });
    const plan = await planOf(npys);
    assert.deepEqual(names(plan.checkpoints[0]?.activations), [
      ['l2.npy', 'l10.npy'],
      'labels.npy',
      undefined,
      undefined,
    ]);
    const content = tensors({ h: { shape: [6, 4] }, y: Y });
    const containers = await folderOf({ 'a.safetensors': content, 'b.safetensors': content });
    const { id, choices } = await questionOf(containers);
    assert.deepEqual(
      choices.map(({ label }) => label),
      ['a.safetensors', 'b.safetensors'],
    );
    const answered = await planOf(containers, { answers: { [id]: 1 } });
    assert.deepEqual(answered.remember, {
      activations: { layers: ['b.safetensors#h'], labels: 'b.safetensors#y' },
    });
  });

  it('asks which labels, once', async () => {
    const folder = await folderOf({
      'a.safetensors': tensors({ h: { shape: [6, 4] }, labels: Y, labels_coarse: Y }),
    });
    const file = path.join(folder, 'a.safetensors');
    const { id, choices } = await questionOf(file);
    assert.deepEqual(
      choices.map(({ label }) => label),
      ['a.safetensors: labels (6 int64)', 'a.safetensors: labels_coarse (6 int64)'],
    );
    const plan = await planOf(file, { answers: { [id]: 1 } });
    assert.equal(plan.checkpoints[0]?.activations?.labels, `${file}#labels_coarse`);
    assert.equal(plan.remember?.activations?.labels, 'a.safetensors#labels_coarse');
    assert.equal(
      (await planOf(file, { labels: `${file}#labels` })).checkpoints[0]?.activations?.labels,
      `${file}#labels`,
    );
  });

  it('what the manifest names is taken', async () => {
    const folder = await folderOf({
      'h1.npy': npy([6, 3]),
      'h2.npy': npy([6, 4]),
      't.npy': labels(6, 2),
      'm.npy': npy([4, 2]),
      'neural-collapse.json': JSON.stringify({
        activations: { layers: ['h2.npy', 'h1.npy'], labels: 't.npy', weight: 'm.npy' },
      }),
    });
    await assert.rejects(planOf(folder, { labels: path.join(folder, 'm.npy') }), { code: 'E_LABEL_COUNT' });
    const plan = await planOf(folder);
    assert.deepEqual(names(plan.checkpoints[0]?.activations), [['h2.npy', 'h1.npy'], 't.npy', 'm.npy', undefined]);
  });

  it('nothing to measure, or no labels: said', async () => {
    const folder = await folderOf({
      'h.npy': npy([6, 3]),
      'y.npy': labels(5, 2),
      'v.npy': npy([6]),
      'lone/h.npy': npy([6, 3]),
    });
    await assert.rejects(planOf(path.join(folder, 'h.npy')), {
      code: 'E_LABEL_COUNT',
      message: /y\.npy has 5 labels, but h\.npy has 6 samples/,
    });
    await assert.rejects(planOf(path.join(folder, 'lone/h.npy')), {
      code: 'E_NO_LABELS',
      message: /6 samples of h\.npy/,
    });
    await assert.rejects(planOf(path.join(folder, 'v.npy')), { code: 'E_NO_DATA', message: /v \(6 float32\)/ });
  });
});
