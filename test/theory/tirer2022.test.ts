import assert from 'node:assert/strict';
import { extendedLogit, plainLogit } from '../../src/theory/experiments/tirer2022';
import { twoLayer, twoLayerSize } from '../../src/theory/models/two-layer';
import { balancedLabels } from '../../src/theory/models/unconstrained';
import { Random } from '../../src/theory/random';
import { run, told } from './experiments';
import { gradientError } from './gradient-error';

describe('the experiment of tirer2022', function () {
  this.timeout(120_000);

  it('knows the logits, and where they become zero', () => {
    assert.ok(Math.abs(plainLogit(4 * Math.sqrt(5 * 2e-3 * 1e-3)) - 0.9873509) < 1e-7);
    assert.equal(plainLogit(1.07), 0);
    assert.ok(Math.abs(extendedLogit(0.02) - 0.979864) < 1e-6);
    assert.equal(extendedLogit(0.397), 0);
    // At the threshold the logit jumps from one half.
    assert.ok(Math.abs(extendedLogit(Math.pow(2, -4 / 3) - 1e-9) - 0.5) < 1e-6);
  });

  it('minimises a two-layer model whose gradient equals central differences', () => {
    const decay = { classifier: 0.02, layer: 0.03, features: 0.04 };
    const model = { classes: 3, dimension: 4, labels: balancedLabels(3, 2), decay };
    assert.ok(gradientError(twoLayer(model), new Random(3).normals(twoLayerSize(model))) < 1e-7);
  });

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('tirer2022');
    assert.ok(found.holds, told(found));
    assert.ok(found.checks.some(({ id }) => id === 'depth'));
    const other = await run('tirer2022', { K: 3, d: 3, n: 2, weightDecay: 0.01, seed: 9 });
    assert.ok(other.holds, told(other));
    assert.match(other.notes!.join(' '), /no part of the verdict/);
  });

  it('fails where the features are too few for a frame', async () => {
    const found = await run('tirer2022', { K: 4, d: 3, n: 2 });
    assert.equal(found.holds, false, told(found));
  });

  it('repeats with its seed', async () => {
    const settings = { K: 2, d: 3, n: 2, seed: 4 };
    assert.deepEqual((await run('tirer2022', settings)).charts, (await run('tirer2022', settings)).charts);
  });
});
