/** The same numbers from the same samples, however they are saved; and what a model with several inputs is given. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { EngineClient } from '../../src/driver/engine-client';
import { collect } from '../../src/formats/collect';
import { openArrays } from '../../src/formats/open';
import type { InspectRequest, Plan } from '../../src/protocol/engine';
import type { CheckpointReport } from '../../src/protocol/report';
import { fixtures, models } from '../fixtures/paths';
import { folderOf, npy, tensors } from '../unit/run/files';
import { measure, planFor, relativeError, startEngine } from './engine';

const exportsFolder = path.join(fixtures, 'exports');
const model = path.join(models, 'cnn.onnx');
const SIZE = 8;
const SAMPLES = 36;
const CLASSES = 4;

/** Grey pictures whose classes differ, as bytes; and their classes, in no order. */
const pixels = Array.from({ length: SAMPLES * SIZE * SIZE }, (_, i) => {
  const sample = Math.floor(i / 64);
  return Math.round(127 + 80 * Math.sin(1 + (sample % CLASSES) * 2 + i * 0.37) + 40 * Math.sin(sample * 7 + i * 1.3));
});
const classes = Array.from({ length: SAMPLES }, (_, i) => (i * 7) % CLASSES);
const images = npy([SAMPLES, 1, SIZE, SIZE], '|u1', pixels);
const numbers = npy([SAMPLES], '<i8', classes);

async function metricsOf(
  engine: EngineClient,
  target: string,
  more: Partial<InspectRequest> = {},
): Promise<{ checkpoint: CheckpointReport; plan: Plan }> {
  const plan = await planFor(engine, target, more);
  const report = await measure(engine, plan);
  assert.deepEqual(report.failed, []);
  const [checkpoint] = report.checkpoints;
  assert.ok(checkpoint);
  return { checkpoint, plan };
}

/** @param more ids that `a` has beside those of `b` */
function same(a: CheckpointReport, b: CheckpointReport, digits = 1e-9, more: RegExp = /^$/): void {
  const ids = Object.keys(a.metrics).filter((id) => !more.test(id));
  assert.deepEqual(ids.sort(), Object.keys(b.metrics).sort());
  for (const [id, value] of Object.entries(b.metrics)) {
    assert.ok(relativeError(a.metrics[id], value) < digits, `${id}: ${a.metrics[id]} and ${value}`);
  }
}

describe('data as people have it', () => {
  let engine: EngineClient;
  let plain: CheckpointReport;
  let folder: string;
  before(async () => {
    engine = startEngine();
    folder = await folderOf({ 'x.npy': images, 'y.npy': numbers });
    plain = (await metricsOf(engine, model, { data: path.join(folder, 'x.npy'), labels: path.join(folder, 'y.npy') }))
      .checkpoint;
  });
  after(() => engine.dispose());

  it('labels in CSV, JSON, JSON lines, one-hot, text, or one column of an array are the same labels', async () => {
    const x = path.join(folder, 'x.npy');
    const files: Record<string, Buffer | string> = {
      'labels.csv': `file,label\n${classes.map((k, i) => `${i}.png,${k}`).join('\n')}\n`,
      'labels.json': JSON.stringify(classes),
      'labels.jsonl': `${classes.map((k) => JSON.stringify({ label: k })).join('\n')}\n`,
      'hot.npy': npy(
        [SAMPLES, CLASSES],
        '|u1',
        classes.flatMap((k) => [0, 1, 2, 3].map((c) => Number(c === k))),
      ),
      'names.json': JSON.stringify(classes.map((k) => ['ant', 'bee', 'cat', 'dog'][k])),
      'attributes.npy': npy(
        [SAMPLES, 3],
        '<f4',
        classes.flatMap((k, i) => [i, k, 0.5]),
      ),
    };
    const place = await folderOf(files);
    for (const labels of [
      'labels.csv#label',
      'labels.json',
      'labels.jsonl#label',
      'hot.npy',
      'names.json',
      'attributes.npy[1]',
    ]) {
      const { checkpoint, plan } = await metricsOf(engine, model, { data: x, labels: path.join(place, labels) });
      same(checkpoint, plain);
      if (labels.startsWith('names')) assert.deepEqual(plan.run.classNames, ['ant', 'bee', 'cat', 'dog']);
    }
  });

  it('a label file beside the data is found without being named', async () => {
    const files = { 'x.npy': images, 'labels.csv': `label\n${classes.join('\n')}\n` };
    const place = await folderOf({ ...files, 'm.onnx': await readFile(model) });
    const { checkpoint, plan } = await metricsOf(engine, path.join(place, 'm.onnx'));
    assert.equal(plan.train?.labels, `${path.join(place, 'labels.csv')}`);
    same(checkpoint, plain);
  });

  it('a folder of pictures by class gives what the array of their pixels gives', async () => {
    const place = await folderOf({ 'm.onnx': await readFile(model) });
    for (let i = 0; i < SAMPLES; i++) {
      const name = path.join(place, 'train', `class ${classes[i]}`, `${String(i).padStart(3, '0')}.png`);
      await mkdir(path.dirname(name), { recursive: true });
      const raw = Uint8Array.from(pixels.slice(i * 64, (i + 1) * 64));
      await sharp(raw, { raw: { width: SIZE, height: SIZE, channels: 1 } })
        .png()
        .toFile(name);
    }
    const { checkpoint, plan } = await metricsOf(engine, path.join(place, 'm.onnx'));
    assert.equal(plan.train?.inputs, `${path.join(place, 'train')}#x`);
    assert.deepEqual(plan.run.classNames, ['class 0', 'class 1', 'class 2', 'class 3']);
    same(checkpoint, plain, 1e-6);
    // Preprocessed as the file beside the model says.
    await writeFile(
      path.join(place, 'preprocessor_config.json'),
      JSON.stringify({
        image_processor_type: 'ViTImageProcessor',
        do_resize: true,
        size: { height: 8, width: 8 },
        resample: 2,
        do_rescale: true,
        rescale_factor: 1 / 255,
        do_normalize: true,
        image_mean: [0.5],
        image_std: [0.25],
      }),
    );
    const configured = await metricsOf(engine, path.join(place, 'm.onnx'));
    assert.deepEqual(configured.plan.preprocess.mean, [0.5]);
    assert.match(configured.checkpoint.warnings.join(), /as preprocessor_config\.json says: .*mean 0\.5; std 0\.25/);
    const written = { scale: 1 / 255, mean: [0.5], std: [0.25] };
    const array = await folderOf({
      'm.onnx': await readFile(model),
      'x.npy': images,
      'y.npy': numbers,
      'neural-collapse.json': JSON.stringify({ preprocess: written }),
    });
    same(configured.checkpoint, (await metricsOf(engine, path.join(array, 'm.onnx'))).checkpoint, 1e-6);
    assert.notEqual(configured.checkpoint.metrics['nc1'], plain.metrics['nc1']);
  });

  it('of multi-hot labels, the samples with one class are measured', async () => {
    const hot = classes.flatMap((k, i) =>
      [0, 1, 2, 3].map((c) => Number(c === k || (i % 3 === 0 && c === (k + 1) % 4))),
    );
    const kept = classes.flatMap((_, i) => (i % 3 === 0 ? [] : [i]));
    const place = await folderOf({
      'x.npy': images,
      'y.npy': npy([SAMPLES, CLASSES], '|u1', hot),
      'only/x.npy': npy(
        [kept.length, 1, SIZE, SIZE],
        '|u1',
        kept.flatMap((i) => pixels.slice(i * 64, (i + 1) * 64)),
      ),
      'only/y.npy': npy(
        [kept.length],
        '<i8',
        kept.map((i) => classes[i]!),
      ),
    });
    const at = (...names: string[]): Partial<InspectRequest> => ({
      data: path.join(place, ...names, 'x.npy'),
      labels: path.join(place, ...names, 'y.npy'),
    });
    const { checkpoint } = await metricsOf(engine, model, at());
    assert.equal(checkpoint.samples, 24);
    assert.match(
      checkpoint.warnings.join(),
      /multi-hot: class means are of the 24 samples with one class; 12 with several/,
    );
    const only = (await metricsOf(engine, model, at('only'))).checkpoint;
    same(checkpoint, only, 1e-9, /^(multilabel\.|loss\.pickAll)/);
    assert.ok(checkpoint.metrics['multilabel.angle.m2'] !== undefined);
  });

  it('clean labels tell how noisy the labels are', async () => {
    const noisy = classes.map((k, i) => (i % 6 === 0 ? (k + 1) % 4 : k));
    const place = await folderOf({
      'm.onnx': await readFile(model),
      'x.npy': images,
      'y.npy': npy([SAMPLES], '<i8', noisy),
      'y_clean.npy': numbers,
    });
    const { plan } = await metricsOf(engine, path.join(place, 'm.onnx'));
    assert.equal(plan.train?.cleanLabels, path.join(place, 'y_clean.npy'));
    assert.equal(plan.run.labelNoise, 1 / 6);
  });

  it('an out-of-distribution set is checked against the model', async () => {
    const files = { 'm.onnx': await readFile(model), 'x.npy': images, 'y.npy': numbers };
    const manifest = (inputs: string): string => JSON.stringify({ ood: { inputs } });
    const good = await folderOf({
      ...files,
      'noise.npy': npy([5, 1, 8, 8]),
      'neural-collapse.json': manifest('noise.npy'),
    });
    assert.equal((await planFor(engine, path.join(good, 'm.onnx'))).ood?.samples, 5);
    const bad = await folderOf({
      ...files,
      'noise.npy': npy([5, 1, 9, 9]),
      'neural-collapse.json': manifest('noise.npy'),
    });
    await assert.rejects(planFor(engine, path.join(bad, 'm.onnx')), { code: 'E_SHAPE', message: /noise\.npy.*1×9×9/ });
  });

  it('models with token numbers and masks are fed all of them, found by their names', async () => {
    const { models: all, values } = JSON.parse(readFileSync(path.join(exportsFolder, 'reference.json'), 'utf8')) as {
      models: Record<string, { values: string }>;
      values: Record<string, { logits: number[][] }>;
    };
    const tokens = path.join(exportsFolder, 'tokens.npz');
    const file = await openArrays(tokens);
    const y = await collect(file, 'y', 'float64');
    await file.close();
    for (const name of ['text_bert', 'text_distilbert', 'text_roberta', 'text_gpt2_dynamo', 'optimum_bert']) {
      const { checkpoint, plan } = await metricsOf(engine, path.join(exportsFolder, `${name}.onnx`), { data: tokens });
      assert.ok(plan.train?.others?.['attention_mask'], name);
      const { logits } = values[all[name]!.values]!;
      const right = logits.filter((z, i) => z.indexOf(Math.max(...z)) === y[i]).length;
      assert.equal(checkpoint.metrics['accuracy'], right / logits.length, name);
    }
  });

  it('a mask without data is taken as ones, and that is said; an input without a meaning is asked for', async () => {
    const file = await openArrays(path.join(exportsFolder, 'tokens.npz'));
    const ids = [...(await collect(file, 'input_ids', 'float64'))];
    const y = [...(await collect(file, 'y', 'float64'))];
    await file.close();
    const place = await folderOf({ 'ids.npy': npy([24, 7], '<i8', ids), 'y.npy': npy([24], '<i8', y) });
    const { checkpoint } = await metricsOf(engine, path.join(exportsFolder, 'text_bert.onnx'), {
      data: path.join(place, 'ids.npy'),
      labels: path.join(place, 'y.npy'),
    });
    assert.match(checkpoint.warnings.join(), /attention_mask, token_type_ids.*masks were taken as ones/);
    await assert.rejects(
      planFor(engine, path.join(models, 'two_inputs.onnx'), {
        data: path.join(folder, 'x.npy'),
        labels: path.join(folder, 'y.npy'),
      }),
      { code: 'E_INPUTS', message: /no data gives b; name it/ },
    );
    // Named in a manifest, by the inputs' names.
    const both = await folderOf({
      'm.onnx': await readFile(path.join(models, 'two_inputs.onnx')),
      'left.npy': images,
      'right.npy': images,
      'y.npy': numbers,
      'neural-collapse.json': JSON.stringify({ train: { inputs: { a: 'left.npy', b: 'right.npy' }, labels: 'y.npy' } }),
    });
    const { train } = await planFor(engine, path.join(both, 'm.onnx'));
    assert.equal(train?.inputs, path.join(both, 'left.npy'));
    assert.deepEqual(train?.others, { b: path.join(both, 'right.npy') });
  });
});

describe('what was detected can be overridden', () => {
  let engine: EngineClient;
  let data: Partial<InspectRequest>;
  before(async () => {
    engine = startEngine();
    const folder = await folderOf({ 'x.npy': images, 'y.npy': numbers });
    data = { data: path.join(folder, 'x.npy'), labels: path.join(folder, 'y.npy') };
  });
  after(() => engine.dispose());

  it('another penultimate tensor: its features, and why W does not apply to them', async () => {
    const { layers } = await engine.describe({ file: model, model: {} });
    const hidden = layers.find((layer) => layer.name === 'body.3 MaxPool');
    assert.ok(hidden?.automatic);
    assert.deepEqual(hidden.shape?.slice(1), [3, 2, 2]);
    const { checkpoint } = await metricsOf(engine, model, { ...data, model: { penultimate: hidden.tensor } });
    assert.equal(checkpoint.layers.at(-1)?.tensor, hidden.tensor);
    assert.equal(checkpoint.layers.at(-1)?.dimension, 12);
    assert.match(
      checkpoint.notApplicable['nc3'] ?? '',
      /was chosen as the penultimate layer, but the classifier head\.weight reads/,
    );
    assert.ok(checkpoint.metrics['nc4'] !== undefined, 'the network still decides');
  });

  it('weight and bias by name are those detected', async () => {
    const detected = (await metricsOf(engine, model, data)).checkpoint;
    const { checkpoint } = await metricsOf(engine, model, {
      ...data,
      model: { weight: 'head.weight', bias: 'head.bias' },
    });
    same(checkpoint, detected);
    await assert.rejects(planFor(engine, model, { ...data, model: { weight: 'haed.weight' } }), {
      code: 'E_NO_SUCH_WEIGHT',
      message: /no constant tensor named haed\.weight.*head\.weight/,
    });
    await assert.rejects(planFor(engine, model, { ...data, model: { penultimate: 'nothing' } }), {
      code: 'E_NO_SUCH_LAYER',
    });
    await assert.rejects(planFor(engine, model, { ...data, model: { logits: 'nothing' } }), {
      code: 'E_NO_SUCH_OUTPUT',
    });
  });

  it('two tasks on one trunk: asked once, then remembered', async () => {
    const tasks = path.join(exportsFolder, 'outputs_tasks.onnx');
    const vectors = { data: path.join(exportsFolder, 'vectors.npz') };
    const asked = await engine.plan({ target: tasks, kind: 'guess', searchFolders: [], ...vectors });
    assert.ok(asked.kind === 'question');
    assert.deepEqual(
      asked.question.choices.map(({ label, description }) => [label, description]),
      [
        ['colour', '4 classes'],
        ['shape', '3 classes'],
      ],
    );
    const { plan } = await metricsOf(engine, tasks, { ...vectors, answers: { [asked.question.id]: 0 } });
    assert.deepEqual(plan.remember?.model, { logits: 'colour' });
    assert.equal(plan.run.classes, 4);
  });
});

describe('activations by epoch', () => {
  let engine: EngineClient;
  before(() => (engine = startEngine()));
  after(() => engine.dispose());

  it('a file for each epoch is one run, in order', async () => {
    const features = path.join(models, 'activations.npz');
    const bytes = await readFile(features);
    const place = await folderOf({ 'epoch_10.npz': bytes, 'epoch_2.npz': bytes });
    const plan = await planFor(engine, place);
    assert.deepEqual(
      plan.checkpoints.map(({ path: shown, epoch }) => [shown, epoch]),
      [
        ['epoch_2.npz', 2],
        ['epoch_10.npz', 10],
      ],
    );
    const report = await measure(engine, plan);
    const one = (await metricsOf(engine, features)).checkpoint;
    assert.equal(report.checkpoints.length, 2);
    same(report.checkpoints[0]!, one);
    // The same file again: nothing has moved.
    same(report.checkpoints[1]!, one, 1e-9, /^drift\./);
    assert.ok(Math.abs(report.checkpoints[1]!.metrics['drift.means']!) < 1e-12);
  });

  it('files that hold different arrays are no run: asked which is meant', async () => {
    const y = [0, 1, 0, 1, 0, 1];
    const place = await folderOf({
      'epoch_1.safetensors': tensors({ h: { shape: [6, 4] }, y: { shape: [6], labels: y } }),
      'epoch_2.safetensors': tensors({ h: { shape: [6, 5] }, y: { shape: [6], labels: y } }),
    });
    const result = await engine.plan({ target: place, kind: 'run', searchFolders: [] });
    assert.ok(result.kind === 'question');
    assert.equal(result.question.choices.length, 2);
  });

  it('a manifest names the arrays of each epoch’s file', async () => {
    const bytes = await readFile(path.join(models, 'activations.npz'));
    const place = await folderOf({
      'step-100.npz': bytes,
      'step-900.npz': bytes,
      'other.npz': bytes,
      'neural-collapse.json': JSON.stringify({
        checkpoints: 'step-*.npz',
        activations: { layers: ['#penultimate'], labels: '#labels', weight: '#W', bias: '#b' },
      }),
    });
    const plan = await planFor(engine, place);
    assert.deepEqual(
      plan.checkpoints.map(({ path: shown, epoch }) => [shown, epoch]),
      [
        ['step-100.npz', 100],
        ['step-900.npz', 900],
      ],
    );
    const report = await measure(engine, plan);
    const one = (await metricsOf(engine, path.join(models, 'activations.npz'))).checkpoint;
    same(report.checkpoints[0]!, one);
    // The same file again: nothing has moved.
    same(report.checkpoints[1]!, one, 1e-9, /^drift\./);
    assert.ok(Math.abs(report.checkpoints[1]!.metrics['drift.means']!) < 1e-12);
  });
});
