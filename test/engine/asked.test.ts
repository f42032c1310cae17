/** A run that is asked for some metrics gathers what they need, and gets the values that a whole run has. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineClient } from '../../src/driver/engine-client';
import { metrics } from '../../src/metrics/registry';
import type { CheckpointReport, Measured, Report } from '../../src/protocol/report';
import { models } from '../fixtures/paths';
import { without } from '../unit/metrics/layer';
import { folderOf, npy } from '../unit/run/files';
import { measure, planFor, startEngine } from './engine';

const SIZE = 8;
const SAMPLES = 48;
const classes = Array.from({ length: SAMPLES }, (_, i) => (i * 7) % 4);

function images(count: number, seed = 0): Buffer {
  const pixels = Array.from({ length: count * SIZE * SIZE }, (_, i) => {
    const sample = Math.floor(i / 64);
    return Math.round(127 + 80 * Math.sin(1 + (sample % 4) * 2 + i * 0.37 + seed) + 40 * Math.sin(sample * 7 + i * 1.3 + seed)); // prettier-ignore
  });
  return npy([count, 1, SIZE, SIZE], '|u1', pixels);
}

const labels = (list: readonly number[]): Buffer => npy([list.length], '<i8', [...list]);

/** A float array by formula: four clouds, each sample a little off its centre. */
function clouds(count: number, d: number, seed: number): Buffer {
  const values = Array.from({ length: count * d }, (_, at) => {
    const i = Math.floor(at / d);
    return Math.cos(((i * 7) % 4) + 0.7 * (((i * 7) % 4) + 1) * ((at % d) + 1)) + 0.3 * Math.sin(seed + 3 * i + 7 * at);
  });
  return npy([count, d], '<f8', values);
}

async function everything(): Promise<string> {
  const noisy = classes.map((k, i) => (i % 6 === 0 ? (k + 1) % 4 : k));
  return folderOf({
    'epoch_1.onnx': await readFile(path.join(models, 'cnn.onnx')),
    'x.npy': images(SAMPLES),
    'clean.npy': labels(classes),
    'y.npy': labels(noisy),
    'xt.npy': images(24, 0.3),
    'yt.npy': labels(classes.slice(0, 24)),
    'other.npy': labels(Array.from({ length: 24 }, (_, i) => i % 3)),
    'noise.npy': images(20, 2.2),
    'neural-collapse.json': JSON.stringify({
      train: { inputs: 'x.npy', labels: 'y.npy', cleanLabels: 'clean.npy' },
      test: { inputs: 'xt.npy', labels: 'yt.npy' },
      transfer: { inputs: 'xt.npy', labels: 'other.npy', classNames: ['p', 'q', 'r'] },
      ood: { inputs: 'noise.npy' },
      loss: 'mse',
      weightDecay: 1e-3,
      tasks: [
        [0, 1],
        [2, 3],
      ],
      minority: [2, 3],
    }),
  });
}

async function saved(): Promise<string> {
  return folderOf({
    'a.npy': clouds(SAMPLES, 9, 1),
    'h.npy': clouds(SAMPLES, 6, 2),
    'y.npy': labels(classes),
    'at.npy': clouds(24, 9, 3),
    'ht.npy': clouds(24, 6, 4),
    'yt.npy': labels(classes.slice(0, 24)),
    'y3.npy': labels(Array.from({ length: 24 }, (_, i) => i % 3)),
    'W.npy': clouds(4, 6, 5),
    'b.npy': npy([4], '<f8', [0.1, -0.2, 0, 0.3]),
    'neural-collapse.json': JSON.stringify({
      activations: {
        layers: ['a.npy', 'h.npy'],
        labels: 'y.npy',
        weight: 'W.npy',
        bias: 'b.npy',
        test: { layers: ['at.npy', 'ht.npy'], labels: 'yt.npy' },
        transfer: { layers: ['at.npy', 'ht.npy'], labels: 'y3.npy' },
      },
    }),
  });
}

/** Every number and reason under one id, wherever the report keeps it. */
function everywhere({ metrics: own, notApplicable, layers, splits = [] }: CheckpointReport, id: string): unknown[] {
  const parts: Measured[] = [{ metrics: own, notApplicable }, ...layers, ...splits.flatMap((split) => [split, ...split.layers])]; // prettier-ignore
  return parts.map((part) => part.metrics[id] ?? part.notApplicable?.[id]);
}

describe('metrics that are asked for', function () {
  this.timeout(180_000);
  let engine: EngineClient;
  before(() => (engine = startEngine()));
  after(() => engine.dispose());

  for (const [kind, make] of [
    ['a model', everything],
    ['saved activations', saved],
  ] as const) {
    it(`have alone, each one, the value that they have among all: ${kind}`, async () => {
      const folder = await make();
      const whole = (await measure(engine, await planFor(engine, folder))).checkpoints[0]!;
      assert.deepEqual(whole.splits?.map(({ split }) => split), ['test', 'transfer']); // prettier-ignore
      let measured = 0;
      for (const { id } of metrics) {
        const plan = await planFor(engine, folder, { metrics: [id] });
        const { run, checkpoints } = await measure(engine, plan);
        const [alone] = checkpoints;
        assert.deepEqual(run.metrics, [id]);
        // What belongs to another kind of run says so where it is asked for by name.
        const told = everywhere(alone!, id).map((found) => (/^it is measured in /.test(String(found)) ? undefined : found)); // prettier-ignore
        assert.deepEqual(told, everywhere(whole, id), id);
        assert.ok(alone!.metrics[id] !== undefined || alone!.notApplicable[id] !== undefined, `${id} has no reason`);
        const ids = [alone!, ...alone!.layers, ...alone!.splits!].flatMap((part) => Object.keys(part.metrics));
        assert.ok(ids.every((other) => other === id), `${id} brought ${ids.join()}`); // prettier-ignore
        if (ids.length > 0) measured++;
      }
      assert.ok(measured > 60, String(measured));
    });
  }

  it('spare the passes that they do not need', async () => {
    const folder = await saved();
    const blocks = async (ids: string[] | undefined): Promise<number> => {
      let last = { batch: 0, batches: 0 };
      const plan = await planFor(engine, folder, ids ? { metrics: ids } : {});
      await measure(engine, plan, {}, { progress: (progress) => (last = progress) });
      assert.equal(last.batch, last.batches);
      return last.batches;
    };
    // Two layers of three data sets, each a block: one pass over each, or two and one more for the decisions.
    assert.equal(await blocks(['nc2.means.normCv']), 6);
    assert.equal(await blocks(['nc1']), 12);
    assert.ok((await blocks(undefined)) >= 14);
  });

  it('may be named by their paper, in the manifest too', async () => {
    const folder = await folderOf({
      'h.npy': clouds(SAMPLES, 6, 2),
      'y.npy': labels(classes),
      'neural-collapse.json': JSON.stringify({ metrics: ['galanti2021', 'nc1'], activations: { layers: ['h.npy'], labels: 'y.npy' } }), // prettier-ignore
    });
    const { run, checkpoints } = await measure(engine, await planFor(engine, folder));
    assert.ok(run.metrics!.includes('cdnv') && run.metrics!.includes('nc1'));
    assert.deepEqual(Object.keys(checkpoints[0]!.metrics).sort(), ['cdnv', 'nc1']);
  });

  it('are refused before anything is measured where there is none of that name', async () => {
    await assert.rejects(planFor(engine, await saved(), { metrics: ['nc7'] }), /no metric “nc7”, nor a paper.*did you mean nc/); // prettier-ignore
  });
});

describe('a classifier that has diverged', function () {
  this.timeout(60_000);
  it('is refused in a sentence, with its name', async () => {
    const engine = startEngine();
    try {
      const folder = await folderOf({
        'h.npy': clouds(SAMPLES, 6, 2),
        'y.npy': labels(classes),
        'W.npy': npy(
          [4, 6],
          '<f8',
          Array.from({ length: 24 }, (_, i) => (i === 7 ? Number.NaN : i)),
        ),
      });
      const report = measure(engine, await planFor(engine, folder));
      await assert.rejects(report, /W.npy: the classifier's weight \S+ is not finite/);
    } finally {
      engine.dispose();
    }
  });
});

describe('a second labelled set', function () {
  this.timeout(180_000);
  let engine: EngineClient;
  before(() => (engine = startEngine()));
  after(() => engine.dispose());

  /** Ids whose values two reports share. */
  function same(one: Measured, other: Measured, except: RegExp, least: number): void {
    const ids = Object.keys(other.metrics).filter((id) => !except.test(id));
    assert.ok(ids.length >= least, String(ids.length));
    for (const id of ids) assert.equal(one.metrics[id], other.metrics[id], id);
  }

  it('of held-out data has what a run on that data has, at every layer', async () => {
    const folder = await everything();
    const [whole] = (await measure(engine, await planFor(engine, folder))).checkpoints;
    const manifest = { train: { inputs: 'xt.npy', labels: 'yt.npy' }, loss: 'mse', weightDecay: 1e-3, tasks: [[0, 1], [2, 3]], minority: [2, 3] }; // prettier-ignore
    const alone = await folderOf({
      'epoch_1.onnx': await readFile(path.join(models, 'cnn.onnx')),
      'xt.npy': images(24, 0.3),
      'yt.npy': labels(classes.slice(0, 24)),
      'neural-collapse.json': JSON.stringify(manifest),
    });
    const [expected] = (await measure(engine, await planFor(engine, alone))).checkpoints;
    const [test, transfer] = whole!.splits!;
    same(test!, expected!, /^$/, 60);
    // A run that has test data compares with it; a split has nothing beyond itself.
    const itself = expected!.layers.map((layer) => ({
      ...layer,
      notApplicable: without(layer.notApplicable ?? {}, 'nc4.test', 'accuracy.test'),
    }));
    assert.deepEqual(test!.layers.map((layer) => ({ ...layer, notApplicable: layer.notApplicable ?? {} })), itself); // prettier-ignore
    assert.deepEqual(test!.classCounts, expected!.classCounts);
    assert.equal(whole!.metrics['dilation.nc1'], test!.metrics['nc1']);
    assert.equal(whole!.metrics['accuracy.test'], test!.metrics['accuracy']);
    assert.deepEqual(
      [transfer!.classNames, transfer!.classCounts],
      [
        ['p', 'q', 'r'],
        [8, 8, 8],
      ],
    );
    assert.ok(transfer!.metrics['cdnv']! > 0 && transfer!.metrics['nc1']! > 0);
    assert.match(transfer!.notApplicable['nc3']!, /classes of the training data/);
  });

  it('of saved features has what a run on those has; classes of its own ask for no classifier', async () => {
    const [whole] = (await measure(engine, await planFor(engine, await saved()))).checkpoints;
    const alone = async (y: number[], head: boolean): Promise<Report> => {
      const folder = await folderOf({
        'at.npy': clouds(24, 9, 3),
        'ht.npy': clouds(24, 6, 4),
        'y.npy': labels(y),
        ...(head ? { 'W.npy': clouds(4, 6, 5), 'b.npy': npy([4], '<f8', [0.1, -0.2, 0, 0.3]) } : {}),
        'neural-collapse.json': JSON.stringify({
          activations: { layers: ['at.npy', 'ht.npy'], labels: 'y.npy', ...(head ? { weight: 'W.npy', bias: 'b.npy' } : {}) }, // prettier-ignore
        }),
      });
      return measure(engine, await planFor(engine, folder));
    };
    const [test, transfer] = whole!.splits!;
    same(test!, (await alone(classes.slice(0, 24), true)).checkpoints[0]!, /^$/, 50);
    const three = (await alone(Array.from({ length: 24 }, (_, i) => i % 3), false)).checkpoints[0]!; // prettier-ignore
    assert.deepEqual(
      [transfer!.classCounts, three.classCounts],
      [
        [8, 8, 8],
        [8, 8, 8],
      ],
    );
    same(transfer!, three, /^$/, 25);
    assert.equal(whole!.metrics['dilation.nc1'], test!.metrics['nc1']);
  });

  it('takes the minority from the training data, where held-out data has as many of each class', async () => {
    const y = [...Array.from({ length: 20 }, () => 0), ...Array.from({ length: 20 }, () => 1), ...[2, 2, 2, 2, 3, 3, 3, 3]]; // prettier-ignore
    const test = classes.slice(0, 24);
    const folder = await folderOf({
      'h.npy': clouds(SAMPLES, 6, 2),
      'y.npy': labels(y),
      'ht.npy': clouds(24, 6, 4),
      'yt.npy': labels(test),
      'W.npy': clouds(4, 6, 5),
      'neural-collapse.json': JSON.stringify({
        activations: { layers: ['h.npy'], labels: 'y.npy', weight: 'W.npy', test: { layers: ['ht.npy'], labels: 'yt.npy' } }, // prettier-ignore
      }),
    });
    const [whole] = (await measure(engine, await planFor(engine, folder))).checkpoints;
    const [split] = whole!.splits!;
    const share = (list: number[]): number => split!.metrics[`accuracy.${list[0] === 2 ? 'minority' : 'majority'}`]!;
    const [rare, frequent] = [share([2, 3]), share([0, 1])];
    assert.ok(rare !== undefined && frequent !== undefined);
    // Six of each class: the two groups together are the accuracy.
    assert.ok(Math.abs((rare + frequent) / 2 - split!.metrics['accuracy']!) < 1e-12);
    assert.equal(split!.metrics['lpm.minorityCosine'], whole!.metrics['lpm.minorityCosine']);
  });

  it('of no class is told from saved activations as from a model: the cosine with each class mean, by hand', async () => {
    const folder = await folderOf({
      'h.npy': clouds(SAMPLES, 6, 2),
      'y.npy': labels(classes),
      'o.npy': npy([3, 6], '<f8', [1, 2, 3, 4, 5, 6, -1, 0, 1, 0, 1, 0, 2, 2, 2, 2, 2, 2]),
      'short.npy': npy(
        [3, 5],
        '<f8',
        Array.from({ length: 15 }, (_, i) => i),
      ),
      'neural-collapse.json': JSON.stringify({ activations: { layers: ['h.npy'], labels: 'y.npy', ood: 'o.npy' } }),
    });
    const [whole] = (await measure(engine, await planFor(engine, folder))).checkpoints;
    const centre = [2, 4, 6, 6, 8, 8].map((sum) => sum / 3);
    const cosines = [0, 1, 2, 3].map((k) => {
      const rows = classes.flatMap((c, i) => (c === k ? [i] : []));
      const mean = centre.map((_, j) => rows.reduce((sum, i) => sum + Math.cos(k + 0.7 * (k + 1) * (j + 1)) + 0.3 * Math.sin(2 + 3 * i + 7 * (i * 6 + j)), 0) / rows.length); // prettier-ignore
      const dot = mean.reduce((sum, v, j) => sum + v * centre[j]!, 0);
      return Math.abs(dot / Math.hypot(...mean) / Math.hypot(...centre));
    });
    const expected = cosines.reduce((sum, v) => sum + v / 4, 0);
    assert.ok(Math.abs(whole!.metrics['ood.orthogonality']! - expected) < 1e-12);
    assert.ok(whole!.metrics['ood.auroc']! >= 0);
    await writeFile(
      path.join(folder, 'neural-collapse.json'),
      JSON.stringify({ activations: { layers: ['h.npy'], labels: 'y.npy', ood: 'short.npy' }, test: { inputs: 'h.npy' } }), // prettier-ignore
    );
    await assert.rejects(planFor(engine, folder), /short.npy has 5 features, but h of the training data has 6|short.npy has 5 features/); // prettier-ignore
  });

  it('that a manifest names for a model is not passed over in silence with saved activations', async () => {
    const folder = await folderOf({
      'h.npy': clouds(SAMPLES, 6, 2),
      'y.npy': labels(classes),
      'neural-collapse.json': JSON.stringify({ test: { inputs: 'h.npy' }, activations: { layers: ['h.npy'], labels: 'y.npy' } }), // prettier-ignore
    });
    const plan = await planFor(engine, folder);
    assert.ok(plan.warnings.some((warning) => /names test, .* name the features under activations.test/.test(warning))); // prettier-ignore
  });

  it('is refused in a sentence where its layers are not those of the training data', async () => {
    const folder = await saved();
    const refused = async (part: object, reason: RegExp): Promise<void> => {
      const base = { layers: ['a.npy', 'h.npy'], labels: 'y.npy' };
      const copy = await folderOf({
        ...Object.fromEntries(
          await Promise.all(
            ['a.npy', 'h.npy', 'y.npy', 'at.npy', 'ht.npy', 'yt.npy'].map(
              async (file) => [file, await readFile(path.join(folder, file))] as const,
            ),
          ),
        ),
        'neural-collapse.json': JSON.stringify({ activations: { ...base, ...part } }),
      });
      await assert.rejects(planFor(engine, copy), reason);
    };
    await refused(
      { test: { layers: ['ht.npy'], labels: 'yt.npy' } },
      /names 1 layers under activations.test, but .* has 2/,
    );
    await refused({ test: { layers: ['ht.npy', 'at.npy'], labels: 'yt.npy' } }, /ht.npy has 6 features, but .* has 9/);
    await refused(
      { transfer: { layers: ['at.npy', 'ht.npy'], labels: 'y.npy' } },
      /y.npy has 48 labels, but at.npy has 24/,
    );
  });
});
