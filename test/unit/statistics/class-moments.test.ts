import assert from 'node:assert/strict';
import { ClassMoments } from '../../../src/statistics/class-moments';
import type { ClassStatistics } from '../../../src/statistics/class-statistics';
import { matrix, portableLayer, randomNumbers } from '../metrics/layer';

function momentsOf(features: Float32Array | Float64Array, labels: Int32Array, K: number, d: number): ClassMoments {
  const moments = new ClassMoments(K, d);
  moments.add(features, labels, labels.length);
  return moments;
}

/** Means first, then residuals, in the plainest way. */
function twoPasses(features: Float64Array, labels: Int32Array, K: number, d: number) {
  const counts = new Float64Array(K);
  const means = new Float64Array(K * d);
  labels.forEach((label, i) => {
    counts[label]! += 1;
    for (let j = 0; j < d; j++) means[label * d + j]! += features[i * d + j]!;
  });
  means.forEach((sum, at) => (means[at] = sum / counts[Math.floor(at / d)]!));
  let within = 0;
  labels.forEach((label, i) => {
    for (let j = 0; j < d; j++) within += (features[i * d + j]! - means[label * d + j]!) ** 2;
  });
  return { counts, means, traceWithin: within / labels.length };
}

function assertClose(actual: number, expected: number, relative: number, what = 'value'): void {
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${what}: ${actual} for ${expected}`);
}

function assertSame(a: ClassStatistics, b: ClassStatistics, relative: number): void {
  assert.deepEqual(a.counts, b.counts);
  assert.equal(a.samples, b.samples);
  assertClose(a.traceWithin, b.traceWithin, relative, 'tr Σ_W');
  assertClose(a.traceBetween, b.traceBetween, relative, 'tr Σ_B');
  const size = Math.max(...b.means.map(Math.abs));
  a.means.forEach((value, at) => assert.ok(Math.abs(value - b.means[at]!) <= relative * size));
}

describe('class moments', () => {
  const layer = portableLayer([5, 4, 3], 6, 0.7, 2);

  it('equal means and residuals taken in two passes', () => {
    const expected = twoPasses(layer.features, layer.labels, 3, 6);
    const actual = momentsOf(layer.features, layer.labels, 3, 6).finish();
    assert.deepEqual(actual.counts, expected.counts);
    actual.means.forEach((mean, at) => assert.ok(Math.abs(mean - expected.means[at]!) < 1e-14));
    assertClose(actual.traceWithin, expected.traceWithin, 1e-14);
    let between = 0;
    for (let c = 0; c < 3; c++) {
      for (let j = 0; j < 6; j++) {
        const centre = (expected.means[j]! + expected.means[6 + j]! + expected.means[12 + j]!) / 3;
        assert.ok(Math.abs(actual.globalMean[j]! - centre) < 1e-14);
        assert.ok(Math.abs(actual.centredMeans[c * 6 + j]! - (expected.means[c * 6 + j]! - centre)) < 1e-14);
        between += (expected.means[c * 6 + j]! - centre) ** 2 / 3;
      }
    }
    assertClose(actual.traceBetween, between, 1e-13);
  });

  it('read float32 blocks and blocks inside larger arrays like float64 ones', () => {
    const narrow = Float32Array.from(layer.features);
    const wide = Float64Array.from(narrow);
    const padded = new Float32Array(narrow.length + 13);
    padded.fill(Number.NaN);
    padded.set(narrow, 5);
    const inside = new ClassMoments(3, 6);
    inside.add(padded, layer.labels, 7, 5);
    inside.add(padded, layer.labels.subarray(7), 5, 5 + 7 * 6);
    const expected = momentsOf(wide, layer.labels, 3, 6).finish();
    assert.deepEqual(momentsOf(narrow, layer.labels, 3, 6).finish(), expected);
    assert.deepEqual(inside.finish(), expected);
  });

  it('do not depend on the batches', () => {
    const random = randomNumbers(5);
    const d = 1031; // more rows than one conversion block holds
    const labels = Int32Array.from({ length: 90 }, (_, i) => i % 4);
    const features = Float32Array.from({ length: 90 * d }, random);
    const once = momentsOf(features, labels, 4, d).finish();
    const batched = new ClassMoments(4, d);
    for (let start = 0; start < 90; start += 7) {
      const rows = Math.min(7, 90 - start);
      batched.add(features.subarray(start * d, (start + rows) * d), labels.subarray(start, start + rows), rows);
    }
    assert.deepEqual(batched.finish(), once);
  });

  it('keep their digits near collapse', () => {
    // Per class and feature the deviations are ±σ exactly, so tr Σ_W = d σ².
    const d = 64;
    const sigma = 2 ** -40; // within/between about 1e-12
    const labels = Int32Array.from({ length: 400 }, (_, i) => i % 4);
    const features = matrix(400, d, (i, j) => {
      const sign = (i >> 2) % 2 === 0 ? 1 : -1;
      return Math.fround(1 + Math.cos(1 + (i % 4) * 3 + j)) + sign * sigma;
    });
    const { traceWithin, traceBetween } = momentsOf(features, labels, 4, d).finish();
    assertClose(traceWithin, d * sigma * sigma, 1e-4);
    assert.ok(traceWithin / traceBetween < 1e-22);
  });

  for (const scale of [1, 1e-6, 1e-12]) {
    it(`merge in any sharding, spread ${scale}`, () => {
      const random = randomNumbers(9);
      const labels = Int32Array.from({ length: 300 }, () => Math.floor((random() + 0.5) * 5));
      const features = matrix(300, 8, (i, j) => Math.sin(3 * labels[i]! + j) + scale * random());
      const whole = momentsOf(features, labels, 5, 8).finish();
      for (const cuts of [[150], [1, 2, 3, 299], [100, 200, 250]]) {
        const bounds = [0, ...cuts, 300];
        const shards = cuts.concat(300).map((end, s) => {
          const start = bounds[s]!;
          return momentsOf(features.subarray(start * 8, end * 8), labels.subarray(start, end), 5, 8);
        });
        const merged = new ClassMoments(5, 8);
        for (const shard of shards.toReversed()) merged.merge(shard);
        // The means are rounded to 1e-16; a spread of 1e-12 leaves four digits of every feature itself.
        assertSame(merged.finish(), whole, Math.max(1e-12, 1e-20 / scale ** 2));
      }
    });
  }

  it('go on adding after a merge', () => {
    const half = momentsOf(layer.features.subarray(0, 36), layer.labels.subarray(0, 6), 3, 6);
    const quarter = momentsOf(layer.features.subarray(36, 54), layer.labels.subarray(6, 9), 3, 6);
    half.merge(quarter);
    half.add(layer.features, layer.labels.subarray(9), 3, 54);
    assertSame(half.finish(), momentsOf(layer.features, layer.labels, 3, 6).finish(), 1e-13);
    assert.throws(() => half.merge(new ClassMoments(3, 5)), /cannot merge 3×5/);
  });

  it('find the first feature that is not finite, in any place', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      for (const at of [0, 3, 6 * 6 + 5, 71]) {
        const features = layer.features.slice();
        features[at] = bad;
        const row = Math.floor(at / 6);
        const expected = { row, label: layer.labels[row]! };
        const batched = new ClassMoments(3, 6);
        batched.add(features, layer.labels, 4);
        batched.add(features, layer.labels.subarray(4), 8, 24);
        assert.deepEqual(batched.firstNonFinite, expected);
        const later = momentsOf(layer.features, layer.labels, 3, 6);
        later.merge(momentsOf(Float32Array.from(features), layer.labels, 3, 6));
        assert.deepEqual(later.firstNonFinite, { ...expected, row: row + 12 });
      }
    }
    assert.equal(momentsOf(layer.features, layer.labels, 3, 6).firstNonFinite, undefined);
    const huge = layer.features.map((value) => value * 1e200);
    assert.equal(momentsOf(huge, layer.labels, 3, 6).firstNonFinite, undefined);
  });

  it('give exact zeros for constant features', () => {
    const constant = momentsOf(
      layer.features.map(() => 0.1),
      layer.labels,
      3,
      6,
    ).finish();
    assert.equal(constant.traceWithin, 0);
    assert.equal(constant.traceBetween, 0);
    assert.ok(constant.globalMean.every((value) => value === 0.1));
  });

  it('leave a class without samples out of the centre', () => {
    const statistics = momentsOf(
      layer.features,
      layer.labels.map((label) => label * 2),
      5,
      6,
    ).finish();
    const full = momentsOf(layer.features, layer.labels, 3, 6).finish();
    assert.deepEqual(Array.from(statistics.counts), [5, 0, 4, 0, 3]);
    assert.deepEqual(statistics.globalMean, full.globalMean);
    assert.equal(statistics.traceBetween, full.traceBetween);
    assert.ok(statistics.centredMeans.subarray(6, 12).every((value) => value === 0));
  });

  it('refuse labels and arrays that do not fit', () => {
    const moments = new ClassMoments(3, 6);
    assert.throws(() => moments.add(layer.features, Int32Array.of(3), 1), /label 3 is not one of 3 classes/);
    assert.throws(() => moments.add(layer.features, Int32Array.of(-1), 1), /label -1/);
    assert.throws(() => moments.add(layer.features, layer.labels, 12, 1), /more than 72 values/);
    assert.throws(() => moments.add(layer.features, layer.labels.subarray(0, 3), 4), /only 3 labels/);
  });

  it('hold 100,000 features in a few arrays of that length', () => {
    const d = 100_000;
    const before = process.memoryUsage().arrayBuffers;
    const moments = new ClassMoments(10, d);
    const batch = new Float32Array(4 * d);
    for (let b = 0; b < 10; b++) {
      for (let at = 0; at < batch.length; at++) batch[at] = ((at * 31 + b * 17) % 101) / 101;
      moments.add(batch, Int32Array.of(b, (b + 1) % 10, b, (b + 2) % 10), 4);
    }
    const statistics = moments.finish();
    const used = process.memoryUsage().arrayBuffers - before;
    assert.equal(statistics.samples, 40);
    assert.ok(statistics.traceWithin > 0);
    assert.ok(used < 60e6, `${used} bytes`);
  });
});
