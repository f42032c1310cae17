import assert from 'node:assert/strict';
import { pickAll, pickAllOptimum } from '../../src/theory/models/pick-all';
import { objectiveOf, randomStart, type UnconstrainedModel } from '../../src/theory/models/unconstrained';
import { crossEntropy } from '../../src/theory/models/losses';
import { Random } from '../../src/theory/random';
import { run, told } from './experiments';
import { gradientError } from './gradient-error';

describe('the experiment of li2024', function () {
  this.timeout(120_000);

  it('knows the optimum, and that pairs may be rare or frequent', () => {
    const decay = { weight: 1e-3, features: 1e-3 };
    const found = pickAllOptimum(4, [40, 30], decay);
    assert.ok(Math.abs(found.square - 17.4346716) < 1e-6, String(found.square));
    assert.ok(Math.abs(found.scales[0]! - 0.2356696) < 1e-7 && Math.abs(found.scales[1]! - 0.210855) < 1e-7);
    assert.ok(Math.abs(found.value - 0.677328138) < 1e-9, String(found.value));
    for (const [pairs, scale] of [
      [6, 0.897709],
      [300, 0.881217],
    ] as const) {
      const { scales } = pickAllOptimum(4, [40, pairs], decay);
      assert.ok(Math.abs(scales[1]! / scales[0]! - scale) < 1e-6, `${pairs}: ${scales[1]! / scales[0]!}`);
    }
    assert.equal(pickAllOptimum(4, [40, 30], { weight: 1, features: 1 }).square, 0);
  });

  it('sums cross-entropy over the labels, with a gradient that equals central differences', () => {
    const sets = [[0], [1], [2], [0, 2], [1, 2]];
    const logits = Float64Array.of(0.3, -1, 2);
    const spare = new Float64Array(3);
    const parts = [0, 2].map((k) => crossEntropy(logits, 0, 3, k, 1, spare));
    assert.ok(Math.abs(pickAll(sets)(logits, 0, 3, 3, 1, spare) - parts[0]! - parts[1]!) < 1e-14);
    const model: UnconstrainedModel = { classes: 3, dimension: 2, labels: Int32Array.of(0, 1, 2, 3, 4), loss: pickAll(sets), decay: { weight: 0.02, features: 0.03 }, bias: false }; // prettier-ignore
    assert.ok(gradientError(objectiveOf(model), randomStart(model, new Random(3), 0.8)) < 1e-7);
  });

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('li2024');
    assert.ok(found.holds, told(found));
    const other = await run('li2024', { K: 5, d: 4, singles: 3, pairs: 2, featureDecay: 5e-4, starts: 2, seed: 9 });
    assert.ok(other.holds, told(other));
  });

  it('fails where one pair of labels is more frequent than others, and where a simplex has no room', async () => {
    for (const settings of [
      { skew: 10, starts: 1 },
      { K: 5, d: 3, starts: 1 },
    ]) {
      const found = await run('li2024', settings);
      assert.equal(found.holds, false, told(found));
    }
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, d: 3, singles: 2, pairs: 2, starts: 1, seed: 4 };
    assert.deepEqual((await run('li2024', settings)).charts, (await run('li2024', settings)).charts);
  });
});
