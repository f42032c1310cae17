import assert from 'node:assert/strict';
import {
  choose,
  chosenCheckpoint,
  type PanelState,
  previousCheckpoint,
  reasonOf,
  receive,
  restore,
  type RunState,
  valueOf,
} from '../../../webview/state';
import { sampleCheckpoint, sampleReport } from './sample-report';

const ORIGIN = { target: '/runs/a', folder: '/runs/a', checkpoints: 3 };

const checkpoints = [sampleCheckpoint(0, 8), sampleCheckpoint(2, 2), sampleCheckpoint(10, 0.5)];

function running(...shown: typeof checkpoints): RunState {
  const state = receive(
    { kind: 'empty' },
    { type: 'report', report: sampleReport(shown), running: true, origin: ORIGIN },
  );
  assert.equal(state.kind, 'run');
  return state;
}

function epochs(state: PanelState): (number | undefined)[] {
  return (state as RunState).report.checkpoints.map(({ epoch }) => epoch);
}

describe('webview state', () => {
  it('sorts checkpoints by epoch however they arrive', () => {
    let state: PanelState = running();
    for (const checkpoint of [checkpoints[2]!, checkpoints[0]!, checkpoints[1]!]) {
      state = receive(state, { type: 'checkpoint', checkpoint });
    }
    assert.deepEqual(epochs(state), [0, 2, 10]);
    assert.deepEqual(epochs(running(...checkpoints.toReversed())), [0, 2, 10]);
  });

  it('keeps the order of arrival where there are no epochs', () => {
    const b = sampleCheckpoint(undefined, 1, 'b.onnx');
    const a = sampleCheckpoint(undefined, 2, 'a.onnx');
    assert.deepEqual(
      running(b, a).report.checkpoints.map(({ path }) => path),
      ['b.onnx', 'a.onnx'],
    );
  });

  it('replaces a checkpoint that arrives again', () => {
    const again = receive(running(...checkpoints), { type: 'checkpoint', checkpoint: sampleCheckpoint(2, 99) });
    assert.deepEqual(epochs(again), [0, 2, 10]);
    assert.equal(valueOf((again as RunState).report.checkpoints[1]!, 'nc1'), 99);
  });

  it('follows the last checkpoint until one is chosen', () => {
    let state: PanelState = running(checkpoints[0]!, checkpoints[1]!);
    const chosen = (): number | undefined => {
      const run = state as RunState;
      return chosenCheckpoint(run.report, run.choices)?.epoch;
    };
    assert.equal(chosen(), 2);
    state = receive(state, { type: 'checkpoint', checkpoint: checkpoints[2]! });
    assert.equal(chosen(), 10);
    state = choose(state, { checkpoint: 'epoch_0.onnx' });
    state = receive(state, { type: 'checkpoint', checkpoint: sampleCheckpoint(50, 0.1) });
    assert.equal(chosen(), 0);
  });

  it('keeps the choices when the same run is sent again, and drops them for another', () => {
    const chosen = choose(running(...checkpoints), { layerMetric: 'ncc.accuracy' });
    const report = sampleReport(checkpoints);
    const same = receive(chosen, { type: 'report', report, running: false, origin: ORIGIN }) as RunState;
    assert.equal(same.choices.layerMetric, 'ncc.accuracy');
    const other = { ...report, run: { ...report.run, path: 'another' } };
    const another = receive(chosen, { type: 'report', report: other, running: false, origin: ORIGIN }) as RunState;
    assert.deepEqual(another.choices, {});
  });

  it('keeps a choice of metrics over a reload, until the defaults are asked for', () => {
    const report = sampleReport(checkpoints);
    const chosen = choose(running(...checkpoints), { metrics: ['nc1'] });
    const reloaded = restore(JSON.parse(JSON.stringify(chosen)));
    const again = receive(reloaded, { type: 'report', report, running: false, origin: ORIGIN }) as RunState;
    assert.deepEqual(again.choices.metrics, ['nc1']);
    assert.equal((choose(again, { metrics: undefined }) as RunState).choices.metrics, undefined);
    const spoilt = { ...chosen, choices: { checkpoint: 'a', metrics: 'nc1' } };
    assert.deepEqual((restore(spoilt) as RunState).choices, { checkpoint: 'a' });
  });

  it('ends with a reason, and forgets the progress', () => {
    let state = receive(running(), { type: 'progress', progress: { text: 'a', done: 1, total: 4 } });
    assert.equal((state as RunState).progress?.done, 1);
    const finding = { id: 'stalled', text: 'It stands still.', paper: 'papyan2020', evidence: {} };
    state = receive(state, { type: 'done', findings: [finding], message: 'cancelled' });
    assert.ok(state.kind === 'run');
    assert.deepEqual(state.report.findings, [finding]);
    assert.deepEqual([state.running, state.message, state.progress], [false, 'cancelled', undefined]);
  });

  it('reads values and reasons of the penultimate layer wherever the report keeps them', () => {
    const checkpoint = checkpoints[0]!;
    assert.equal(valueOf(checkpoint, 'nc1.traceRatio'), 16);
    assert.equal(valueOf(checkpoint, 'nc3'), undefined);
    assert.equal(reasonOf(checkpoint, 'nc3'), 'no classifier was found');
  });

  it('knows the checkpoint before', () => {
    const { report } = running(...checkpoints);
    assert.equal(previousCheckpoint(report, report.checkpoints[2]!)?.epoch, 2);
    assert.equal(previousCheckpoint(report, report.checkpoints[0]!), undefined);
  });

  it('shows the page of a metric, also after a reload', () => {
    const explained = { id: 'nc1', value: 0.5, where: 'a run, epoch 3', classes: 10 };
    const state = receive({ kind: 'empty' }, { type: 'metric', explained });
    assert.deepEqual(state, { kind: 'metric', explained });
    assert.deepEqual(restore(JSON.parse(JSON.stringify(state))), state);
  });

  it('restores what it saved and nothing else', () => {
    const state = choose(running(...checkpoints), { checkpoint: 'epoch_2.onnx' });
    assert.deepEqual(restore(JSON.parse(JSON.stringify(state))), state);
    const foreign = { kind: 'run', report: { schema: 'other' }, choices: {} };
    for (const saved of [undefined, null, 3, {}, foreign]) assert.deepEqual(restore(saved), { kind: 'empty' });
  });
});
