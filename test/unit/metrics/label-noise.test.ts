import assert from 'node:assert/strict';
import { measureAll } from '../../../src/metrics/registry';
import { matrix, metricInput, portableLayer, randomNumbers, rotated, rotation, type Layer } from './layer';
import { assertClose, fullStatistics, withNoise } from './outputs';

const MEM = ['mem.mean', 'mem.total', 'mem.progress'];
const DILATION = ['dilation.nc1', 'dilation.radius'];

/** One-hot features of `place`, true classes `truth`. */
function oneHot(place: readonly number[], truth: readonly number[], K = 3): Layer {
  return {
    classes: K,
    dimension: K,
    features: matrix(place.length, K, (i, j) => (place[i] === j ? 1 : 0)),
    labels: Int32Array.from(truth),
  };
}

describe('memorisation', () => {
  it('is a class away, and all the way, where every wrong label is fitted', () => {
    const given = [0, 1, 2, 1, 2, 2, 0];
    const { metrics } = measureAll(withNoise(oneHot(given, [0, 1, 2, 0, 0, 1, 0]), Int32Array.from(given)));
    assertClose(metrics['mem.mean'], 1, 1e-14, 'mean');
    assertClose(metrics['mem.total'], 3, 1e-14, 'total');
    assertClose(metrics['mem.progress'], 1, 1e-14, 'progress');
  });

  it('is nothing where features follow the true classes', () => {
    const truth = [0, 1, 2, 0, 1];
    const { metrics } = measureAll(withNoise(oneHot(truth, truth), Int32Array.of(0, 1, 2, 1, 2)));
    // Class 1 has a clean sample only in row 1, class 0 in row 0: both corrupted ones are at home.
    assert.deepEqual(
      MEM.map((id) => metrics[id]),
      [0, 0, 0],
    );
  });

  it('stays the same under rotation, scaling, shifting and other orders', () => {
    const base = portableLayer([6, 7, 8], 5, 0.6, 0.1);
    const given = base.labels.map((truth, i) => (i % 3 === 1 ? (truth + 1) % 3 : truth));
    const before = measureAll(withNoise(base, given)).metrics;
    const moved = rotated(base.features, rotation(5, 2), 5).map((x, at) => 30 * x + (at % 5));
    const n = given.length;
    const renamed = (labels: Int32Array) => Int32Array.from({ length: n }, (_, i) => (labels[n - 1 - i]! + 1) % 3);
    const features = matrix(n, 5, (i, j) => moved[(n - 1 - i) * 5 + j]!);
    const after = measureAll(withNoise({ ...base, features, labels: renamed(base.labels) }, renamed(given))).metrics;
    for (const id of [...MEM, ...DILATION]) assertClose(after[id], before[id]!, 1e-10, id);
  });

  it('is left out where labels are clean or not known to be wrong', () => {
    const layer = portableLayer([4, 4, 4], 5, 0.2, 0.3);
    for (const input of [metricInput(layer), withNoise(layer, layer.labels)]) {
      const { metrics, notApplicable } = measureAll(input);
      for (const id of MEM) assert.ok(!(id in metrics) && !(id in notApplicable!), id);
    }
  });

  it('says what the wrong labels cannot be compared with', () => {
    const reasons = (layer: Layer, given: number[]) =>
      measureAll(withNoise(layer, Int32Array.from(given))).notApplicable!;
    const one = reasons(oneHot([0, 0, 1], [0, 0, 1]), [0, 0, 2]);
    assert.match(one['mem.mean']!, /fewer than two classes have clean samples/);
    assert.match(one['mem.progress']!, /both its classes/);
    const unseen = reasons(oneHot([0, 1, 2], [0, 1, 2]), [0, 1, 0]);
    assert.match(unseen['mem.total']!, /clean samples of its true class/);
    const equal = oneHot([0, 0, 0], [0, 1, 0]);
    assert.match(reasons(equal, [0, 1, 1])['mem.mean']!, /same mean/);
    assert.match(reasons(equal, [0, 1, 1])['mem.progress']!, /different means/);
  });

  it('stays at or above 0, and never NaN', () => {
    const random = randomNumbers(14);
    for (let run = 0; run < 200; run++) {
      const K = 2 + (run % 4);
      const d = 1 + (run % 6);
      const truth = Int32Array.from({ length: 12 + run }, (_, i) => i % K);
      const given = truth.map((t) => (random() > 0.2 ? (t + 1) % K : t));
      const features = matrix(truth.length, d, (i, j) => (run % 3) * Math.cos(truth[i]! + j) + random());
      const { metrics, notApplicable } = measureAll(
        withNoise({ classes: K, dimension: d, features, labels: truth }, given),
      );
      for (const id of [...MEM, ...DILATION]) {
        const value = metrics[id];
        assert.notEqual(value !== undefined, id in (notApplicable ?? {}), id);
        if (value !== undefined && id !== 'mem.progress') assert.ok(value >= 0, `${id}: ${value}, run ${run}`);
      }
    }
  });
});

describe('dilation', () => {
  const layer = portableLayer([4, 4, 4], 5, 0.2, 0.3);

  it('is 0 where each class is a point', () => {
    const truth = [0, 1, 2, 0, 1, 2];
    const { metrics } = measureAll({
      ...metricInput(layer),
      test: { statistics: fullStatistics(oneHot(truth, truth)) },
    });
    assert.deepEqual(
      DILATION.map((id) => metrics[id]),
      [0, 0],
    );
  });

  it('is the radius in units of the distance between classes', () => {
    // Two classes at ±5, samples one away from their mean.
    const test: Layer = {
      classes: 2,
      dimension: 1,
      features: Float64Array.of(-6, -4, 4, 6),
      labels: Int32Array.of(0, 0, 1, 1),
    };
    const { metrics } = measureAll({ ...metricInput(layer), test: { statistics: fullStatistics(test) } });
    assertClose(metrics['dilation.radius'], 0.1, 1e-14, 'radius');
    // Σ_W = 1, Σ_B = 25, K = 2.
    assertClose(metrics['dilation.nc1'], 1 / 50, 1e-14, 'nc1');
  });

  it('is left out without held-out data, and says what is lacking of it', () => {
    const without = measureAll(metricInput(layer));
    for (const id of DILATION) assert.ok(!(id in without.metrics) && !(id in without.notApplicable!), id);
    const reasons = (statistics?: ReturnType<typeof fullStatistics>) =>
      measureAll({ ...metricInput(layer), test: statistics ? { statistics } : {} }).notApplicable!;
    for (const id of DILATION) {
      assert.match(reasons()[id]!, /not gathered/);
      assert.match(reasons(fullStatistics(oneHot([0, 1, 2], [1, 1, 1])))[id]!, /in the test data, fewer than two/);
      assert.match(reasons(fullStatistics(oneHot([0, 1, 2], [0, 1, 2])))[id]!, /more than one sample/);
      assert.match(reasons(fullStatistics(oneHot([1, 1, 1, 1], [0, 1, 2, 0])))[id]!, /class means are equal/);
    }
    const { span, radius, ...bare } = fullStatistics(layer);
    assert.ok(span && radius);
    assert.match(reasons(bare)['dilation.nc1']!, /span of the class means was not analysed/);
    assert.match(reasons(bare)['dilation.radius']!, /were not measured/);
  });
});
