/** Real runs, with reference values known; a clone does not have them, and then this is skipped. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { modelFacts } from '../../../src/engine/model-facts';
import type { InspectRequest, Plan } from '../../../src/protocol/engine';
import { makePlan } from '../../../src/run/plan';
import { sharedRuns } from '../../fixtures/paths';

/** Samples, classes, checkpoints, and where the data lies. */
const RUNS: Record<string, [number, number, number, string]> = {
  'balanced-cnn': [2000, 10, 9, 'train.npz#x'],
  'imbalanced-mlp/R001': [4000, 10, 4, 'train-images-idx3-ubyte.gz'],
  'imbalanced-mlp/R010': [2200, 10, 4, 'train-images-idx3-ubyte.gz'],
  'imbalanced-mlp/R100': [2020, 10, 4, 'train-images-idx3-ubyte.gz'],
  'label-noise': [1500, 10, 9, 'train.npz#x'],
  'losses/ce': [1500, 10, 4, '../train.npz#x'],
  'losses/focal': [1500, 10, 4, '../train.npz#x'],
  'losses/label-smoothing': [1500, 10, 4, '../train.npz#x'],
  'losses/mse': [1500, 10, 4, '../train.npz#x'],
  'many-classes': [1600, 40, 6, 'train.npz#x'],
  'mse-mlp-deep': [2000, 10, 9, 'x.npy'],
  'normalized-features': [2000, 10, 9, 'train.npz#x'],
};

describe('plans of real runs', () => {
  let copy: string;
  before(async function () {
    if (!existsSync(sharedRuns)) this.skip();
    // The same files without the manifests, so that everything has to be discovered.
    copy = await mkdtemp(path.join(tmpdir(), 'runs-'));
    for (const entry of await readdir(sharedRuns, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === 'neural-collapse.json') continue;
      const folder = path.join(copy, path.relative(sharedRuns, entry.parentPath));
      await mkdir(folder, { recursive: true });
      const [from, to] = [path.join(entry.parentPath, entry.name), path.join(folder, entry.name)];
      // Links are not followed from a model to its external weights.
      await (entry.name.endsWith('.data') ? copyFile(from, to) : symlink(from, to));
    }
  });
  after(async () => {
    if (copy) await rm(copy, { recursive: true, force: true });
  });

  for (const [name, [samples, classes, checkpoints, inputs]] of Object.entries(RUNS)) {
    it(`${name}: the same with its manifest and without`, async () => {
      const described = await planned(sharedRuns, name);
      assert.ok(described.manifest);
      assert.equal(described.remember, undefined);
      const found = await planned(copy, name);
      for (const [plan, root] of [
        [described, sharedRuns],
        [found, copy],
      ] as const) {
        assert.equal(plan.train?.samples, samples);
        assert.equal(plan.run.classes, classes);
        assert.equal(plan.checkpoints.length, checkpoints);
        const epochs = plan.checkpoints.map(({ epoch }) => epoch ?? -1);
        assert.deepEqual(
          epochs,
          epochs.toSorted((a, b) => a - b),
        );
        assert.equal(plan.checkpoints[0]?.epoch, 0);
        assert.equal(plan.train.inputs, path.join(root, name, inputs));
      }
      assert.deepEqual(found.train?.samples, described.train?.samples);
      assert.equal(found.remember?.train?.inputs, inputs);
      assert.equal(found.test?.samples, described.test?.samples);
      if (name === 'label-noise') assert.equal(found.remember.train.cleanLabels, 'train.npz#y_clean');
    });
  }

  it('multilabel: with its manifest and without, and told that it is', async () => {
    for (const root of [sharedRuns, copy]) {
      const plan = await planned(root, 'multilabel');
      assert.equal(plan.checkpoints.length, 5);
      assert.equal(plan.run.classes, 10);
      assert.ok(plan.warnings.some((text) => /multi-hot.*1000 samples with one class; 1000 with several/.test(text)));
    }
  });

  it('a single checkpoint takes the data of its run', async () => {
    const plan = await planned(copy, 'balanced-cnn/epoch_120.onnx');
    assert.deepEqual(
      plan.checkpoints.map(({ path: shown, epoch }) => [shown, epoch]),
      [['epoch_120.onnx', 120]],
    );
    assert.equal(plan.train?.samples, 2000);
  });

  it('the folder of several runs names its subfolders', async () => {
    await assert.rejects(makePlan({ ...request(copy, 'losses'), kind: 'run' }, modelFacts), {
      code: 'E_NO_CHECKPOINTS',
      message: /subfolders.*ce, focal, label-smoothing, mse/,
    });
  });

  for (const [name, layers, weight, bias] of [
    ['activations_deflated.npz', ['#layer2', '#layer3', '#penultimate'], '#W', '#b'],
    ['activations_stored.npz', ['#penultimate'], '#W', '#b'],
    ['f32.safetensors', ['#features'], '#W', '#b'],
    ['f16.safetensors', ['#features'], '#W', '#b'],
    ['bf16.safetensors', ['#features'], '#W', '#b'],
    ['activations.pt', ['#features'], '#W', '#b'],
    ['activations.pt', ['#features'], '#W', '#b'],
    ['penultimate.npy', [''], '/W.npy', undefined],
    ['penultimate_fortran.npy', [''], '/W.npy', undefined],
  ] as const) {
    it(`activations-cnn/${name}`, async () => {
      const file = path.join(copy, 'activations-cnn', name);
      const { run, checkpoints } = await planned(copy, `activations-cnn/${name}`);
      const activations = checkpoints[0]?.activations;
      assert.equal(run.classes, 10);
      const at = (part: string): string => (part.startsWith('/') ? path.dirname(file) + part : file + part);
      assert.deepEqual(activations, {
        layers: layers.map(at),
        labels: name.endsWith('.npy') ? path.join(path.dirname(file), 'labels.npy') : `${file}#labels`,
        weight: at(weight),
        ...(bias === undefined ? {} : { bias: at(bias) }),
      });
    });
  }

  it('activations-cnn/activations.h5: groups and all', async () => {
    const file = path.join(copy, 'activations-cnn', 'activations.h5');
    const { checkpoints } = await planned(copy, 'activations-cnn/activations.h5');
    assert.deepEqual(
      checkpoints.map(({ path: shown, epoch }) => [shown, epoch]),
      [['activations.h5#epoch_120', 120]],
    );
    assert.deepEqual(checkpoints[0]?.activations, {
      prefix: 'epoch_120/',
      layers: ['layer2', 'layer3', 'penultimate'].map((layer) => `${file}#epoch_120/${layer}`),
      labels: `${file}#epoch_120/labels`,
      weight: `${file}#epoch_120/head/W`,
      bias: `${file}#epoch_120/head/b`,
    });
  });

  it('activations-cnn as a folder: its .npy files together', async () => {
    const activations = (await planned(copy, 'activations-cnn')).checkpoints[0]?.activations;
    assert.deepEqual(
      activations?.layers.map((layer) => path.basename(layer)),
      ['penultimate.npy', 'penultimate_fortran.npy'],
    );
    assert.equal(path.basename(activations.labels), 'labels.npy');
  });
});

function request(root: string, name: string): InspectRequest {
  const target = path.join(root, name);
  // As the editor asks: the run's surroundings, then the workspace.
  return { target, kind: 'guess', searchFolders: [path.dirname(target), root] };
}

async function planned(root: string, name: string): Promise<Plan> {
  const result = await makePlan(request(root, name), modelFacts);
  if (result.kind === 'question') assert.fail(`asked: ${JSON.stringify(result.question)}`);
  return result.plan;
}
