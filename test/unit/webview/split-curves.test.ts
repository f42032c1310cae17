import assert from 'node:assert/strict';
import { epochFigures, layerFigure } from '../../../webview/charts/figure';
import { figureTable } from '../../../webview/charts/figure-table';
import { stroke } from '../../../webview/charts/strokes';
import { curveKey, splitsOf } from '../../../webview/charts/split-curves';
import type { CheckpointReport } from '../../../src/protocol/report';
import { sampleCheckpoint, sampleReport } from './sample-report';

/** Test data has twice the NC1 of the training data, transfer data ten times; the first checkpoint has no transfer data. */
function withSplits(epoch: number, nc1: number): CheckpointReport {
  const checkpoint = sampleCheckpoint(epoch, nc1);
  const split = (name: 'test' | 'transfer', factor: number) => ({
    split: name,
    samples: 4,
    classCounts: [2, 2],
    metrics: { nc1: factor * nc1 },
    notApplicable: {},
    layers: checkpoint.layers.map((layer) => ({ ...layer, metrics: { 'nc1.traceRatio': factor * nc1 + layer.depth } })),
    warnings: [],
  });
  return { ...checkpoint, splits: [split('test', 2), ...(epoch > 0 ? [split('transfer', 10)] : [])] };
}
const checkpoints = [withSplits(0, 8), withSplits(2, 2), withSplits(10, 0.5)];
const report = sampleReport(checkpoints);

describe('data beside the training data', () => {
  it('is drawn where it was measured and asked for, as the report has it', () => {
    assert.deepEqual(splitsOf(report), ['test', 'transfer']);
    assert.deepEqual(splitsOf(sampleReport([sampleCheckpoint(1, 1)])), []);
    const curvesOf = (...splits: ('test' | 'transfer')[]) =>
      epochFigures(report, undefined, undefined, undefined, splits)
        .find(({ id }) => id === 'variability')!
        .curves.filter(({ metric }) => metric === 'nc1')
        .map(({ split, points }) => [split, points.map(({ x, y }) => [x, y])]);
    const own = [undefined, [[0, 8], [2, 2], [10, 0.5]]]; // prettier-ignore
    const test = ['test', [[0, 16], [2, 4], [10, 1]]]; // prettier-ignore
    const transfer = ['transfer', [[2, 20], [10, 5]]]; // prettier-ignore
    assert.deepEqual(curvesOf(), [own]);
    assert.deepEqual(curvesOf('test'), [own, test]);
    assert.deepEqual(curvesOf('test', 'transfer'), [own, test, transfer]);
  });

  it('has its curve’s colour, and a line and a point of its own', () => {
    const [figure] = epochFigures(report, undefined, undefined, undefined, ['test', 'transfer']);
    const [own, ...beside] = figure!.curves.filter(({ metric }) => metric === 'nc1');
    for (const { style } of beside) assert.equal(style % 4, own!.style % 4);
    const strokes = [own!, ...beside].map(({ style }) => JSON.stringify(stroke(style)));
    assert.equal(new Set(strokes).size, 3);
    assert.equal(new Set(figure!.curves.map(curveKey)).size, figure!.curves.length);
  });

  it('stands in the table by its name, and fits on the axis', () => {
    const figure = epochFigures(report, undefined, undefined, undefined, ['transfer']).find(({ id }) => id === 'variability')!; // prettier-ignore
    const { columns, rows } = figureTable(figure);
    const at = columns.findIndex((name) => name.endsWith(', transfer data'));
    assert.deepEqual(rows.map(({ values }) => values[at - 1]), [undefined, 20, 5]); // prettier-ignore
    assert.ok(figure.y.max >= 20);
  });

  it('is drawn over depth at the chosen checkpoint', () => {
    const figure = layerFigure(report, checkpoints[1]!, 'nc1.traceRatio', undefined, ['test'])!;
    const beside = figure.curves.filter(({ split }) => split === 'test');
    const layers = checkpoints[1]!.layers;
    assert.deepEqual(beside.map(({ points }) => points.map(({ x, y }) => [x, y])), [layers.map(({ depth }) => [depth, 4 + depth])]); // prettier-ignore
  });
});
