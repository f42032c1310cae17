import assert from 'node:assert/strict';
import { finalLayerValue, lineFloor, penultimateLayerValue } from '../../src/theory/experiments/e2020';
import { run, told } from './experiments';

describe('the experiment of e2020', function () {
  this.timeout(120_000);

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('e2020');
    assert.ok(found.holds, told(found));
    const other = await run('e2020', { K: 3, d: 2, n: 2, seed: 9, radius: 4, classifier: 1 });
    assert.ok(other.holds, told(other));
  });

  it('fails where each class has a bound of its own, and where the features are too few', async () => {
    const uneven = await run('e2020', { uneven: 0.5 });
    assert.equal(uneven.holds, false, told(uneven));
    const narrow = await run('e2020', { d: 2 });
    assert.equal(narrow.holds, false, told(narrow));
  });

  it('has closed forms that agree with the outputs they are for', () => {
    // K = 2: outputs ±R/√2 (1, −1), two apart by √2 R.
    assert.ok(Math.abs(finalLayerValue(2, 3) - Math.log1p(Math.exp(-3 * Math.SQRT2))) < 1e-15);
    // The balanced optimum of fang2021: margin K/(K−1)·√(E_W E_H), E_W = S²/K, E_H = R².
    const margin = (5 / 4) * Math.sqrt((4 / 5) * 9);
    assert.ok(Math.abs(penultimateLayerValue(5, 3, 2) - Math.log1p(4 * Math.exp(-margin))) < 1e-15);
    assert.equal(lineFloor(2), 0);
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, d: 3, n: 2, seed: 4 };
    assert.deepEqual((await run('e2020', settings)).charts, (await run('e2020', settings)).charts);
  });
});
