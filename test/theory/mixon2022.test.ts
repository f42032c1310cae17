import assert from 'node:assert/strict';
import { growth } from '../../src/theory/experiments/mixon2022';
import { run, told } from './experiments';

describe('the experiment of mixon2022', function () {
  this.timeout(120_000);

  it('knows how the classifier grows on the subspace: exponentially at first, to the size of strong collapse', () => {
    const initial = [1e-8, 3e-8, 2e-8];
    const begin = growth(initial, 5, 0);
    assert.ok(Math.abs(begin / Math.sqrt(Math.sqrt(5) * 6e-8) - 1) < 1e-9);
    assert.ok(Math.abs(growth(initial, 5, 2) / begin / Math.exp(2 * Math.sqrt(5)) - 1) < 1e-3);
    assert.ok(Math.abs(growth(initial, 5, 50) - Math.sqrt(Math.sqrt(5) * 3)) < 1e-12);
    // u̇ = 2√n u(1−u) by a central difference.
    const u = (t: number) => growth([0.2], 4, t) ** 2 / 2;
    assert.ok(Math.abs((u(0.3 + 1e-5) - u(0.3 - 1e-5)) / 2e-5 - 4 * u(0.3) * (1 - u(0.3))) < 1e-8);
  });

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('mixon2022');
    assert.ok(found.holds, told(found));
    const other = await run('mixon2022', { K: 3, d: 7, n: 2, scale: 3e-4, seed: 9 });
    assert.ok(other.holds, told(other));
  });

  it('fails from a large start: zero loss alone is no collapse', async () => {
    const found = await run('mixon2022', { scale: 0.5 });
    assert.equal(found.holds, false, told(found));
    assert.ok(found.checks.find(({ id }) => id === 'state')!.measured > 0.5, told(found));
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, d: 7, n: 1, seed: 4 };
    assert.deepEqual((await run('mixon2022', settings)).charts, (await run('mixon2022', settings)).charts);
  });
});
