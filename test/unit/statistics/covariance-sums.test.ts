import assert from 'node:assert/strict';
import { ClassMoments } from '../../../src/statistics/class-moments';
import type { ClassStatistics } from '../../../src/statistics/class-statistics';
import { CovarianceSums } from '../../../src/statistics/covariance-sums';
import { matrix, portableLayer, randomNumbers } from '../metrics/layer';

function statisticsOf(features: Float64Array, labels: Int32Array, K: number, d: number): ClassStatistics {
  const moments = new ClassMoments(K, d);
  moments.add(features, labels, labels.length);
  return moments.finish();
}

/** Σ_W entry by entry from its definition. */
function byDefinition(features: Float64Array, labels: Int32Array, { means, dimension: d }: ClassStatistics) {
  return matrix(d, d, (i, j) => {
    let sum = 0;
    labels.forEach((label, n) => {
      sum += (features[n * d + i]! - means[label * d + i]!) * (features[n * d + j]! - means[label * d + j]!);
    });
    return sum / labels.length;
  });
}

/** Largest difference beside the largest entry. */
function difference(a: Float64Array, b: Float64Array): number {
  const size = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  assert.equal(a.length, b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0) / size;
}

/** What an engine would compute: Xᵀ X of the filled rows. */
function product(rows: Float64Array, count: number, d: number): Float64Array {
  return matrix(d, d, (i, j) => {
    let sum = 0;
    for (let n = 0; n < count; n++) sum += rows[n * d + i]! * rows[n * d + j]!;
    return sum;
  });
}

describe('the within-class covariance', () => {
  for (const [counts, d] of [
    [[5, 4, 3], 5],
    [[40, 1, 300], 70],
    [[1100, 1200], 3],
    [[3, 2], 1],
    [[30, 31, 32], 131],
  ] as const) {
    it(`is its definition: ${counts.join(', ')} samples, d=${d}`, () => {
      const { features, labels } = portableLayer(counts, d, 0.7, 3);
      const statistics = statisticsOf(features, labels, counts.length, d);
      const sums = new CovarianceSums(statistics);
      sums.add(features, labels, labels.length);
      const { dimension, matrix: found } = sums.finish();
      assert.equal(dimension, d);
      assert.ok(difference(found, byDefinition(features, labels, statistics)) < 1e-13);
      for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) assert.equal(found[i * d + j], found[j * d + i]);
      let trace = 0;
      for (let i = 0; i < d; i++) trace += found[i * d + i]!;
      assert.ok(Math.abs(trace / statistics.traceWithin - 1) < 1e-12);
    });
  }

  it('does not depend on batches, shards, kinds of arrays or who multiplies', async () => {
    const { features, labels } = portableLayer([900, 700, 1400], 12, 0.7, 1);
    const rounded = Float32Array.from(features);
    const statistics = statisticsOf(Float64Array.from(rounded), labels, 3, 12);
    const whole = new CovarianceSums(statistics);
    whole.add(rounded, labels, 3000);
    const expected = whole.finish().matrix;

    const shards = [0, 1].map(() => new CovarianceSums(statistics));
    for (let start = 0, s = 0; start < 3000; start += 37, s = 1 - s) {
      const rows = Math.min(37, 3000 - start);
      shards[s]!.add(rounded, labels.subarray(start, start + rows), rows, start * 12);
    }
    shards[0]!.merge(shards[1]!);
    assert.equal(shards[0]!.rows, 3000);
    assert.ok(difference(shards[0]!.finish().matrix, expected) < 1e-12);

    for (const later of [false, true]) {
      let blocks = 0;
      const elsewhere = new CovarianceSums(statistics);
      for (const [start, rows] of [
        [0, 1300],
        [1300, 1700],
      ] as const) {
        await elsewhere.addThrough(
          (block, count, d) => {
            blocks += 1;
            const found = product(block, count, d);
            return later ? Promise.resolve(found) : found;
          },
          rounded,
          labels.subarray(start, start + rows),
          rows,
          start * 12,
        );
      }
      assert.equal(blocks, 2);
      assert.ok(difference(elsewhere.finish().matrix, expected) < 1e-12);
    }
  });

  it('keeps four digits where the classes are 1e-12 wide', () => {
    const random = randomNumbers(3);
    const [K, d] = [5, 12];
    const labels = Int32Array.from({ length: 500 }, (_, i) => i % K);
    const centres = matrix(K, d, random);
    const noise = matrix(500, d, random);
    const tight = matrix(500, d, (i, j) => centres[labels[i]! * d + j]! + 1e-12 * noise[i * d + j]!);
    const found = [tight, noise].map((values) => {
      const sums = new CovarianceSums(statisticsOf(values, labels, K, d));
      sums.add(values, labels, 500);
      return sums.finish().matrix;
    });
    assert.ok(
      difference(
        found[0]!.map((value) => value * 1e24),
        found[1]!,
      ) < 1e-4,
    );
  });

  it('refuses what does not fit', async () => {
    const { features, labels } = portableLayer([2, 2], 3, 1, 0);
    const statistics = statisticsOf(features, labels, 2, 3);
    const sums = new CovarianceSums(statistics);
    assert.throws(() => sums.finish(), /no rows/);
    assert.throws(() => sums.add(features, Int32Array.of(2), 1), /label 2 is not one of 2/);
    assert.throws(() => sums.add(features, labels, 5), /5 rows/);
    const other = new CovarianceSums(statisticsOf(features, labels, 2, 3));
    assert.throws(() => sums.merge(other), /same statistics/);
    const gap = new CovarianceSums(statisticsOf(features, labels, 3, 3));
    assert.throws(() => gap.add(features, Int32Array.of(2), 1), /class 2 has no mean/);
    assert.throws(() => new CovarianceSums({ ...statistics, dimension: 2049 }), /limit is 2048/);
    const long = new Int32Array(1100);
    const wrong = new CovarianceSums(statistics);
    await assert.rejects(
      wrong.addThrough(() => new Float64Array(4), new Float64Array(3300), long, 1100),
      /4 values is not 3×3/,
    );
  });
});
