import assert from 'node:assert/strict';
import { crossEntropy, focal, smoothedCrossEntropy, squared, type Loss } from '../../src/theory/models/losses';
import {
  balancedLabels,
  objectiveOf,
  randomStart,
  type UnconstrainedModel,
} from '../../src/theory/models/unconstrained';
import { gradientFlow } from '../../src/theory/optimise/flow';
import { minimise } from '../../src/theory/optimise/lbfgs';
import type { Objective } from '../../src/theory/optimise/objective';
import { Random } from '../../src/theory/random';
import { gradientError } from './gradient-error';

describe('gradients of the losses', () => {
  const losses: Record<string, Loss> = {
    'cross-entropy': crossEntropy,
    'label smoothing': smoothedCrossEntropy(0.1),
    focal: focal(2),
    'squared loss': squared(),
    'rescaled squared loss': squared(15, 5),
  };
  for (const [name, loss] of Object.entries(losses)) {
    it(`equal central differences, through the unconstrained model with a bias: ${name}`, () => {
      const model: UnconstrainedModel = { classes: 4, dimension: 3, labels: balancedLabels(4, 2), loss, decay: { weight: 0.02, features: 0.03, bias: 0.04 }, bias: true }; // prettier-ignore
      const x = randomStart(model, new Random(3), 0.8);
      assert.ok(gradientError(objectiveOf(model), x) < 1e-7);
    });
  }
});

describe('the optimisers', () => {
  /** Rosenbrock's valley in six dimensions: its only minimum is at (1, …, 1) with value 0. */
  const valley: Objective = (x, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (let i = 0; i + 1 < x.length; i++) {
      const a = x[i + 1]! - x[i]! ** 2;
      const b = 1 - x[i]!;
      value += 100 * a * a + b * b;
      gradient[i]! += -400 * a * x[i]! - 2 * b;
      gradient[i + 1]! += 200 * a;
    }
    return value;
  };

  it('find the end of a curved valley to many digits', async () => {
    const found = await minimise(valley, Float64Array.of(1.2, 0.5, 1.5, 0.8, 1.4, 0.3), { iterations: 500, tolerance: 1e-12 }); // prettier-ignore
    assert.ok(
      found.x.every((v) => Math.abs(v - 1) < 1e-8),
      String(found.value),
    );
    assert.ok(found.iterations < 200);
  });

  it('follow the exact flow of a quadratic', async () => {
    const rates = [1, 3, 10];
    const bowl: Objective = (x, gradient) => {
      let value = 0;
      rates.forEach((rate, i) => {
        gradient[i] = rate * x[i]!;
        value += 0.5 * rate * x[i]! ** 2;
      });
      return value;
    };
    const { x, time } = await gradientFlow(bowl, Float64Array.of(1, -2, 3), { until: 1.5, tolerance: 1e-9 });
    assert.equal(time, 1.5);
    rates.forEach((rate, i) => {
      const exact = [1, -2, 3][i]! * Math.exp(-rate * 1.5);
      assert.ok(Math.abs(x[i]! - exact) < 1e-6 * Math.max(1, Math.abs(exact)), `${x[i]} ${exact}`);
    });
  });

  it('can be stopped from within', async () => {
    const stop = new Error('stopped');
    const run = minimise(valley, new Float64Array(6), { iterations: 500, onIteration: (n) => { if (n === 3) throw stop; } }); // prettier-ignore
    await assert.rejects(run, stop);
  });
});

describe('random numbers', () => {
  it('repeat with their seed, differ without, and are standard normal', () => {
    const a = new Random(5).normals(20_000);
    assert.deepEqual(a.slice(0, 50), new Random(5).normals(50));
    assert.notDeepEqual(a.slice(0, 50), new Random(6).normals(50));
    const mean = a.reduce((sum, v) => sum + v, 0) / a.length;
    const variance = a.reduce((sum, v) => sum + (v - mean) ** 2, 0) / a.length;
    assert.ok(Math.abs(mean) < 0.03 && Math.abs(variance - 1) < 0.04, `${mean} ${variance}`);
    assert.deepEqual([...new Random(1).permutation(9)].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
