import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from '../../../src/protocol/engine';
import { Fault } from '../../../src/protocol/faults';
import { makePlan } from '../../../src/run/plan';
import { folderOf, labels, MODEL, npy, planOf, questionOf, request, tensors } from './files';

const IMAGES = npy([12, 1, 4, 4], '|u1');
const MODEL_FILE = { 'epoch_1.onnx': 'the reader of models is given' };

describe('finding the data of a run', () => {
  it('x.npy and y.npy beside the checkpoints', async () => {
    const folder = await folderOf({ ...MODEL_FILE, 'x.npy': IMAGES, 'y.npy': labels(12, 3) });
    const plan = await planOf(folder);
    const inputs = path.join(folder, 'x.npy');
    assert.deepEqual(plan.train, { inputs, labels: path.join(folder, 'y.npy'), samples: 12 });
    assert.deepEqual(plan.remember, { train: { inputs: 'x.npy', labels: 'y.npy' } });
    assert.deepEqual(plan.run, {
      path: path.basename(folder),
      kind: 'checkpoints',
      classes: 3,
      classNames: ['0', '1', '2'],
    });
    assert.equal(plan.layers, 'auto');
    assert.equal(plan.pooling, 'auto');
    assert.match(plan.warnings.join('\n'), /x\.npy was scaled by 1\/255/);
  });

  it('a container, told apart into train and test by the names of its arrays', async () => {
    const [x, y] = [{ shape: [12, 16] }, { shape: [12], labels: Array.from({ length: 12 }, (_, i) => i % 3) }];
    const small = { shape: [6], labels: [0, 1, 2, 0, 1, 2] };
    const all = tensors({ x_train: x, y_train: y, x_test: { shape: [6, 16] }, y_test: small, ids: y });
    const folder = await folderOf({ ...MODEL_FILE, 'data/all.safetensors': all });
    const plan = await planOf(folder);
    const file = path.join(folder, 'data', 'all.safetensors');
    assert.deepEqual(plan.train, { inputs: `${file}#x_train`, labels: `${file}#y_train`, samples: 12 });
    assert.deepEqual(plan.test, { inputs: `${file}#x_test`, labels: `${file}#y_test`, samples: 6 });
    assert.equal(plan.remember?.test?.labels, 'data/all.safetensors#y_test');
  });

  it('files of equal length are paired by their names', async () => {
    const files = {
      'train-x.npy': IMAGES,
      'train-y.npy': labels(12, 3),
      'test-x.npy': IMAGES,
      'test-y.npy': labels(12, 3),
    };
    const folder = await folderOf({ ...MODEL_FILE, ...files });
    const { train, test } = await planOf(folder);
    assert.deepEqual(
      [train?.inputs, train?.labels, test?.inputs, test?.labels].map((one) => path.basename(one ?? '')),
      ['train-x.npy', 'train-y.npy', 'test-x.npy', 'test-y.npy'],
    );
  });

  it('labels in a folder beside the images’ folder; not those of an unrelated folder', async () => {
    const beside = await folderOf({ ...MODEL_FILE, 'images/train.npy': IMAGES, 'labels/train.npy': labels(12, 3) });
    assert.equal((await planOf(beside)).train?.labels, path.join(beside, 'labels', 'train.npy'));
    const unrelated = await folderOf({ ...MODEL_FILE, 'images/train.npy': IMAGES, 'other/labels.npy': labels(12, 3) });
    await assert.rejects(planOf(unrelated), { code: 'E_NO_DATA', message: /train\.npy: .*it fits, but no labels/ });
  });

  it('the run’s own folder goes before its parent, and that before the rest of the workspace', async () => {
    const data = { 'x.npy': IMAGES, 'y.npy': labels(12, 3) };
    const within = (at: string): Record<string, Buffer> =>
      Object.fromEntries(Object.entries(data).map(([name, bytes]) => [`${at}${name}`, bytes]));
    const root = await folderOf({
      'runs/a/epoch_1.onnx': '',
      ...within('runs/b/'),
      ...within('runs/'),
      ...within('runs/a/'),
    });
    const at = async (run: string): Promise<string> =>
      path.relative(root, (await planOf(path.join(root, run), { searchFolders: [root] })).train?.inputs ?? '');
    assert.equal(await at('runs/a'), path.join('runs', 'a', 'x.npy'));
    const shared = await folderOf({ 'runs/a/epoch_1.onnx': '', ...within('runs/b/'), ...within('runs/') });
    const plan = await planOf(path.join(shared, 'runs/a'), { searchFolders: [shared] });
    assert.equal(plan.remember?.train?.inputs, '../x.npy');
    // Outside of what may be searched nothing is looked at.
    await assert.rejects(planOf(path.join(shared, 'runs/a')), { code: 'E_NO_DATA', message: /No file of arrays/ });
  });

  it('asks once where more than one pair fits, and remembers the answer', async () => {
    const folder = await folderOf({
      ...MODEL_FILE,
      'a.safetensors': tensors({ x: { shape: [12, 16] }, y: { shape: [12], labels: Array<number>(12).fill(1) } }),
      'train.safetensors': tensors({ x: { shape: [9, 4, 4] }, y: { shape: [9], labels: [0, 1, 2, 0, 1, 2, 0, 1, 2] } }),
    });
    const question = await questionOf(folder);
    assert.deepEqual(
      question.choices.map(({ label }) => label),
      ['train.safetensors: x (9×4×4 float32) with y', 'a.safetensors: x (12×16 float32) with y'],
    );
    assert.match(question.choices[1]?.description ?? '', /1 class, beside the checkpoints/);
    const plan = await planOf(folder, { answers: { [question.id]: 1 } });
    assert.equal(plan.train?.samples, 12);
    assert.deepEqual(plan.remember, { train: { inputs: 'a.safetensors#x', labels: 'a.safetensors#y' } });
    // An answer that fits no choice is no answer.
    assert.deepEqual(await questionOf(folder, { answers: { [question.id]: 7 } }), question);
    await writeFile(path.join(folder, 'neural-collapse.json'), JSON.stringify(plan.remember));
    const again = await planOf(folder);
    assert.deepEqual([again.train, again.remember], [plan.train, undefined]);
  });

  it('y with y_clean is one labelling; y with y_noisy is a question, y first', async () => {
    const files = { ...MODEL_FILE, 'x.npy': IMAGES, 'y.npy': labels(12, 3) };
    const clean = await planOf(await folderOf({ ...files, 'y_clean.npy': labels(12, 3) }));
    assert.deepEqual(clean.remember?.train, { inputs: 'x.npy', labels: 'y.npy', cleanLabels: 'y_clean.npy' });
    const { choices } = await questionOf(await folderOf({ ...files, 'a_noisy_y.npy': labels(12, 3) }));
    assert.deepEqual(
      choices.map(({ label }) => label),
      ['x.npy: x (12×1×4×4 uint8) with y.npy', 'x.npy: x (12×1×4×4 uint8) with a_noisy_y.npy'],
    );
  });

  it('only test data: used, with a warning', async () => {
    const folder = await folderOf({ ...MODEL_FILE, 'x_test.npy': IMAGES, 'y_test.npy': labels(12, 3) });
    assert.match((await planOf(folder)).warnings.join('\n'), /Only data named as a test split.*x_test\.npy/);
  });

  it('images stored channels-last are noticed', async () => {
    const model = {
      ...MODEL,
      inputs: [{ name: 'input', role: 'samples' as const, dtype: 'float32' as const, shape: [null, 3, 4, 4] }],
    };
    const folder = await folderOf({ ...MODEL_FILE, 'x.npy': npy([12, 4, 4, 3]), 'y.npy': labels(12, 3) });
    const plan = await planOf(folder, {}, model);
    assert.deepEqual(plan.preprocess, { layout: 'hwc' });
    assert.deepEqual(plan.remember?.preprocess, { layout: 'hwc' });
    assert.match(plan.warnings.join('\n'), /channels-last/);
  });

  it('without a head, the labels say how many classes there are', async () => {
    const folder = await folderOf({ ...MODEL_FILE, 'x.npy': IMAGES, 'y.npy': labels(12, 4) });
    assert.equal((await planOf(folder, {}, { ...MODEL, classes: undefined })).run.classes, 4);
  });
});

describe('data that was named', () => {
  it('by the manifest, with everything else that it says', async () => {
    const manifest: Manifest = {
      checkpoints: 'e*.onnx',
      train: { inputs: '../data/x.npy', labels: '../data/y.npy' },
      preprocess: { scale: 0.5 },
      loss: 'mse',
      weightDecay: 0.1,
      layers: 'penultimate',
      pooling: 'mean',
    };
    const root = await folderOf({
      'run/epoch_1.onnx': '',
      'run/neural-collapse.json': JSON.stringify(manifest),
      'run/x.npy': IMAGES,
      'run/y.npy': labels(12, 3),
      'data/x.npy': npy([9, 16]),
      'data/y.npy': labels(9, 3),
    });
    const plan = await planOf(path.join(root, 'run'));
    assert.equal(plan.train?.inputs, path.join(root, 'data', 'x.npy'));
    assert.deepEqual(
      [plan.run.loss, plan.run.weightDecay, plan.layers, plan.pooling, plan.preprocess, plan.remember, plan.warnings],
      ['mse', 0.1, 'penultimate', 'mean', { scale: 0.5 }, undefined, []],
    );
    assert.equal(plan.manifest, path.join(root, 'run', 'neural-collapse.json'));
    // What is asked for goes before the manifest; data brings its own labels.
    const asked = await planOf(path.join(root, 'run'), { data: path.join(root, 'run', 'x.npy'), layers: 'all' });
    assert.deepEqual(
      [asked.train?.labels, asked.train?.samples, asked.layers],
      [path.join(root, 'run', 'y.npy'), 12, 'auto'],
    );
  });

  it('as a whole container', async () => {
    const y = Array.from({ length: 12 }, (_, i) => i % 3);
    const content = tensors({ x: { shape: [12, 16] }, y: { shape: [12], labels: y } });
    const root = await folderOf({ ...MODEL_FILE, 'elsewhere/d.safetensors': content });
    const data = path.join(root, 'elsewhere', 'd.safetensors');
    for (const more of [
      { data },
      { data, labels: data },
      { data: `${data}#x` },
      { data: `${data}#x`, labels: `${data}#y` },
    ]) {
      const { train } = await planOf(path.join(root, 'epoch_1.onnx'), more);
      assert.deepEqual(train, { inputs: `${data}#x`, labels: `${data}#y`, samples: 12 });
    }
  });

  it('labels of another length, out of range, of several classes, or of nothing: named', async () => {
    const folder = await folderOf({
      ...MODEL_FILE,
      'x.npy': IMAGES,
      'short.npy': labels(11, 3),
      'range.npy': npy([12], '<i8', [0, 1, 2, 3]),
      'multi.npy': npy([12, 3], '|u1', Array<number>(36).fill(1)),
      'wrong.npy': npy([12, 3, 3]),
    });
    const withLabels = (name: string): Promise<unknown> =>
      planOf(folder, { data: path.join(folder, 'x.npy'), labels: path.join(folder, name) });
    await assert.rejects(withLabels('short.npy'), {
      code: 'E_LABEL_COUNT',
      message: 'short.npy has 11 labels, but x.npy has 12 samples; choose labels and data of the same split.',
    });
    await assert.rejects(withLabels('range.npy'), { code: 'E_LABEL_RANGE', message: /label 3 at position 3/ });
    await assert.rejects(withLabels('multi.npy'), { code: 'E_MULTILABEL' });
    await assert.rejects(withLabels('wrong.npy'), { code: 'E_LABELS' });
    await assert.rejects(withLabels('none.npy'), { code: 'E_NOT_FOUND', message: /none\.npy/ });
  });

  it('data that fits no input, and a folder without any: what is wanted, and the closest misses', async () => {
    const folder = await folderOf({ ...MODEL_FILE, 'x.npy': npy([12, 3, 4, 4]), 'y.npy': labels(12, 3) });
    await assert.rejects(planOf(folder, { data: path.join(folder, 'x.npy') }), {
      code: 'E_SHAPE',
      message:
        'x.npy cannot be the input of epoch_1.onnx: a sample is 3×4×4, the model wants 1×4×4; choose other data.',
    });
    await assert.rejects(planOf(folder), (error) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, 'E_NO_DATA');
      assert.match(error.message, /epoch_1\.onnx, which wants samples of 1×4×4 with labels of 3 classes/);
      assert.match(error.message, /Closest: x\.npy: x \(12×3×4×4 float32\): a sample is 3×4×4/);
      return true;
    });
  });

  it('wrong labels or a broken file in the run’s folder are not papered over by another run’s data', async () => {
    const other = { 'other/x.npy': IMAGES, 'other/y.npy': labels(12, 3) };
    const wrong = await folderOf({ 'run/e1.onnx': '', 'run/x.npy': IMAGES, 'run/y.npy': labels(10, 3), ...other });
    await assert.rejects(planOf(path.join(wrong, 'run'), { searchFolders: [wrong] }), { code: 'E_LABEL_COUNT' });
    const broken = await folderOf({ 'run/e1.onnx': '', 'run/x.npy': IMAGES.subarray(0, 150), ...other });
    const plan = await planOf(path.join(broken, 'run'), { searchFolders: [broken] });
    assert.match(plan.warnings.join('\n'), /Passed over: x\.npy promises/);
    await assert.rejects(planOf(path.join(broken, 'run')), { code: 'E_TRUNCATED', message: /x\.npy/ });
  });
});

describe('what a target is', () => {
  it('a checkpoint that cannot be read does not stop the run; if none can, its fault is told', async () => {
    const folder = await folderOf({ 'e1.onnx': '', 'e2.onnx': '', 'x.npy': IMAGES, 'y.npy': labels(12, 3) });
    const asked: string[] = [];
    const result = await makePlan(request(folder), async (file) => {
      asked.push(path.basename(file));
      if (file.endsWith('e1.onnx')) throw new Fault('E_TRUNCATED', 'e1.onnx is cut off.');
      return MODEL;
    });
    assert.equal(result.kind === 'plan' && result.plan.checkpoints.length, 2);
    assert.deepEqual(asked, ['e1.onnx', 'e2.onnx']);
    const failing = makePlan(request(path.join(folder, 'e1.onnx')), async () => {
      throw new Fault('E_TRUNCATED', 'e1.onnx is cut off.');
    });
    await assert.rejects(failing, { code: 'E_TRUNCATED' });
  });

  it('nothing, an empty folder, some other file', async () => {
    const folder = await folderOf({ 'notes.txt': 'text', 'empty/readme.md': '' });
    await assert.rejects(planOf(path.join(folder, 'no.onnx')), { code: 'E_NOT_FOUND', message: /no\.onnx/ });
    await assert.rejects(planOf(path.join(folder, 'empty')), { code: 'E_NO_CHECKPOINTS', message: /empty.*\*\.onnx/ });
    await assert.rejects(planOf(path.join(folder, 'notes.txt')), { code: 'E_FORMAT' });
  });
});
