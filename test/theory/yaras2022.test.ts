import assert from 'node:assert/strict';
import { sphericalOptimum } from '../../src/theory/experiments/yaras2022';
import { run, told } from './experiments';

describe('the experiment of yaras2022', function () {
  this.timeout(120_000);

  it('knows the least loss: that of two opposite classes, and log K where it is hot', () => {
    assert.ok(Math.abs(sphericalOptimum(2, 0.5) - Math.log(1 + Math.exp(-4))) < 1e-15);
    assert.ok(Math.abs(sphericalOptimum(7, 1e9) - Math.log(7)) < 1e-8);
  });

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('yaras2022');
    assert.ok(found.holds, told(found));
    const other = await run('yaras2022', { K: 4, d: 6, n: 1, temperature: 0.1, starts: 4, seed: 9 });
    assert.ok(other.holds, told(other));
  });

  it('fails where the features are too few for a simplex', async () => {
    const found = await run('yaras2022', { K: 6, d: 3, starts: 2 });
    assert.equal(found.holds, false, told(found));
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, d: 4, n: 2, starts: 2, seed: 4 };
    assert.deepEqual((await run('yaras2022', settings)).charts, (await run('yaras2022', settings)).charts);
  });
});
