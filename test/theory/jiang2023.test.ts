import assert from 'node:assert/strict';
import { holds } from '../../src/protocol/theory';
import { distanceBound, softmaxCode } from '../../src/theory/experiments/jiang2023';
import { logLoss } from '../../src/theory/models/log-loss';
import { onSpheres, rowSpheres } from '../../src/theory/models/spheres';
import { balancedLabels } from '../../src/theory/models/unconstrained';
import { Random } from '../../src/theory/random';
import { run, told } from './experiments';
import { gradientError } from './gradient-error';

describe('the experiment of jiang2023', function () {
  this.timeout(120_000);

  it('knows the best distances where they are known, and a bound that a simplex keeps', () => {
    const known: [number, number, number | undefined][] = [
      [5, 2, 0.690983],
      [10, 2, 0.190983],
      [4, 3, 1.333333],
      [5, 3, 1],
      [8, 4, 1],
      [12, 3, 0.552786],
      [7, 3, undefined],
    ];
    for (const [K, d, best] of known) {
      const found = softmaxCode(K, d);
      assert.ok(found === best || Math.abs(found! - best!) < 1e-6, `${K} in ${d}: ${found}`);
    }
    for (const temperature of [1, 0.1, 0.01]) {
      const value = temperature * Math.log(Math.log1p(3 * Math.exp(-4 / 3 / temperature)));
      assert.ok(distanceBound(value, 4, temperature) >= 4 / 3 - 1e-12);
    }
  });

  it('minimises a loss whose gradient equals central differences, also where the loss itself underflows', () => {
    for (const temperature of [1, 0.1]) {
      const objective = logLoss({ classes: 3, dimension: 2, labels: balancedLabels(3, 2), temperature });
      const x = new Random(3).normals(18);
      assert.ok(gradientError(objective, x) < 1e-7);
      assert.ok(gradientError(onSpheres(objective, rowSpheres(9, 2)), x) < 1e-7);
    }
    const angles = [0, 1, 2].map((k) => (2 * Math.PI * k) / 3);
    const triangle = angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]);
    const cold = logLoss({ classes: 3, dimension: 2, labels: balancedLabels(3, 1), temperature: 1e-4 });
    const value = cold(Float64Array.from([...triangle, ...triangle]), new Float64Array(12));
    assert.ok(Math.abs(value - (1e-4 * Math.log(2) - 1.5)) < 1e-12, String(value));
  });

  it('holds, at its defaults and for other seeds, classes and dimensions', async () => {
    const found = await run('jiang2023');
    assert.ok(found.holds, told(found));
    for (const settings of [
      { d: 4, K: 8, seed: 9 },
      { d: 3, K: 7, n: 1 },
      { d: 3, K: 12, starts: 2 },
    ]) {
      const other = await run('jiang2023', settings);
      assert.ok(other.holds, told(other));
    }
  });

  it('fails where the temperature stays too high to prove anything', async () => {
    const found = await run('jiang2023', { temperature: 0.5 });
    const failed = found.checks.filter((check) => !holds(check)).map(({ id }) => id);
    assert.deepEqual(failed, ['bracket'], told(found));
  });

  it('repeats with its seed', async () => {
    const settings = { d: 3, K: 8, starts: 1, seed: 4 };
    assert.deepEqual((await run('jiang2023', settings)).charts, (await run('jiang2023', settings)).charts);
  });
});
