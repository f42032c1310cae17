/** The engine as a process: cancelled, killed, left alone. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, type EngineClient } from '../../src/driver/engine-client';
import { emptyReport, inspect } from '../../src/driver/inspection';
import type { MeasureRequest } from '../../src/protocol/engine';
import { models, sampleRun } from '../fixtures/paths';
import { cliProgram, measure, planFor, startEngine } from './engine';

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A dead process that nobody has collected yet still has its number.
    return !(process.platform === 'linux' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  } catch {
    return false;
  }
}

async function gone(pid: number, within: number): Promise<void> {
  const end = Date.now() + within;
  while (alive(pid)) {
    assert.ok(Date.now() < end, `process ${pid} is still there`);
    await sleep(20);
  }
}

describe('the engine process', function () {
  this.timeout(60_000);
  let engine: EngineClient;
  beforeEach(() => (engine = startEngine()));
  afterEach(() => engine.dispose());

  it('stops between batches when cancelled, keeps what was measured, and goes on serving', async () => {
    const plan = await planFor(engine, sampleRun);
    const request: MeasureRequest = { plan, provider: 'cpu', batch: 1 };
    const report = emptyReport(request);
    const stop = new AbortController();
    let cancelledAt = 0;
    const running = inspect(
      engine,
      request,
      report,
      {
        checkpoint: () => {
          cancelledAt = performance.now();
          stop.abort();
        },
      },
      stop.signal,
    );
    await assert.rejects(running, CancelledError);
    assert.ok(performance.now() - cancelledAt < 1000, 'it took longer than a second');
    assert.equal(report.checkpoints.length, 1);
    const [again] = (await measure(engine, { ...plan, checkpoints: plan.checkpoints.slice(0, 1) })).checkpoints;
    assert.equal(again?.path, 'epoch_000.onnx');
  });

  it('is killed when one run of the model takes too long to be cancelled', async () => {
    const plan = await planFor(engine, path.join(models, 'slow.onnx'), { data: path.join(models, 'data.npz') });
    const stop = new AbortController();
    const running = measure(engine, plan, {}, {}, stop.signal);
    running.catch(() => {});
    await sleep(1500);
    const pid = engine.pid;
    assert.ok(pid);
    const cancelledAt = performance.now();
    stop.abort();
    await assert.rejects(running, CancelledError);
    assert.ok(performance.now() - cancelledAt < 1000, 'it took longer than a second');
    await gone(pid, 1000);
  });

  it('takes one checkpoint with it when it dies, and no more', async () => {
    const plan = await planFor(engine, sampleRun);
    let killed = '';
    const report = await measure(
      engine,
      plan,
      { batch: 16 },
      {
        progress: ({ checkpoint, path: file, batch }) => {
          if (checkpoint === 1 && batch > 1 && !killed) {
            killed = file;
            process.kill(engine.pid ?? 0, 'SIGKILL');
          }
        },
      },
    );
    assert.equal(killed, 'epoch_003.onnx');
    assert.deepEqual(
      report.checkpoints.map((checkpoint) => checkpoint.epoch),
      [0, 20, 120, 500],
    );
    assert.equal(report.failed.length, 1);
    assert.match(report.failed[0]?.message ?? '', /SIGKILL.*epoch_003\.onnx/);
  });

  it('is started again after it died between two requests', async () => {
    await planFor(engine, sampleRun);
    const first = engine.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await gone(first, 1000);
    await sleep(100);
    await planFor(engine, sampleRun);
    assert.notEqual(engine.pid, first);
  });

  it('ends when its parent is killed, even in the middle of a long run of the model', async function () {
    if (process.platform !== 'linux') return this.skip();
    const target = path.join(models, 'slow.onnx');
    const args = [cliProgram, 'inspect', target, '--data', path.join(models, 'data.npz'), '--provider', 'cpu'];
    const parent = spawn(process.execPath, args, { stdio: 'ignore' });
    await sleep(2000);
    const children = (await readFile(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8')).trim();
    const [child] = children.split(' ').map(Number);
    assert.ok(child && alive(child), 'the engine was not running');
    parent.kill('SIGKILL');
    // The model itself would run for a quarter of a minute; a busy machine may schedule the watching thread late.
    await gone(child, 6000);
  });

  it('does not take the rest of a run along when one checkpoint is broken', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'nc-run-'));
    try {
      for (const name of ['train.npz', 'epoch_000.onnx', 'epoch_500.onnx'])
        await copyFile(path.join(sampleRun, name), path.join(folder, name));
      const whole = await readFile(path.join(sampleRun, 'epoch_020.onnx'));
      const { writeFile } = await import('node:fs/promises');
      await writeFile(path.join(folder, 'epoch_020.onnx'), whole.subarray(0, 100_000));
      const report = await measure(engine, await planFor(engine, folder));
      assert.deepEqual(
        report.checkpoints.map((checkpoint) => checkpoint.epoch),
        [0, 500],
      );
      assert.deepEqual(
        report.failed.map(({ code, path: file }) => [code, file]),
        [['E_TRUNCATED', 'epoch_020.onnx']],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
