/** A run that is measured while it grows: the same numbers as measured at once. */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EngineClient } from '../../src/driver/engine-client';
import { awaitedReport, measureNext } from '../../src/driver/growing-run';
import type { Report } from '../../src/protocol/report';
import { sampleRun } from '../fixtures/paths';
import { measure, planFor, startEngine } from './engine';

describe('a run that grows', function () {
  this.timeout(120_000);
  let folder: string;
  let engine: EngineClient;
  let whole: Report;

  before(async () => {
    engine = startEngine();
    whole = await measure(engine, await planFor(engine, sampleRun), { maxSamples: 400 });
  });
  after(() => engine.dispose());
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'nc-growing-'));
    await copyFile(path.join(sampleRun, 'train.npz'), path.join(folder, 'train.npz'));
    await copyFile(path.join(sampleRun, 'test.npz'), path.join(folder, 'test.npz'));
    await copyFile(path.join(sampleRun, 'neural-collapse.json'), path.join(folder, 'neural-collapse.json'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function arrive(report: Report, names: string[], by: EngineClient = engine): Promise<string[]> {
    for (const name of names) await copyFile(path.join(sampleRun, name), path.join(folder, name));
    const measured: string[] = [];
    const plan = await planFor(by, folder, { growing: true });
    const ready = new Set(names.map((name) => path.join(folder, name)));
    await measureNext(by, { plan, provider: 'cpu', maxSamples: 400 }, report, ready, {
      checkpoint: (checkpoint) => measured.push(checkpoint.path),
    });
    return measured;
  }

  function assertSame(report: Report): void {
    const numbers = ({ checkpoints }: Report) =>
      checkpoints.map(({ path: name, metrics, notApplicable }) => ({ name, metrics, notApplicable }));
    assert.deepEqual(numbers(report), numbers(whole));
    assert.deepEqual(report.findings, whole.findings);
  }

  it('has the numbers of the whole, drift included, each checkpoint measured once', async () => {
    const report = awaitedReport('run');
    for (const [name] of Object.entries({ 'epoch_000.onnx': 1, 'epoch_003.onnx': 1, 'epoch_020.onnx': 1 })) {
      assert.deepEqual(await arrive(report, [name]), [name]);
    }
    assert.deepEqual(await arrive(report, ['epoch_120.onnx', 'epoch_500.onnx']), ['epoch_120.onnx', 'epoch_500.onnx']);
    assertSame(report);
  });

  it('has them, too, where another engine goes on and a checkpoint comes late', async () => {
    const report = awaitedReport('run');
    await arrive(report, ['epoch_000.onnx', 'epoch_020.onnx', 'epoch_120.onnx']);
    const other = startEngine();
    try {
      assert.deepEqual(await arrive(report, ['epoch_500.onnx'], other), ['epoch_500.onnx']);
      assert.deepEqual(await arrive(report, ['epoch_003.onnx'], other), ['epoch_003.onnx', 'epoch_020.onnx']);
    } finally {
      other.dispose();
    }
    assertSame(report);
  });

  it('lists a checkpoint that is broken and measures it when it is written anew', async () => {
    const report = awaitedReport('run');
    await arrive(report, ['epoch_000.onnx']);
    const bytes = await readFile(path.join(sampleRun, 'epoch_003.onnx'));
    const half = path.join(folder, 'epoch_003.onnx');
    await writeFile(half, bytes.subarray(0, bytes.length / 2));
    assert.match((await engine.whole({ file: half })).why ?? '', /epoch_003\.onnx/);
    const plan = await planFor(engine, folder, { growing: true });
    await measureNext(engine, { plan, provider: 'cpu', maxSamples: 400 }, report, new Set([half]), {});
    assert.deepEqual(
      report.failed.map(({ path: name }) => name),
      ['epoch_003.onnx'],
    );
    await arrive(report, ['epoch_003.onnx']);
    assert.deepEqual(await engine.whole({ file: half }), {});
    assert.deepEqual(report.failed, []);
    await arrive(report, ['epoch_020.onnx', 'epoch_120.onnx', 'epoch_500.onnx']);
    assertSame(report);
  });

  it('may be ordered by names that are not there yet', async () => {
    await copyFile(path.join(sampleRun, 'epoch_000.onnx'), path.join(folder, 'epoch_000.onnx'));
    const manifest = { checkpoints: 'epoch_*.onnx', order: ['epoch_000.onnx', 'epoch_003.onnx'] };
    await writeFile(path.join(folder, 'neural-collapse.json'), JSON.stringify(manifest));
    const plan = await planFor(engine, folder, { growing: true });
    assert.deepEqual(
      plan.checkpoints.map(({ epoch }) => epoch),
      [0],
    );
    await assert.rejects(planFor(engine, folder), /epoch_003\.onnx in order/);
  });

  it('describes saved activations by their arrays', async () => {
    const { arrays } = await engine.arrays({ file: path.join(folder, 'train.npz') });
    assert.deepEqual(arrays.map(({ name }) => name).sort(), ['x', 'y']);
    assert.equal(arrays.find(({ name }) => name === 'x')?.shape[0], 2000);
    await assert.rejects(engine.arrays({ file: path.join(folder, 'nowhere.npz') }), /nowhere\.npz/);
  });
});
