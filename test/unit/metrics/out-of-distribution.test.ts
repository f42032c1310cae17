import assert from 'node:assert/strict';
import { measureAll } from '../../../src/metrics/registry';
import { matrix, metricInput, portableLayer, randomNumbers, rotated, rotation, type Layer } from './layer';
import { assertClose, fullStatistics, withUnknown } from './outputs';

const IDS = ['ood.orthogonality', 'ood.auroc'];

/** Three classes on the first three axes, with some spread along them. */
function onAxes(): Layer {
  const labels = Int32Array.from({ length: 12 }, (_, i) => i % 3);
  const features = matrix(12, 5, (i, j) => (labels[i] === j ? 1 + 0.1 * Math.sin(i) : 0));
  return { classes: 3, dimension: 5, features, labels };
}

describe('measures of unknown samples', () => {
  it('see samples orthogonal to all classes', () => {
    const unknown = matrix(4, 5, (i, j) => (j === 3 + (i % 2) ? 2 + i : 0));
    const { metrics } = measureAll(withUnknown(onAxes(), unknown));
    assert.equal(metrics['ood.orthogonality'], 0);
    assert.equal(metrics['ood.auroc'], 1);
  });

  it('see samples that lie on a class', () => {
    const unknown = matrix(4, 5, (_, j) => (j === 1 ? -3 : 0));
    // |cos| is 1 with one class and 0 with the others.
    assertClose(measureAll(withUnknown(onAxes(), unknown)).metrics['ood.orthogonality'], 1 / 3, 1e-14, 'orthogonality');
    const same = onAxes();
    assert.equal(measureAll(withUnknown(same, same.features)).metrics['ood.auroc'], 0.5);
  });

  it('stay the same under rotation and scaling, and in other orders', () => {
    const base = portableLayer([5, 6, 4], 8, 0.9, 0.1);
    const random = randomNumbers(2);
    const unknown = matrix(25, 8, (_, j) => random() + 0.1 * j);
    const q = rotation(8, 6);
    const turn = (x: Float64Array) => rotated(x, q, 8).map((value) => 7 * value);
    const before = measureAll(withUnknown(base, unknown)).metrics;
    const n = base.labels.length;
    const features = turn(matrix(n, 8, (i, j) => base.features[(n - 1 - i) * 8 + j]!));
    const labels = Int32Array.from({ length: n }, (_, i) => (base.labels[n - 1 - i]! + 2) % 3);
    const after = measureAll(withUnknown({ ...base, features, labels }, turn(unknown))).metrics;
    for (const id of IDS) assertClose(after[id], before[id]!, 1e-12, id);
  });

  it('are left out where there are no such samples', () => {
    const { metrics, notApplicable } = measureAll(metricInput(portableLayer([4, 4, 4], 5, 0.2, 0.3)));
    for (const id of IDS) assert.ok(!(id in metrics) && !(id in notApplicable!), id);
  });

  it('say what has no direction, and that a full span tells nothing', () => {
    const zero = measureAll(
      withUnknown(
        onAxes(),
        matrix(2, 5, (i, j) => (j === 3 ? 2 * i - 1 : 0)),
      ),
    ).notApplicable!;
    assert.match(zero['ood.orthogonality']!, /out-of-distribution samples is zero/);
    const centred = onAxes();
    const origin = {
      ...centred,
      features: centred.features.map((x, at) => (centred.labels[Math.floor(at / 5)] ? x : 0)),
    };
    const found = measureAll(withUnknown(origin, new Float64Array(5).fill(1))).notApplicable!;
    assert.match(found['ood.orthogonality']!, /mean of class 0 is zero/);
    const narrow = measureAll(withUnknown(portableLayer([3, 3, 3, 3], 3, 0.2, 0.1), Float64Array.of(1, 2, 3)));
    assert.match(narrow.notApplicable!['ood.auroc']!, /span all 3 dimensions/);
    assert.ok(narrow.metrics['ood.orthogonality']! > 0);
    const statistics = fullStatistics({ ...onAxes(), features: new Float64Array(60).fill(1) });
    const ood = { samples: 1, mean: new Float64Array(5).fill(1), auroc: 0.5 };
    const equal = measureAll({ statistics, role: 'penultimate', ood });
    assert.match(equal.notApplicable!['ood.auroc']!, /class means are equal/);
  });

  it('leave empty classes out', () => {
    const layer = { ...onAxes(), classes: 4 };
    const unknown = matrix(3, 5, (_, j) => j);
    const { metrics } = measureAll(withUnknown(layer, unknown));
    const expected = measureAll(withUnknown(onAxes(), unknown)).metrics;
    for (const id of IDS) assertClose(metrics[id], expected[id]!, 1e-14, id);
  });

  it('stay in their range', () => {
    const random = randomNumbers(40);
    for (let run = 0; run < 200; run++) {
      const K = 2 + (run % 5);
      const d = 1 + (run % 9);
      const labels = Int32Array.from({ length: 3 * K }, (_, i) => i % K);
      const features = matrix(labels.length, d, (i, j) => (run % 3) * Math.sin(labels[i]! + 2 * j) + random());
      const { metrics, notApplicable } = measureAll(
        withUnknown({ classes: K, dimension: d, features, labels }, matrix(5, d, random)),
      );
      for (const id of IDS) {
        const value = metrics[id];
        assert.notEqual(value !== undefined, id in (notApplicable ?? {}), id);
        if (value !== undefined) assert.ok(value >= 0 && value <= 1, `${id}: ${value}, run ${run}`);
      }
    }
  });
});
