import assert from 'node:assert/strict';
import { rescaledMargin, squaredOptimum } from '../../src/theory/experiments/zhou2022a';
import { run, told } from './experiments';

describe('the experiment of zhou2022a', function () {
  this.timeout(120_000);

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('zhou2022a');
    assert.ok(found.holds, told(found));
    const other = await run('zhou2022a', { K: 3, d: 3, n: 2, seed: 9, starts: 1, emphasis: 2, target: 4 });
    assert.ok(other.holds, told(other));
  });

  it('fails where the features are too few for an orthogonal frame', async () => {
    const found = await run('zhou2022a', { K: 4, d: 3, starts: 1 });
    assert.equal(found.holds, false, told(found));
  });

  it('has the closed forms of tirer2022 at both ends', () => {
    // K = 4, n = 5, λ_W = 2e-3, λ_H = 1e-3: c = .0126491, loss c(1−c/2), with a free bias (K−1)/K of it.
    const c = 0.0126491106406735;
    const frame = squaredOptimum(4, 5, 2e-3, 1e-3, Infinity);
    assert.ok(Math.abs(frame.value - c * (1 - c / 2)) < 1e-15);
    assert.equal(frame.cosine, 0);
    const simplex = squaredOptimum(4, 5, 2e-3, 1e-3, 0);
    assert.ok(Math.abs(simplex.value - 0.75 * c * (1 - c / 2)) < 1e-15);
    assert.ok(Math.abs(simplex.cosine! + 1 / 3) < 1e-15);
  });

  it('opens the simplex at λ_b = c/(1−c), and is zero where the decay is too strong', async () => {
    const c = 4 * Math.sqrt(5 * 2e-3 * 1e-3);
    const threshold = c / (1 - c);
    assert.equal(squaredOptimum(4, 5, 2e-3, 1e-3, threshold * 0.999).along, 0);
    assert.ok(squaredOptimum(4, 5, 2e-3, 1e-3, threshold * 1.001).along > 0);
    assert.equal(squaredOptimum(4, 1, 0.5, 0.5, 1).cosine, undefined);
    const found = await run('zhou2022a', { n: 1, weightDecay: 0.5, featureDecay: 0.5, starts: 1, target: 1 });
    assert.ok(found.holds, told(found));
  });

  it('has the plain loss as the rescaled one with k = 1 and M = 1', () => {
    assert.ok(Math.abs(rescaledMargin(4, 5, 2e-3, 1e-3, 1, 1) - squaredOptimum(4, 5, 2e-3, 1e-3, 0).across) < 1e-15);
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, d: 3, n: 2, starts: 1, seed: 4 };
    assert.deepEqual((await run('zhou2022a', settings)).charts, (await run('zhou2022a', settings)).charts);
  });
});
