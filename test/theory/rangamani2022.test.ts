import assert from 'node:assert/strict';
import { layerNorm } from '../../src/theory/experiments/rangamani2022';
import { run, told } from './experiments';

describe('the experiment of rangamani2022', function () {
  this.timeout(240_000);

  it('holds at its defaults', async () => {
    const found = await run('rangamani2022');
    assert.ok(found.holds, told(found));
  });

  it('holds for another seed and number of images', async () => {
    const found = await run('rangamani2022', { seed: 2, n: 20 });
    assert.ok(found.holds, told(found));
  });

  it('fails without weight decay', async () => {
    const found = await run('rangamani2022', { decay: 0, n: 20, iterations: 100 });
    assert.equal(found.holds, false, told(found));
    const ratio = found.checks.find(({ id }) => id === 'without')!;
    assert.equal(ratio.measured, 1);
  });

  it('has the norm of a network of one scalar weight a layer in closed form', () => {
    // z = w² on one sample of target 1 (the other output is 0): (w²−1)w² + λw² = 0, so w² = 1 − λ.
    const decay = 0.1;
    assert.ok(Math.abs(layerNorm(Float64Array.of(1 - decay, 0), Int32Array.of(0), decay) - (1 - decay)) < 1e-15);
  });

  it('repeats with its seed', async () => {
    const settings = { K: 2, n: 10, width: 16, depth: 2, iterations: 20, seed: 4 };
    assert.deepEqual((await run('rangamani2022', settings)).charts, (await run('rangamani2022', settings)).charts);
  });
});
