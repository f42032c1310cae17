import assert from 'node:assert/strict';
import { metrics } from '../../../src/metrics/registry';
import { FAMILIES, membersOf } from '../../../webview/charts/families';
import { epochFigures, layerFigure, layerMetric, layerMetrics, summary } from '../../../webview/charts/figure';
import { sampleCheckpoint, sampleReport } from './sample-report';

const checkpoints = [sampleCheckpoint(0, 8), sampleCheckpoint(2, 2), sampleCheckpoint(10, 0.5)];
const report = sampleReport(checkpoints);

describe('figures against epoch', () => {
  it('have a place for every metric of the registry', () => {
    const placed = FAMILIES.flatMap(({ id }) => membersOf(id).map((metric) => metric.id));
    assert.deepEqual(placed.toSorted(), metrics.map(({ id }) => id).toSorted());
  });

  it('put the shares of correct samples on one axis', () => {
    const ids = membersOf('accuracy').map(({ id }) => id);
    assert.deepEqual(ids, ['accuracy', 'accuracy.test', 'ncc.accuracy']);
    assert.ok(membersOf('nearestCentre').every((metric) => metric.limit?.(3) === 0));
  });

  it('hold exactly the numbers of the report', () => {
    const variability = epochFigures(report, checkpoints[1]).find(({ id }) => id === 'variability')!;
    assert.deepEqual(
      variability.curves.map(({ metric, points }) => [metric, points.map(({ x, y }) => [x, y])]),
      [
        ['nc1', [[0, 8], [2, 2], [10, 0.5]]], // prettier-ignore
        ['nc1.traceRatio', [[0, 16], [2, 4], [10, 1]]], // prettier-ignore
      ],
    );
    assert.equal(variability.marked, 2);
    assert.deepEqual(variability.limits, [{ value: 0, label: 'perfect collapse: 0' }]);
    assert.equal(variability.y.kind, 'log');
  });

  it('leave out families and curves without a value', () => {
    const ids = epochFigures(report, undefined).map(({ id }) => id);
    assert.deepEqual(ids, ['variability', 'nearestCentre', 'accuracy']);
  });

  it('fall back to the order of the files where an epoch is missing', () => {
    const mixed = sampleReport([
      sampleCheckpoint(4, 8, 'run/best.onnx'),
      sampleCheckpoint(undefined, 2, 'run/last.onnx'),
    ]);
    const [figure] = epochFigures(mixed, mixed.checkpoints[1]);
    assert.deepEqual(
      figure!.x.ticks.map(({ label }) => label),
      ['best', 'last'],
    );
    assert.deepEqual(
      figure!.curves[0]!.points.map(({ x, where }) => [x, where]),
      [
        [0, 'best.onnx'],
        [1, 'last.onnx'],
      ],
    );
    assert.equal(figure!.marked, 1);
  });

  it('draw accuracy in per cent towards 100 %', () => {
    const accuracy = epochFigures(report, undefined).find(({ id }) => id === 'accuracy')!;
    assert.deepEqual(accuracy.limits, [{ value: 1, label: 'perfect collapse: 100\u202f%' }]);
    assert.ok(accuracy.y.ticks.every(({ label }) => label.endsWith('%')));
  });

  it('say in words what they show', () => {
    const [variability] = epochFigures(report, undefined);
    assert.equal(
      summary(variability!),
      'Within-class variability against epoch: NC1 within-class variability, 3 points, last 0.5 at epoch 10; ' +
        'Within/between trace ratio, 3 points, last 1 at epoch 10',
    );
  });
});

describe('figure against layer', () => {
  it('shows the chosen checkpoint first and the others as ghosts, later ones stronger', () => {
    const figure = layerFigure(report, checkpoints[1]!, 'nc1.traceRatio')!;
    assert.deepEqual(
      figure.curves.map(({ label, ghost, points }) => [label, ghost, points.map(({ x, y }) => [x, y])]),
      [
        ['epoch 2', undefined, [[1, 8], [2, 4]]], // prettier-ignore
        ['epoch 0', 0.5, [[1, 32], [2, 16]]], // prettier-ignore
        ['epoch 10', 1, [[1, 2], [2, 1]]], // prettier-ignore
      ],
    );
    assert.deepEqual(
      figure.x.ticks.map(({ label }) => label),
      ['features.1 Relu', 'features.3 Relu'],
    );
    assert.equal(figure.curves[0]!.points[0]!.where, 'epoch 2 · features.1 Relu');
  });

  it('offers the metrics that hidden layers have', () => {
    assert.deepEqual(
      layerMetrics(report).map(({ id }) => id),
      ['nc1.traceRatio', 'ncc.accuracy'],
    );
  });

  it('starts with the trace ratio, and with what there is where it is missing', () => {
    assert.equal(layerMetric(report, undefined)?.id, 'nc1.traceRatio');
    assert.equal(layerMetric(report, 'ncc.accuracy')?.id, 'ncc.accuracy');
    assert.equal(layerMetric(report, 'nc3')?.id, 'nc1.traceRatio');
    assert.equal(layerMetric(sampleReport([]), undefined), undefined);
  });
});
