import assert from 'node:assert/strict';
import { measure } from '../../src/theory/measure';
import { spearman } from '../../src/theory/spearman';
import { run, told } from './experiments';

describe('the experiment of nguyen2022', function () {
  this.timeout(240_000);

  it('holds at its defaults', async () => {
    const found = await run('nguyen2022');
    assert.ok(found.holds, told(found));
  });

  it('holds for another seed', async () => {
    const found = await run('nguyen2022', { seed: 3 });
    assert.ok(found.holds, told(found));
  });

  it('fails without smoothing', async () => {
    const found = await run('nguyen2022', { smoothing: 0, epochs: 5, starts: 1, K: 3, n: 40 });
    assert.equal(found.holds, false, told(found));
    const ratio = found.checks.find(({ id }) => id === 'smoothing')!;
    assert.ok(Math.abs(ratio.measured - 1) < 1e-12);
  });

  it('measures memorisation from labels and true classes', () => {
    // Class 0 at 0 and class 1 at 4 on a line; one sample of class 0 with label 1 lies at 3.
    const representation = {
      classes: 2,
      dimension: 1,
      features: Float64Array.of(-1, 1, 3, 5, 3),
      labels: Int32Array.of(0, 0, 1, 1, 1),
      truth: Int32Array.of(0, 0, 1, 1, 0),
    };
    const { metrics } = measure(representation, ['mem.total', 'mem.progress']);
    assert.deepEqual(metrics, { 'mem.total': 0.75, 'mem.progress': 0.75 });
  });

  it('ranks as Spearman does', () => {
    assert.equal(spearman([1, 2, 3, 4, 5], [10, 20, 30, 50, 40]), 0.9);
    assert.equal(spearman([1, 2, 3], [3, 2, 1]), -1);
    assert.ok(Math.abs(spearman([1, 1, 2], [1, 2, 3]) - Math.sqrt(3) / 2) < 1e-15);
    assert.ok(Number.isNaN(spearman([1, 1], [1, 2])));
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, n: 40, width: 16, epochs: 3, starts: 1, seed: 4 };
    assert.deepEqual((await run('nguyen2022', settings)).charts, (await run('nguyen2022', settings)).charts);
  });
});
