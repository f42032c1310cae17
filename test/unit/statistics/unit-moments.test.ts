import assert from 'node:assert/strict';
import { ClassMoments } from '../../../src/statistics/class-moments';
import { UnitMoments, unitRows } from '../../../src/statistics/unit-moments';
import { matrix, randomNumbers } from '../metrics/layer';

const [K, D, N] = [3, 5, 60];
const random = randomNumbers(5);
const features = matrix(N, D, (i) => random() + (i % K));
const labels = Int32Array.from({ length: N }, (_, i) => i % K);

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, bar: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= bar, `${i}: ${actual[i]} for ${expected[i]}`);
  }
}

describe('rows scaled to unit length', () => {
  it('are divided by their norm, and those of zeros left out with their labels', () => {
    const norms = new Float64Array(3);
    const unit = unitRows(Float64Array.of(9, 9, 3, 4, 0, 0, -5, 12), Int32Array.of(2, 0, 1), 3, 2, 2, norms);
    assert.deepEqual(Array.from(unit.values), [3 / 5, 4 / 5, -5 / 13, 12 / 13]);
    assert.deepEqual(Array.from(unit.labels), [2, 1]);
    assert.deepEqual([unit.rows, unit.zeros], [2, 1]);
    assert.deepEqual(Array.from(norms), [5, 0, 13]);
  });

  it('have their direction at any size, also where squares overflow or vanish', () => {
    for (const size of [1e-320, 1e-200, 1e-30, 1, 1e200, 1e307]) {
      const { values } = unitRows(Float64Array.of(3 * size, 4 * size), Int32Array.of(0), 1, 2);
      close(values, [0.6, 0.8], size < 1e-310 ? 1e-3 : 1e-15);
    }
  });

  it('do not claim more rows than there are', () => {
    assert.throws(() => unitRows(features, labels, N + 1, D), RangeError);
    assert.throws(() => unitRows(features, labels.subarray(1), N, D), RangeError);
  });
});

describe('moments of unit features', () => {
  it('are those of the rows divided one by one', () => {
    const moments = new UnitMoments(K, D);
    moments.add(features, labels, N);
    const { statistics, norms, zeros } = moments.finish();
    const length = (i: number) => Math.hypot(...features.subarray(i * D, (i + 1) * D));
    const plain = new ClassMoments(K, D);
    plain.add(
      matrix(N, D, (i, j) => features[i * D + j]! / length(i)),
      labels,
      N,
    );
    const expected = plain.finish();
    close(statistics.means, expected.means, 1e-14);
    close(statistics.scatters, expected.scatters, 1e-13);
    const lengths = Array.from({ length: N }, (_, i) => length(i));
    const mean = lengths.reduce((sum, x) => sum + x, 0) / N;
    close(
      [norms.mean, norms.deviation],
      [mean, Math.sqrt(lengths.reduce((sum, x) => sum + (x - mean) ** 2, 0) / N)],
      1e-13,
    );
    assert.equal(zeros, 0);
    assert.equal(moments.rows, N);
  });

  it('take float32 as its values, from an offset', () => {
    const single = Float32Array.from(features);
    const parts = new UnitMoments(K, D);
    parts.add(single, labels.subarray(20), N - 20, 20 * D);
    const whole = new UnitMoments(K, D);
    whole.add(Float64Array.from(single).slice(20 * D), labels.subarray(20), N - 20);
    close(parts.finish().statistics.means, whole.finish().statistics.means, 0);
  });

  it('are the same in any number of parts', () => {
    const whole = new UnitMoments(K, D);
    whole.add(features, labels, N);
    for (const cut of [0, 1, 17, N]) {
      const first = new UnitMoments(K, D);
      const second = new UnitMoments(K, D);
      first.add(features, labels, cut);
      second.add(features, labels.subarray(cut), N - cut, cut * D);
      first.merge(second);
      const [a, b] = [first.finish(), whole.finish()];
      close(a.statistics.means, b.statistics.means, 1e-14);
      close(a.statistics.scatters, b.statistics.scatters, 1e-12);
      close([a.norms.mean, a.norms.deviation], [b.norms.mean, b.norms.deviation], 1e-13);
      assert.equal(first.rows, N);
    }
    assert.throws(() => whole.merge(new UnitMoments(K, D + 1)), RangeError);
  });

  it('span more than one block of values', () => {
    const wide = 5000;
    const rows = matrix(20, wide, (i, j) => Math.sin(i + 3 * j) + (i % 2));
    const both = Int32Array.from({ length: 20 }, (_, i) => i % 2);
    const moments = new UnitMoments(2, wide);
    moments.add(rows, both, 20);
    const plain = new ClassMoments(2, wide);
    const unit = unitRows(rows, both, 20, wide);
    plain.add(unit.values, unit.labels, unit.rows);
    close(moments.finish().statistics.means, plain.finish().means, 0);
  });

  it('count rows of zeros, leave them out of the statistics, and keep them in the norms', () => {
    const moments = new UnitMoments(2, 2);
    moments.add(Float64Array.of(0, 2, 0, 0, 4, 0), Int32Array.of(0, 0, 1), 3);
    const { statistics, norms, zeros } = moments.finish();
    assert.deepEqual(Array.from(statistics.counts), [1, 1]);
    assert.deepEqual(Array.from(statistics.means), [0, 1, 1, 0]);
    assert.equal(zeros, 1);
    close([norms.mean, norms.deviation], [2, Math.sqrt(8 / 3)], 1e-15);
    const none = new UnitMoments(2, 2);
    assert.deepEqual(none.finish().norms, { mean: 0, deviation: 0 });
  });

  it('keep four digits near collapse', () => {
    // Directions within a class differ by 1e-9, so that within over between is about 1e-18; lengths by 1e-9 too.
    const tiny = 1e-9;
    const moments = new UnitMoments(2, 2);
    const near = matrix(4, 2, (i, j) => {
      const angle = (i % 2) + (i < 2 ? tiny : -tiny);
      return (1 + (i < 2 ? tiny : -tiny)) * (j === 0 ? Math.cos(angle) : Math.sin(angle));
    });
    moments.add(near, Int32Array.of(0, 1, 0, 1), 4);
    const { statistics, norms } = moments.finish();
    assert.ok(Math.abs(statistics.traceWithin / tiny ** 2 - 1) < 1e-4, `${statistics.traceWithin}`);
    assert.ok(Math.abs(norms.deviation / tiny - 1) < 1e-4, `${norms.deviation}`);
  });

  it('tell of the first row that is not finite, also across parts', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      const values = features.slice(0, 6 * D);
      values.fill(0, D, 2 * D);
      values[4 * D + 2] = bad;
      const first = new UnitMoments(K, D);
      first.add(values, labels, 3);
      const second = new UnitMoments(K, D);
      second.add(values, labels.subarray(3), 3, 3 * D);
      assert.equal(first.firstNonFinite, undefined);
      first.merge(second);
      assert.deepEqual(first.firstNonFinite, { row: 4, label: 1 });
    }
  });

  it('refuse labels of other classes, those of zero rows too', () => {
    assert.throws(() => new UnitMoments(2, 1).add(Float64Array.of(1), Int32Array.of(2), 1), RangeError);
    assert.throws(() => new UnitMoments(2, 1).add(Float64Array.of(0), Int32Array.of(-1), 1), RangeError);
  });
});
