import assert from 'node:assert/strict';
import { metrics } from '../../../src/metrics/registry';
import { comparedFigures, comparedLayers, shownRuns } from '../../../webview/charts/compare';
import { summary } from '../../../webview/charts/figure';
import { choose, receive, restore, type RunState } from '../../../webview/state';
import { sampleCheckpoint, sampleReport } from './sample-report';

const ORIGIN = { target: '/runs/a', folder: '/runs/a', checkpoints: 2 };
const one = sampleReport([sampleCheckpoint(0, 8), sampleCheckpoint(10, 2)]);
const other = sampleReport([sampleCheckpoint(20, 1), sampleCheckpoint(0, 9)]);
const others = [{ id: '/runs/b', name: 'b', report: other }];
const state = (): RunState =>
  receive({ kind: 'empty' }, { type: 'report', report: one, running: false, origin: ORIGIN, others }) as RunState;
const nc1 = metrics.filter(({ id }) => id === 'nc1');

describe('runs over each other', () => {
  it('share one axis of epochs, each with a line and a name of its own', () => {
    const [figure] = comparedFigures(shownRuns(state()), nc1);
    assert.deepEqual(
      figure?.curves.map(({ run, label, style, points }) => [run, label, style, points.map(({ x, y }) => [x, y])]),
      [
        [
          '',
          one.run.path,
          0,
          [
            [0, 8],
            [10, 2],
          ],
        ],
        [
          '/runs/b',
          'b',
          1,
          [
            [0, 9],
            [20, 1],
          ],
        ],
      ],
    );
    assert.equal(figure?.x.max !== undefined && figure.x.max >= 20, true);
    assert.match(summary(figure), /b, 2 points, last 1\.000 at b · epoch 20|b, 2 points, last 1 at b · epoch 20/);
  });

  it('stand by the number of the checkpoint where one has no epochs', () => {
    const timeless = sampleReport([
      sampleCheckpoint(undefined, 3, 'best.onnx'),
      sampleCheckpoint(undefined, 4, 'last.onnx'),
    ]);
    const mixed = receive(state(), { type: 'compare', others: [{ id: 'c', name: 'c', report: timeless }] }) as RunState;
    const [figure] = comparedFigures(shownRuns(mixed), nc1);
    assert.deepEqual(
      figure?.curves.map(({ points }) => points.map(({ x }) => x)),
      [
        [0, 1],
        [0, 1],
      ],
    );
  });

  it('show each run’s chosen epoch against layer', () => {
    const chosen = choose(state(), { others: { '/runs/b': 'epoch_0.onnx' } }) as RunState;
    const figure = comparedLayers(shownRuns(chosen), 'nc1.traceRatio');
    assert.deepEqual(
      figure?.curves.map(({ label, points }) => [label, points.map(({ y }) => y)]),
      [
        [`${one.run.path}, epoch 10`, [8, 4]],
        ['b, epoch 0', [36, 18]],
      ],
    );
  });

  it('draw no limit that differs between the runs', () => {
    const fewer = structuredClone(other);
    fewer.run.classes = 2;
    const mixed = receive(state(), { type: 'compare', others: [{ id: 'c', name: 'c', report: fewer }] }) as RunState;
    const dependent = metrics.find(({ limit }) => limit && limit(2) !== limit(3))!;
    for (const report of [mixed.report, mixed.others![0]!.report])
      for (const checkpoint of report.checkpoints) checkpoint.metrics[dependent.id] = 0.5;
    assert.deepEqual(comparedFigures(shownRuns(mixed), [dependent])[0]?.limits, []);
  });

  it('stay over a reload and while measuring ends; a watch is told of by the host alone', () => {
    const watched = receive(state(), { type: 'watch', watch: { text: 'waiting', busy: false } }) as RunState;
    assert.equal(watched.watch?.text, 'waiting');
    const back = restore(structuredClone(watched)) as RunState;
    assert.equal(back.watch, undefined);
    assert.equal(back.others?.length, 1);
    assert.equal((receive(watched, { type: 'done', findings: [] }) as RunState).others?.length, 1);
    assert.equal((receive(watched, { type: 'watch' }) as RunState).watch, undefined);
  });
});
