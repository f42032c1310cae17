/** Every run yields the measures that its data, labels, loss and layers allow, and a reason for the others it asks for. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineClient } from '../../src/driver/engine-client';
import { metrics } from '../../src/metrics/registry';
import type { CheckpointReport, Report } from '../../src/protocol/report';
import { models, sharedRuns } from '../fixtures/paths';
import { folderOf, npy } from '../unit/run/files';
import { measure, planFor, relativeError, startEngine } from './engine';

const SIZE = 8;
const SAMPLES = 48;
const classes = Array.from({ length: SAMPLES }, (_, i) => (i * 7) % 4);

function images(count: number, seed = 0): Buffer {
  const pixels = Array.from({ length: count * SIZE * SIZE }, (_, i) => {
    const sample = Math.floor(i / 64);
    return Math.round(
      127 + 80 * Math.sin(1 + (sample % 4) * 2 + i * 0.37 + seed) + 40 * Math.sin(sample * 7 + i * 1.3 + seed),
    );
  });
  return npy([count, 1, SIZE, SIZE], '|u1', pixels);
}

const labels = (list: readonly number[]): Buffer => npy([list.length], '<i8', [...list]);

/** What every report keeps: finite numbers only, each id known, no id both measured and not applicable. */
function sound({ metrics: measured, notApplicable, layers }: CheckpointReport): void {
  for (const values of [measured, ...layers.map((layer) => layer.metrics)]) {
    for (const [id, value] of Object.entries(values)) {
      assert.ok(Number.isFinite(value), `${id}: ${value}`);
      assert.ok(
        metrics.some((metric) => metric.id === id),
        id,
      );
    }
  }
  for (const [id, reason] of Object.entries(notApplicable)) {
    assert.ok(reason.length > 10, id);
    assert.equal(measured[id], undefined, id);
  }
}

/** Ids that belong to a situation: there in it, and in no other. */
const SPECIAL =
  /^(mem\.|multilabel\.|loss\.pickAll|lpm\.minority|accuracy\.m|mse\.|centralPath|snc\.|ood\.|dilation\.|drift\.|interpolation|tasks\.)/;

const special = (checkpoint: CheckpointReport): string[] =>
  [...new Set(Object.keys(checkpoint.metrics).flatMap((id) => (SPECIAL.test(id) ? [id.split('.')[0]!] : [])))].sort();

describe('every measure', function () {
  this.timeout(180_000);
  let engine: EngineClient;
  before(() => (engine = startEngine()));
  after(() => engine.dispose());

  /** The little network on made-up pictures, with more beside them. */
  async function situation(files: Record<string, Buffer>, manifest: object): Promise<Report> {
    const folder = await folderOf({
      'm.onnx': await readFile(path.join(models, 'cnn.onnx')),
      'x.npy': images(SAMPLES),
      'y.npy': labels(classes),
      ...files,
      'neural-collapse.json': JSON.stringify({ train: { inputs: 'x.npy', labels: 'y.npy' }, ...manifest }),
    });
    const report = await measure(engine, await planFor(engine, path.join(folder, 'm.onnx')));
    assert.deepEqual(report.failed, []);
    report.checkpoints.forEach(sound);
    return report;
  }

  it('of an ordinary run has none of those that belong to another', async () => {
    const { checkpoints } = await situation({}, {});
    assert.deepEqual(special(checkpoints[0]!), []);
  });

  it('with the squared loss and weight decay has its parts, which add up', async () => {
    const { metrics: at, notApplicable } = (await situation({}, { loss: 'mse', weightDecay: 5e-4 })).checkpoints[0]!;
    assert.ok(
      relativeError(at['mse.leastSquares']! + at['mse.deviation']!, at['mse.loss']!) < 1e-9,
      JSON.stringify(at),
    );
    assert.ok(relativeError(at['mse.nc1']! + at['mse.nc23']!, at['mse.leastSquares']!) < 1e-9);
    for (const id of ['centralPath.distance', 'snc.balance', 'snr.min', 'nc2.means.frame']) {
      assert.ok(at[id] !== undefined || notApplicable[id], id);
    }
  });

  it('with clean labels beside noisy ones has the memorisation of the wrong ones', async () => {
    const noisy = classes.map((k, i) => (i % 6 === 0 ? (k + 1) % 4 : k));
    const { run, checkpoints } = await situation(
      { 'noisy.npy': labels(noisy) },
      { train: { inputs: 'x.npy', labels: 'noisy.npy', cleanLabels: 'y.npy' } },
    );
    assert.equal(run.labelNoise, 1 / 6);
    assert.deepEqual(special(checkpoints[0]!), ['mem']);
    assert.ok(checkpoints[0]!.metrics['mem.mean']! > 0);
  });

  it('with classes of unequal size has the minority ones, and the manifest may name them', async () => {
    const kept = classes.flatMap((k, i) => (k === 3 && i % 5 !== 0 ? [] : [i]));
    const all = images(SAMPLES);
    const header = all.length - SAMPLES * 64;
    const pixels = kept.flatMap((i) => [...all.subarray(header + i * 64, header + (i + 1) * 64)]);
    const files = {
      'x.npy': npy([kept.length, 1, SIZE, SIZE], '|u1', pixels),
      'y.npy': labels(kept.map((i) => classes[i]!)),
    };
    const one = (await situation(files, {})).checkpoints[0]!;
    assert.ok(one.metrics['imbalance.ratio']! > 2);
    assert.equal(one.metrics['lpm.minorityCosine'], undefined, 'one class has no pair');
    assert.match(one.notApplicable['lpm.minorityCosine'] ?? '', /\S/);
    assert.ok(one.metrics['accuracy.minority'] !== undefined);
    const two = (await situation(files, { minority: [2, 3] })).checkpoints[0]!;
    assert.ok(Math.abs(two.metrics['lpm.minorityCosine']!) <= 1 + 1e-12);
    assert.equal(two.metrics['lpm.minorityCosine'], two.metrics['lpm.minorityCosine.min']);
  });

  it('with several labels a sample has those of sets of labels', async () => {
    const hot = classes.flatMap((k, i) =>
      [0, 1, 2, 3].map((c) => Number(c === k || (i % 3 === 0 && c === (k + 1) % 4))),
    );
    const { checkpoints } = await situation({ 'y.npy': npy([SAMPLES, 4], '|u1', hot) }, { loss: 'pick-all-labels' });
    assert.deepEqual(special(checkpoints[0]!).filter((id) => id !== 'accuracy' && id !== 'lpm'), ['loss', 'multilabel']); // prettier-ignore
    assert.ok(checkpoints[0]!.metrics['multilabel.angle.m2']! > 0);
  });

  it('with test data and samples of no class has theirs', async () => {
    const { checkpoints } = await situation(
      { 'xt.npy': images(24, 0.3), 'yt.npy': labels(classes.slice(0, 24)), 'noise.npy': images(20, 2.2) },
      { test: { inputs: 'xt.npy', labels: 'yt.npy' }, ood: { inputs: 'noise.npy' } },
    );
    const { metrics: at } = checkpoints[0]!;
    assert.ok(at['dilation.nc1']! > 0 && at['dilation.radius']! > 0 && at['nc4.test'] !== undefined);
    assert.ok(at['ood.auroc']! >= 0 && at['ood.auroc']! <= 1 && at['ood.orthogonality']! >= 0);
  });

  it('of two classes, of one sample in each, is a number or a reason', async () => {
    const { checkpoints } = await situation(
      { 'x.npy': images(2), 'y.npy': labels([0, 1]) },
      { loss: 'mse', weightDecay: 1e-3 },
    );
    const [{ metrics: at, notApplicable }] = checkpoints as [CheckpointReport];
    assert.equal(Object.keys(at).length + Object.keys(notApplicable).length > 60, true);
  });
});

/** Ids that a run must have a value of, beside the four properties. */
const SHARED: Record<string, RegExp> = {
  'balanced-cnn':
    /^(nc4\.test|dilation\.|drift\.|separation\.|effectiveDepth|cdnv|gnc|sphere\.|margin\.ratio|nc2\.means\.etf|logits\.)/,
  'imbalanced-mlp/R100': /^(lpm\.|accuracy\.m|imbalance\.)/,
  'label-noise': /^(mem\.|calibration\.)/,
  'losses/ce': /^(nc\.bias|nc3\.etf)/,
  'losses/mse': /^(mse\.|centralPath|snr\.|nc2\.means\.frame)/,
  'losses/focal': /^(nc\.bias|nc3\.etf)/,
  'losses/label-smoothing': /^(calibration\.)/,
  'many-classes': /^(gnc1|gnc2\.(one|means)|gnc3|nc2\.floor)/,
  'mse-mlp-deep': /^(mse\.|separation\.|compression|discrimination|effectiveDepth|dnc|norm\.product)/,
  multilabel: /^(multilabel\.[a-zA-Z0-9]+\.m2|loss\.pickAll)/,
  'normalized-features': /^(sphere\.)/,
};

describe('every measure of real runs', function () {
  this.timeout(180_000);
  let engine: EngineClient;
  before(function () {
    if (!existsSync(sharedRuns)) this.skip();
    engine = startEngine();
  });
  after(() => engine?.dispose());

  for (const [name, wanted] of Object.entries(SHARED)) {
    it(`${name} has each that applies to it, and no number that is none`, async () => {
      const report = await measure(engine, await planFor(engine, path.join(sharedRuns, name)));
      assert.deepEqual(report.failed, []);
      report.checkpoints.forEach(sound);
      const last = report.checkpoints.at(-1)!;
      const has = (id: string): boolean =>
        last.metrics[id] !== undefined || last.layers.some((layer) => layer.metrics[id] !== undefined);
      const ids = metrics.map(({ id }) => id).filter((id) => wanted.test(id));
      assert.ok(ids.length > 0);
      assert.deepEqual(ids.filter((id) => !has(id)), []); // prettier-ignore
      for (const { id, papers, family } of metrics) {
        if (papers[0] === 'papyan2020' && family !== 'continual' && !id.endsWith('.test')) assert.ok(has(id), id);
      }
    });
  }

  it('are the same from a checkpoint and from its saved activations', async () => {
    const of = async (target: string): Promise<CheckpointReport> =>
      (await measure(engine, await planFor(engine, path.join(sharedRuns, target)))).checkpoints[0]!;
    const model = await of('balanced-cnn/epoch_500.onnx');
    const saved = await of('activations-cnn/activations_stored.npz');
    const shared = Object.keys(saved.metrics).filter((id) => model.metrics[id] !== undefined);
    assert.ok(shared.length >= 55, String(shared.length));
    for (const id of shared) {
      assert.ok(relativeError(saved.metrics[id], model.metrics[id]!) < 1e-3, `${id}: ${saved.metrics[id]} and ${model.metrics[id]}`); // prettier-ignore
    }
  });
});
