import assert from 'node:assert/strict';
import { layerPeeled } from '../../src/theory/models/layer-peeled';
import { collapseThreshold, peeledOptimum, vanishingThreshold } from '../../src/theory/models/layer-peeled-optimum';
import { sizeOf } from '../../src/theory/models/unconstrained';
import { Random } from '../../src/theory/random';
import { run, told } from './experiments';
import { gradientError } from './gradient-error';

const five = { majority: 5, minority: 5, budget: 5 };

describe('the experiment of fang2021', function () {
  this.timeout(120_000);

  it('has the thresholds that a convex solver found, for collapse and for vanishing', () => {
    const known: [number, number, number, number, number][] = [
      [5, 5, 5, 12.1924, Infinity],
      [5, 5, 1, 1.7354, 2.7489],
      [3, 7, 2, 14.6175, Infinity],
      [7, 3, 5, 4.0005, 5.7053],
      [7, 3, 10, 13.6659, 26.241],
      [2, 2, 5, 47.685, Infinity],
    ];
    for (const [majority, minority, budget, collapse, vanish] of known) {
      const groups = { majority, minority, budget };
      assert.ok(Math.abs(collapseThreshold(groups) / collapse - 1) < 1e-5, `${collapseThreshold(groups)} ${collapse}`);
      const found = vanishingThreshold(groups);
      assert.ok(found === vanish || Math.abs(found / vanish - 1) < 1e-4, `${found} ${vanish}`);
    }
  });

  it('has the exact cosines, and the simplex where classes are balanced', () => {
    const known: [number, number][] = [[1, -0.111111], [3, -0.024334], [6, 0.131032], [10, 0.517496], [12, 0.940363], [12.5, 1], [1000, 1]]; // prettier-ignore
    for (const [ratio, cosine] of known) {
      const found = peeledOptimum(five, ratio);
      assert.ok(Math.abs(found.cosine! - cosine) < 1e-6, `${ratio}: ${found.cosine} ${cosine}`);
    }
    const balanced = Math.log1p(9 * Math.exp((-10 / 9) * Math.sqrt(5)));
    assert.ok(Math.abs(peeledOptimum(five, 1).value - balanced) < 1e-12);
    assert.equal(peeledOptimum({ majority: 7, minority: 3, budget: 5 }, 20).cosine, undefined);
  });

  it('minimises a model whose gradient equals central differences', () => {
    const size = { dimension: 3, n: 2, classifierBudget: 1, featureBudget: 2 };
    const { model, objective } = layerPeeled({ majority: 2, minority: 2, budget: 2 }, 3.5, size);
    assert.ok(gradientError(objective, new Random(1).normals(sizeOf(model))) < 1e-7);
  });

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('fang2021');
    assert.ok(found.holds, told(found));
    assert.equal(found.checks.length, 3);
    const other = await run('fang2021', { majority: 3, minority: 2, featureBudget: 2, d: 8, n: 1, seed: 9 });
    assert.ok(other.holds, told(other));
  });

  it('ends before the rare classes vanish', async () => {
    const found = await run('fang2021', { majority: 6, minority: 3, d: 12, n: 1, featureBudget: 2, reach: 10 });
    assert.ok(found.holds, told(found));
    assert.match(found.notes!.join(' '), /zero vectors/);
  });

  it('fails where the imbalance stays below the threshold, and where the features are too few', async () => {
    const below = await run('fang2021', { reach: 0.5, n: 1 });
    assert.equal(below.holds, false, told(below));
    assert.equal(below.checks.find(({ id }) => id === 'curve')!.measured < 1e-3, true, told(below));
    const narrow = await run('fang2021', { d: 3, n: 1 });
    assert.equal(narrow.holds, false, told(narrow));
  });

  it('repeats with its seed', async () => {
    const settings = { majority: 2, minority: 2, d: 5, n: 1, seed: 4 };
    assert.deepEqual((await run('fang2021', settings)).charts, (await run('fang2021', settings)).charts);
  });
});
