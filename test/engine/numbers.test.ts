/** What the engine measures against what PyTorch and NumPy computed in float64. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineClient } from '../../src/driver/engine-client';
import { sampleRows } from '../../src/engine/sampling';
import { collect } from '../../src/formats/collect';
import { openArrays } from '../../src/formats/open';
import type { CheckpointReport } from '../../src/protocol/report';
import { ClassMoments } from '../../src/statistics/class-moments';
import { fixtures, models, sampleRun, sharedRuns } from '../fixtures/paths';
import { measure, planFor, relativeError, startEngine } from './engine';

interface Penultimate {
  nc1: number;
  trace_ratio: number;
  nc4: number;
  [key: string]: number;
}
interface Reference {
  train_accuracy: number;
  layers: { dimension: number; trace_ratio: number; ncc_accuracy: number }[];
  penultimate: Penultimate;
}

const IDS: Record<string, string> = {
  nc1: 'nc1',
  trace_ratio: 'nc1.traceRatio',
  nc2_means_norm_cv: 'nc2.means.normCv',
  nc2_weights_norm_cv: 'nc2.weights.normCv',
  nc2_means_cos_dev: 'nc2.means.maxAngle',
  nc2_weights_cos_dev: 'nc2.weights.maxAngle',
  nc2_means_cos_std: 'nc2.means.cosStd',
  nc2_weights_cos_std: 'nc2.weights.cosStd',
  nc3: 'nc3',
  nc4: 'nc4',
};

/** The issue's own bar: 1e-3 relative for NC1, 1e-4 for the others. */
function compare(checkpoint: CheckpointReport, reference: Reference, where: string): void {
  for (const [key, id] of Object.entries(IDS)) {
    const expected = reference.penultimate[key];
    assert.ok(expected !== undefined, `${where}: reference lacks ${key}`);
    const error = relativeError(checkpoint.metrics[id], expected);
    assert.ok(
      error <= (id === 'nc1' ? 1e-3 : 1e-4),
      `${where}: ${id} = ${checkpoint.metrics[id]}, expected ${expected}`,
    );
  }
  assert.ok(relativeError(checkpoint.metrics['accuracy'], reference.train_accuracy) < 1e-9, `${where}: accuracy`);
  assert.deepEqual(
    checkpoint.layers.map((layer) => layer.dimension),
    reference.layers.map((layer) => layer.dimension),
    where,
  );
  checkpoint.layers.forEach((layer, i) => {
    const expected = reference.layers[i];
    assert.ok(expected);
    for (const [id, value] of [
      ['nc1.traceRatio', expected.trace_ratio],
      ['ncc.accuracy', expected.ncc_accuracy],
    ] as const) {
      const error = relativeError(layer.metrics[id], value);
      assert.ok(error <= 1e-4, `${where}, layer ${layer.name}: ${id} = ${layer.metrics[id]}, expected ${value}`);
    }
  });
}

async function json<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}

describe('numbers', function () {
  this.timeout(120_000);
  let engine: EngineClient;
  before(() => (engine = startEngine()));
  after(() => engine.dispose());

  it('of the sample run are those of its reference', async () => {
    const reference = await json<Record<string, Reference>>(path.join(fixtures, 'sample-run', 'reference.json'));
    const report = await measure(engine, await planFor(engine, sampleRun));
    assert.equal(report.checkpoints.length, 5);
    for (const checkpoint of report.checkpoints) {
      const expected = reference[checkpoint.path];
      assert.ok(expected, checkpoint.path);
      compare(checkpoint, expected, checkpoint.path);
    }
    assert.deepEqual(
      report.checkpoints.map((checkpoint) => checkpoint.epoch),
      [0, 3, 20, 120, 500],
    );
  });

  it('of a test split use the training means and are there', async () => {
    const report = await measure(engine, await planFor(engine, path.join(sampleRun, 'epoch_500.onnx')));
    const metrics = report.checkpoints[0]?.metrics ?? {};
    assert.ok(
      (metrics['accuracy.test'] ?? 0) > 0.7 && (metrics['accuracy.test'] ?? 1) < 0.95,
      `${metrics['accuracy.test']}`,
    );
    assert.ok((metrics['nc4.test'] ?? 1) < 0.1);
  });

  it('of every kind of head and exporter are PyTorch’s', async () => {
    const reference = await json<
      Record<string, { dimension: number; nc1: number; trace_ratio: number; nc4: number; accuracy: number }>
    >(path.join(models, 'reference.json'));
    for (const [name, expected] of Object.entries(reference)) {
      const plan =
        name === 'activations'
          ? await planFor(engine, path.join(models, 'activations.npz'))
          : await planFor(engine, path.join(models, `${name}.onnx`), { data: path.join(models, 'data.npz') });
      const [checkpoint] = (await measure(engine, plan)).checkpoints;
      assert.ok(checkpoint, name);
      const { metrics } = checkpoint;
      assert.equal(checkpoint.classifier?.dimension, expected.dimension, name);
      assert.ok(
        relativeError(metrics['nc1'], expected.nc1) < 1e-3,
        `${name}: nc1 ${metrics['nc1']} for ${expected.nc1}`,
      );
      assert.ok(relativeError(metrics['nc1.traceRatio'], expected.trace_ratio) < 1e-4, name);
      assert.ok(relativeError(metrics['nc4'], expected.nc4) < 1e-9, name);
      assert.ok(relativeError(metrics['accuracy'], expected.accuracy) < 1e-9, name);
    }
  });

  it('do not depend on the batch size, nor on whether features are kept', async () => {
    const plan = await planFor(engine, path.join(sampleRun, 'epoch_120.onnx'));
    const [a] = (await measure(engine, plan, { batch: 7 })).checkpoints;
    const [b] = (await measure(engine, plan, { batch: 256 })).checkpoints;
    assert.ok(a && b);
    for (const [id, value] of Object.entries(b.metrics)) assert.ok(relativeError(a.metrics[id], value) < 1e-5, id);
  });

  it('of fewer samples use exactly that many', async () => {
    const plan = await planFor(engine, path.join(sampleRun, 'epoch_120.onnx'));
    const [checkpoint] = (await measure(engine, plan, { maxSamples: 500 })).checkpoints;
    assert.equal(checkpoint?.samples, 500);
    assert.equal(
      checkpoint.classCounts.reduce((sum, count) => sum + count, 0),
      500,
    );
  });

  it('of fewer rows of saved activations are those of these rows', async () => {
    const plan = await planFor(engine, path.join(models, 'activations.npz'));
    const [whole] = (await measure(engine, plan, { maxSamples: 1000 })).checkpoints;
    const [part] = (await measure(engine, plan, { maxSamples: 18 })).checkpoints;
    assert.equal(whole?.samples, 36);
    assert.equal(part?.samples, 18);
    // The same rows, computed here from the file itself.
    const file = await openArrays(path.join(models, 'activations.npz'));
    const h = await collect(file, 'penultimate', 'float64');
    const y = Int32Array.from(await collect(file, 'labels', 'float64'));
    await file.close();
    const moments = new ClassMoments(4, 6);
    for (const i of sampleRows(y, 18) ?? []) moments.add(h.subarray(i * 6, i * 6 + 6), y.subarray(i, i + 1), 1);
    const { traceWithin, traceBetween } = moments.finish();
    assert.ok(relativeError(part.metrics['nc1.traceRatio'], traceWithin / traceBetween) < 1e-12);
  });

  describe('of the shared runs', () => {
    it('are those of their reference.json', async function () {
      if (!existsSync(sharedRuns)) return this.skip();
      let compared = 0;
      for (const folder of await readdir(sharedRuns, { recursive: true })) {
        const file = path.join(sharedRuns, folder, 'reference.json');
        if (!existsSync(file)) continue;
        const target = path.join(sharedRuns, folder);
        const reference = await json<Record<string, Reference> | Reference>(file);
        if ('penultimate' in reference) continue; // activations, below
        const report = await measure(engine, await planFor(engine, target));
        for (const [name, expected] of Object.entries(reference)) {
          const checkpoint = report.checkpoints.find((entry) => entry.path === name);
          assert.ok(checkpoint, `${folder}/${name}`);
          compare(checkpoint, expected, `${folder}/${name}`);
          compared++;
        }
      }
      assert.ok(compared >= 20, `${compared} checkpoints`);
    });

    it('open whole: every checkpoint of every run is measured, without a question', async function () {
      if (!existsSync(sharedRuns)) return this.skip();
      let measured = 0;
      for (const folder of await readdir(sharedRuns, { recursive: true })) {
        if (!existsSync(path.join(sharedRuns, folder, 'neural-collapse.json'))) continue;
        const plan = await planFor(engine, path.join(sharedRuns, folder));
        const report = await measure(engine, plan, { maxSamples: 400 });
        assert.deepEqual(report.failed, [], folder);
        assert.equal(report.checkpoints.length, plan.checkpoints.length, folder);
        measured += report.checkpoints.length;
      }
      assert.ok(measured >= 60, `${measured} checkpoints`);
    });

    it('are the same from every file of activations', async function () {
      const folder = path.join(sharedRuns, 'activations-cnn');
      if (!existsSync(folder)) return this.skip();
      const { penultimate } = await json<Reference>(path.join(folder, 'reference.json'));
      for (const [name, digits] of [
        ['activations_stored.npz', 1e-4],
        ['activations_deflated.npz', 1e-4],
        ['penultimate.npy', 1e-4],
        ['penultimate_fortran.npy', 1e-4],
        ['f32.safetensors', 1e-4],
        ['f16.safetensors', 5e-3],
        ['bf16.safetensors', 3e-2],
        ['activations.h5', 1e-4],
        ['activations.pt', 1e-4],
      ] as const) {
        const report = await measure(engine, await planFor(engine, path.join(folder, name)));
        const [checkpoint] = report.checkpoints;
        assert.ok(checkpoint, name);
        assert.equal(checkpoint.layers.at(-1)?.dimension, 64, name);
        for (const [key, id] of Object.entries(IDS)) {
          const expected = penultimate[key] ?? NaN;
          assert.ok(
            relativeError(checkpoint.metrics[id], expected) < digits,
            `${name}: ${id} = ${checkpoint.metrics[id]} (${checkpoint.notApplicable[id]}), expected ${expected}`,
          );
        }
      }
    });
  });
});
