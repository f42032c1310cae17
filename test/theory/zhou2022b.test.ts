import assert from 'node:assert/strict';
import { margins } from '../../src/theory/experiments/zhou2022b';
import { optimum } from '../../src/theory/experiments/zhu2021';
import { squaredOptimum } from '../../src/theory/experiments/zhou2022a';
import { leastCurvature } from '../../src/theory/models/curvature';
import { crossEntropy, focal, squared } from '../../src/theory/models/losses';
import { run, told } from './experiments';

describe('the experiment of zhou2022b', function () {
  this.timeout(120_000);

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('zhou2022b');
    assert.ok(found.holds, told(found));
    const other = await run('zhou2022b', { K: 3, d: 2, n: 2, seed: 9, gamma: 3, smoothing: 0.2, featureDecay: 1e-5 });
    assert.ok(other.holds, told(other));
  });

  it('fails where the features are too few for a simplex', async () => {
    const found = await run('zhou2022b', { K: 4, d: 2, n: 2 });
    assert.equal(found.holds, false, told(found));
  });

  it('has margins that agree with those of the other papers, and with each other', () => {
    const q = Math.sqrt(5 * 5e-3 * 1e-3);
    assert.ok(Math.abs(margins.crossEntropy(4, q) - 5.28320373) < 1e-8);
    assert.equal(margins.crossEntropy(4, q), optimum(4, 5, 5e-3, 1e-3).margin);
    assert.equal(margins.squared(4, q), squaredOptimum(4, 5, 5e-3, 1e-3, 0).across);
    assert.equal(margins.smoothed(4, q, 0), margins.crossEntropy(4, q));
    assert.ok(Math.abs(margins.focal(4, q, 0) - margins.crossEntropy(4, q)) < 1e-9);
    assert.ok(margins.focal(4, q, 2) < margins.crossEntropy(4, q));
    assert.equal(margins.focal(4, 10, 2), 0);
  });

  it('knows how a loss bends', () => {
    assert.ok(Math.abs(leastCurvature(squared(1, 3), Float64Array.of(2, -1, 0.5), 0) - 1) < 1e-8);
    assert.ok(Math.abs(leastCurvature(crossEntropy, Float64Array.of(2, -1, 0.5), 1)) < 1e-8);
    // The focal loss is not convex where a sample is far on the wrong side.
    assert.ok(leastCurvature(focal(2), Float64Array.of(-2, 1, 1), 0) < -1e-3);
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, d: 3, n: 2, seed: 4 };
    assert.deepEqual((await run('zhou2022b', settings)).charts, (await run('zhou2022b', settings)).charts);
  });
});
