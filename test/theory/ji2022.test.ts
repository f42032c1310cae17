import assert from 'node:assert/strict';
import { holds } from '../../src/protocol/theory';
import { bestMargin } from '../../src/theory/experiments/ji2022';
import { run, told } from './experiments';

describe('the experiment of ji2022', function () {
  this.timeout(120_000);

  it('knows the largest margin: that of the simplex with norms balanced', () => {
    // K unit simplex rows r, W = r n^¼ w, H = r n^−¼ w: margin w² K/(K−1), ½(‖W‖²+‖H‖²) = w² K√n.
    for (const [K, n] of [
      [2, 1],
      [4, 5],
      [7, 3],
    ] as const) {
      assert.ok(Math.abs(bestMargin(K, n) - K / (K - 1) / (K * Math.sqrt(n))) < 1e-15);
    }
  });

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('ji2022');
    assert.ok(found.holds, told(found));
    const other = await run('ji2022', { K: 3, d: 4, n: 2, scale: 1, seed: 9 });
    assert.ok(other.holds, told(other));
  });

  it('spends the norms that the largest margin takes', async () => {
    const { charts } = await run('ji2022', { K: 3, d: 4, n: 2 });
    const [measured, theory] = charts.find(({ id }) => id === 'norms')!.series;
    const [at, spent] = measured!.points.at(-1)!;
    assert.equal(theory!.points.at(-1)![0], at);
    assert.ok(Math.abs(spent / theory!.points.at(-1)![1] - 1) < 0.01);
  });

  it('fails where the flow stops early, and where a simplex has no room', async () => {
    for (const settings of [{ depth: 5 }, { K: 5, d: 3, depth: 500 }]) {
      const found = await run('ji2022', settings);
      assert.equal(holds(found.checks.find(({ id }) => id === 'ratio')!), false, told(found));
    }
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, d: 3, n: 1, seed: 4, depth: 200 };
    assert.deepEqual((await run('ji2022', settings)).charts, (await run('ji2022', settings)).charts);
  });
});
