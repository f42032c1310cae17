import assert from 'node:assert/strict';
import { ratioAfter, timeOf } from '../../src/theory/experiments/han2022';
import { measureOne } from '../../src/theory/measure';
import { renormalised, renormalisedGradient } from '../../src/theory/models/renormalised';
import { balancedLabels } from '../../src/theory/models/unconstrained';
import { Random } from '../../src/theory/random';
import { run, told } from './experiments';

describe('the experiment of han2022', function () {
  this.timeout(120_000);

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('han2022');
    assert.ok(found.holds, told(found));
    const other = await run('han2022', { K: 3, d: 5, n: 16, seed: 9, spread: 20 });
    assert.ok(other.holds, told(other));
  });

  it('fails where the classifier learns too slowly to keep to the path', async () => {
    const found = await run('han2022', { rate: 0.01 });
    assert.equal(found.holds, false, told(found));
  });

  it('has a closed form that solves its equation', () => {
    const [K, n, omega, h] = [5, 7, 2.3, 1e-4];
    const pace = (2 * h) / (timeOf(omega + h, K, n) - timeOf(omega - h, K, n));
    assert.ok(Math.abs(pace / (omega / (n * (K + omega ** 2) ** 2)) - 1) < 1e-7);
    assert.ok(Math.abs(ratioAfter(timeOf(9, K, n) - timeOf(0.1, K, n), 0.1, K, n) - 9) < 1e-9);
    assert.equal(ratioAfter(0, 0.5, K, n), 0.5);
  });

  it('moves down the least-squares loss at the rate of the squared gradient, keeping the spread', () => {
    const shape = { classes: 3, dimension: 4, labels: balancedLabels(3, 9) };
    const features = renormalised(shape, new Random(2).normals(27 * 4));
    const gradient = renormalisedGradient(shape, features);
    const at = (step: number) => features.map((v, i) => v + step * gradient[i]!);
    const loss = (step: number) => {
      // With a bias and no decay; the classifier's own values do not matter for its least-squares part.
      const head = { weight: new Float64Array(12).fill(1), bias: new Float64Array(3) };
      return measureOne({ ...shape, features: at(step), ...head }, 'mse.leastSquares', { loss: 'mse', weightDecay: 0 });
    };
    const h = 1e-3;
    const squares = gradient.reduce((sum, v) => sum + v * v, 0);
    assert.ok(Math.abs((loss(h) - loss(-h)) / (2 * h) / squares - 1) < 1e-5);
    const moved = at(0.01);
    const drift = renormalised(shape, moved).map((v, i) => v - moved[i]!);
    assert.ok(drift.every((v) => Math.abs(v) < 1e-12));
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, d: 3, n: 8, seed: 4 };
    assert.deepEqual((await run('han2022', settings)).charts, (await run('han2022', settings)).charts);
  });
});
