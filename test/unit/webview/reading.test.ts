import assert from 'node:assert/strict';
import { decay, decayFit, fuzziness } from '../../../src/metrics/separation';
import { metricById } from '../../../src/metrics/registry';
import { zeroErrorSince } from '../../../src/findings/course';
import { type Axis, epochAxis } from '../../../webview/charts/axis';
import { epochFigures, layerFigure, MOST_GHOSTS, summary } from '../../../webview/charts/figure';
import { figureTable, heatmapTable, tsv } from '../../../webview/charts/figure-table';
import { fitsOf } from '../../../webview/charts/fit-line';
import { heatmapSummary, layerHeatmap, rampColour } from '../../../webview/charts/heatmap';
import { PRINT_COLOURS } from '../../../webview/charts/picture-frame';
import { figurePicture } from '../../../webview/charts/vector';
import { heatmapPicture } from '../../../webview/charts/vector-heatmap';
import { rangeAround, rangeBetween, rangeMoved, savedRange, zoomAxis } from '../../../webview/charts/zoom';
import { restore, type RunState } from '../../../webview/state';
import { sampleCheckpoint, sampleReport } from './sample-report';

const report = sampleReport([sampleCheckpoint(0, 8), sampleCheckpoint(2, 2), sampleCheckpoint(10, 0.5)]);
const [first, , last] = report.checkpoints;
const ratio = metricById('nc1.traceRatio')!;

function withAccuracy(...values: (number | undefined)[]): typeof report {
  return sampleReport(
    values.map((accuracy, i) => {
      const checkpoint = sampleCheckpoint(10 * i, 1);
      if (accuracy === undefined) delete checkpoint.metrics['accuracy'];
      else checkpoint.metrics['accuracy'] = accuracy;
      return checkpoint;
    }),
  );
}

describe('zero training error', () => {
  it('is where accuracy is 1 from there to the end', () => {
    assert.equal(zeroErrorSince(withAccuracy(0.5, 1, 0.99, 1, undefined, 1))?.epoch, 30);
    assert.equal(zeroErrorSince(withAccuracy(1, 1))?.epoch, 0);
    assert.equal(zeroErrorSince(withAccuracy(0.5, 1, 0.999)), undefined);
    assert.equal(zeroErrorSince(withAccuracy(undefined)), undefined);
  });

  it('is named in every figure against epoch, and in its text', () => {
    const figures = epochFigures(withAccuracy(0.5, 1, 1), undefined);
    assert.ok(figures.length > 0);
    for (const figure of figures) {
      assert.deepEqual(figure.moments, [{ x: 10, label: 'zero training error from epoch 10' }]);
      assert.match(summary(figure), /zero training error from epoch 10/);
    }
    assert.deepEqual(epochFigures(report, last)[0]?.moments, []);
  });
});

describe('the fitted decay', () => {
  const values = [9, 4, 3, 1];
  const layers = values.map((value, i) => ({
    ...first!.layers[0]!,
    depth: i + 1,
    metrics: { [fuzziness.id]: value },
  }));

  it('is the line of the metric that it names: same rate, same R²', () => {
    const [fit] = fitsOf(fuzziness, { ...first!, layers });
    const rate = decay.across(layers) as number;
    const r2 = decayFit.across(layers) as number;
    const [start, end] = [fit!.points[0]!, fit!.points.at(-1)!];
    assert.deepEqual([start.x, end.x], [1, 4]);
    assert.ok(Math.abs((end.y / start.y) ** (1 / 3) - rate) < 1e-12);
    assert.equal(fit!.label, `fitted decay: × ${rate.toPrecision(4)} per layer, R² = ${r2.toPrecision(4)}`);
    // Least squares: the residuals of log D sum to zero.
    const slope = Math.log(rate);
    const residuals = values.map((value, i) => Math.log(value) - (Math.log(start.y) + slope * i));
    assert.ok(Math.abs(residuals.reduce((a, b) => a + b)) < 1e-12);
  });

  it('is drawn for no other metric, and not for two layers', () => {
    assert.deepEqual(fitsOf(ratio, { ...first!, layers }), []);
    assert.deepEqual(fitsOf(fuzziness, { ...first!, layers: layers.slice(2) }), []);
  });
});

describe('zooming', () => {
  const whole: Axis = epochAxis([0, 1, 3, 8, 20, 50, 120, 250, 500]);

  it('goes from share to share, both ways round, and knows when it shows everything', () => {
    const part = rangeBetween(whole, 0.8, 0.4)!;
    assert.ok(part.from < part.to && part.from > whole.min && part.to < whole.max);
    assert.deepEqual(rangeBetween(whole, 0.4, 0.8), part);
    assert.equal(rangeBetween(whole, 0, 1), undefined);
    assert.ok(rangeBetween(whole, 0.5, 0.5), 'never nothing');
  });

  it('keeps the place under the pointer', () => {
    const part = rangeAround(whole, whole, 50, 0.5)!;
    const shown = zoomAxis(whole, part, []);
    const share = (axis: Axis): number =>
      (Math.log1p(50) - Math.log1p(axis.min)) / (Math.log1p(axis.max) - Math.log1p(axis.min));
    assert.ok(Math.abs(share(shown) - share(whole)) < 1e-9);
    assert.equal(rangeAround(whole, shown, 50, 4), undefined, 'all the way out');
  });

  it('moves no further than the end', () => {
    const shown = zoomAxis(whole, rangeBetween(whole, 0.5, 0.9), []);
    const moved = rangeMoved(whole, shown, 10)!;
    assert.ok(Math.abs(moved.to - whole.max) < 1e-6 * whole.max);
  });

  it('takes every epoch as a tick where few are left', () => {
    const steps = Array.from({ length: 200 }, (_, value) => ({ value, label: String(value) }));
    const axis = epochAxis(steps.map(({ value }) => value));
    const shown = zoomAxis(axis, { from: 41.5, to: 45.5 }, steps);
    assert.deepEqual(
      shown.ticks.map(({ label }) => label),
      ['42', '43', '44', '45'],
    );
  });

  it('fits the value axis to what is shown', () => {
    const [figure] = epochFigures(report, last, undefined, { from: 1, to: 11 });
    const [all] = epochFigures(report, last);
    assert.ok(figure!.y.max < 8 && all!.y.max >= 16);
    assert.deepEqual(figure!.whole, all!.x);
    assert.deepEqual(figure!.curves, all!.curves, 'the data stay whole');
  });

  it('is not taken from a saved state that makes no sense', () => {
    assert.deepEqual(savedRange({ from: 1, to: 2 }), { from: 1, to: 2 });
    for (const wrong of [undefined, null, 3, { from: 2, to: 1 }, { from: '1', to: 2 }]) {
      assert.equal(savedRange(wrong), undefined);
    }
    const origin = { target: '', folder: '', checkpoints: 3 };
    const saved = {
      kind: 'run',
      report,
      running: false,
      origin,
      choices: { zoom: 'all', checkpoint: 'a', print: true },
    };
    assert.deepEqual((restore(saved) as RunState).choices, { checkpoint: 'a', print: true });
  });
});

describe('the table behind a figure', () => {
  it('holds the figure’s numbers, one row a checkpoint', () => {
    const figure = epochFigures(report, last).find(({ id }) => id === 'variability')!;
    const table = figureTable(figure);
    assert.deepEqual(table.columns, ['epoch', ...figure.curves.map(({ label }) => label)]);
    assert.deepEqual(
      table.rows.map(({ name, checkpoint, values }) => [name, checkpoint, ...values]),
      [
        ['0', 'epoch_0.onnx', 8, 16],
        ['2', 'epoch_2.onnx', 2, 4],
        ['10', 'epoch_10.onnx', 0.5, 1],
      ],
    );
    assert.equal(tsv(table).split('\n')[3], '10\tepoch_10.onnx\t0.5\t1');
  });

  it('has the layers as rows for the figure against layer, and as columns for the heatmap', () => {
    const table = figureTable(layerFigure(report, last!, ratio.id)!);
    assert.deepEqual(table.columns, ['layer', 'epoch 10', 'epoch 0', 'epoch 2']);
    assert.deepEqual(table.rows[0], { name: 'features.1 Relu', values: [2, 32, 8] });
    const heat = heatmapTable(layerHeatmap(report, last!, ratio)!);
    assert.deepEqual(heat.columns, ['checkpoint', 'features.1 Relu', 'features.3 Relu']);
    assert.deepEqual(heat.rows[1], { name: '2', checkpoint: 'epoch_2.onnx', values: [8, 4] });
  });

  it('is text that a name cannot break', () => {
    const text = tsv({ title: '', columns: ['a', 'b\tc'], rows: [{ name: 'x\ny', values: [undefined] }] });
    assert.equal(text, 'a\tb c\nx y\t\n');
  });
});

describe('the heatmap', () => {
  it('holds every layer of every checkpoint, with log colours for a metric in decades', () => {
    const heat = layerHeatmap(report, last!, ratio)!;
    assert.deepEqual(
      heat.cells.map(({ column, row, value }) => [column, row, value]),
      [[0, 1, 32], [0, 2, 16], [1, 1, 8], [1, 2, 4], [2, 1, 2], [2, 2, 1]], // prettier-ignore
    );
    assert.deepEqual([heat.colour.kind, heat.colour.min, heat.colour.max, heat.marked], ['log', 1, 32, 2]);
    assert.match(heatmapSummary(heat), /2 layers, 3 checkpoints, from 1\.000 to 32\.00/);
    assert.equal(layerHeatmap(report, last!, metricById('ncc.accuracy')!)!.colour.kind, 'linear');
  });

  it('needs two checkpoints', () => {
    assert.equal(layerHeatmap(sampleReport([first!]), first!, ratio), undefined);
  });

  it('colours from dark to bright and stays in its ramp', () => {
    assert.equal(rampColour(-1), rampColour(0));
    assert.equal(rampColour(2), rampColour(1));
    const light = (share: number): number =>
      [...rampColour(share).matchAll(/\d+/g)].reduce((sum, [n]) => sum + Number(n), 0);
    assert.ok(light(0) < light(0.5) && light(0.5) < light(1));
  });
});

describe('many other epochs', () => {
  it('are thinned to what can be told apart, the first and the last among them', () => {
    const checkpoints = Array.from({ length: 200 }, (_, epoch) => sampleCheckpoint(epoch, 1 + epoch));
    const figure = layerFigure(sampleReport(checkpoints), checkpoints[100]!, ratio.id)!;
    assert.equal(figure.curves.length, 1 + MOST_GHOSTS);
    assert.equal(figure.curves[1]?.label, 'epoch 0');
    assert.equal(figure.curves.at(-1)?.label, 'epoch 199');
  });
});

describe('vector pictures', () => {
  const hostile = '<script>alert(1)</script>&"\u0007';

  it('hold every point of every curve, legend and limit', () => {
    const figure = epochFigures(report, last).find(({ id }) => id === 'variability')!;
    const { svg } = figurePicture(figure, PRINT_COLOURS);
    assert.equal(svg.match(/<circle/g)?.length, 1 + 3, 'one in the legend, three on the curve');
    for (const { label } of figure.curves) assert.ok(svg.includes(`>${label}<`), label);
    assert.match(svg, /perfect collapse: 0 ↓/);
    const [path] = svg.match(/d="M[^"]*" fill="none"[^>]*stroke="#1a6fd0"/) ?? [];
    const points = [...path!.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    assert.equal(points.length, 3);
    assert.ok(points[0]![1]! < points[1]![1]! && points[1]![1]! < points[2]![1]!, 'NC1 falls');
  });

  it('are well-formed whatever the names are', () => {
    const named = structuredClone(report);
    for (const { layers } of named.checkpoints) layers[0]!.name = hostile;
    const figure = { ...layerFigure(named, named.checkpoints[2]!, ratio.id)!, title: hostile };
    for (const { svg } of [
      figurePicture(figure, PRINT_COLOURS),
      heatmapPicture(layerHeatmap(named, named.checkpoints[2]!, ratio)!, PRINT_COLOURS),
    ]) {
      assert.ok(!svg.includes('<script'));
      assert.ok(!svg.includes('\u0007'));
      assert.ok(svg.includes('script&#62;'), 'the name is there, as text');
      const open = [...svg.matchAll(/<(\w+)[^>]*?(\/?)>|<\/(\w+)>/g)];
      const stack: string[] = [];
      for (const [, start, closed, end] of open) {
        if (end) assert.equal(stack.pop(), end);
        else if (!closed) stack.push(start!);
      }
      assert.deepEqual(stack, []);
    }
  });
});
