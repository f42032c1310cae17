import assert from 'node:assert/strict';
import { optimum } from '../../src/theory/experiments/zhu2021';
import { run, told } from './experiments';

describe('the experiment of zhu2021', function () {
  this.timeout(120_000);

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('zhu2021');
    assert.ok(found.holds, told(found));
    const other = await run('zhu2021', { K: 3, d: 2, n: 2, seed: 9, starts: 3 });
    assert.ok(other.holds, told(other));
  });

  it('fails where the features are too few for a simplex', async () => {
    const found = await run('zhu2021', { K: 5, d: 2, starts: 1 });
    assert.equal(found.holds, false, told(found));
  });

  it('has nothing but zero as its optimum where the decay is too strong', async () => {
    assert.deepEqual(optimum(4, 1, 0.25, 0.25), { margin: 0, value: Math.log(4), weightNorm: 0, featureNorm: 0 });
    const found = await run('zhu2021', { K: 4, d: 4, n: 1, weightDecay: 0.5, featureDecay: 0.5, starts: 2 });
    assert.ok(found.holds, told(found));
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, d: 3, n: 2, starts: 2, seed: 4 };
    assert.deepEqual((await run('zhu2021', settings)).charts, (await run('zhu2021', settings)).charts);
  });
});
