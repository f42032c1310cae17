import assert from 'node:assert/strict';
import { ClassMoments } from '../../../src/statistics/class-moments';
import type { ClassStatistics } from '../../../src/statistics/class-statistics';
import { analyseSpan } from '../../../src/statistics/mean-span';
import { SecondPass } from '../../../src/statistics/second-pass';
import { matrix, portableLayer, randomNumbers, rotation } from '../metrics/layer';

function statisticsOf(features: Float64Array, labels: Int32Array, K: number, d: number): ClassStatistics {
  const moments = new ClassMoments(K, d);
  moments.add(features, labels, labels.length);
  return moments.finish();
}

/** argmin_c ‖h−μ_c‖ by the distances themselves. */
function nearestByDistance(
  features: Float64Array,
  { classes, dimension: d, means, counts }: ClassStatistics,
): number[] {
  return Array.from({ length: features.length / d }, (_, i) => {
    let best = -1;
    let least = Infinity;
    for (let c = 0; c < classes; c++) {
      if (counts[c] === 0) continue;
      let square = 0;
      for (let j = 0; j < d; j++) square += (features[i * d + j]! - means[c * d + j]!) ** 2;
      if (square < least) {
        least = square;
        best = c;
      }
    }
    return best;
  });
}

function share(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).filter((value, i) => value === b[i]).length / a.length;
}

describe('the second pass', () => {
  for (const [K, d, spread] of [
    [3, 5, 2],
    [7, 3, 1],
    [12, 40, 3],
    [30, 7, 1],
    [2, 1, 2],
  ] as const) {
    for (const withSpan of [true, false]) {
      it(`finds the nearest centres: K=${K}, d=${d}, ${withSpan ? 'along the span' : 'along the means'}`, () => {
        const random = randomNumbers(K * d);
        const labels = Int32Array.from({ length: 20 * K }, (_, i) => i % K);
        const features = matrix(labels.length, d, (i, j) => Math.cos(1 + 5 * labels[i]! + 3 * j) + spread * random());
        const statistics = statisticsOf(features, labels, K, d);
        const nearest = nearestByDistance(features, statistics);
        const pass = new SecondPass(statistics, withSpan ? { span: analyseSpan(statistics) } : {});
        pass.add(features, labels, labels.length, Int32Array.from(nearest));
        const { nearestCentre } = pass.finish();
        assert.equal(nearestCentre.accuracy, share(nearest, labels));
        assert.equal(nearestCentre.mismatch, 0);
        assert.ok(nearestCentre.accuracy < 1 && nearestCentre.accuracy > 1 / K);
      });
    }
  }

  it('counts against the network only where its decisions are given', () => {
    const { features, labels } = portableLayer([5, 4, 3], 5, 2, 0.3);
    const statistics = statisticsOf(features, labels, 3, 5);
    const without = new SecondPass(statistics);
    without.add(features, labels, 12);
    assert.deepEqual(Object.keys(without.finish().nearestCentre), ['accuracy']);
    // The published predictions of that vector.
    const network = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 2, 0);
    const pass = new SecondPass(statistics, { span: analyseSpan(statistics) });
    pass.add(features, labels, 12, network);
    assert.equal(pass.finish().nearestCentre.mismatch, 5 / 12);
  });

  it('measures the variance along each direction', () => {
    const { features, labels } = portableLayer([6, 5, 4, 7], 9, 0.8, 3);
    const statistics = statisticsOf(features, labels, 4, 9);
    const span = analyseSpan(statistics);
    const pass = new SecondPass(statistics, { span });
    pass.add(Float64Array.from(features), labels, 22);
    const within = pass.finish().span!.within!;
    for (let r = 0; r < span.rank; r++) {
      let sum = 0;
      for (let i = 0; i < 22; i++) {
        let along = 0;
        for (let j = 0; j < 9; j++) {
          along += (features[i * 9 + j]! - statistics.means[labels[i]! * 9 + j]!) * span.directions[r * 9 + j]!;
        }
        sum += along * along;
      }
      assert.ok(Math.abs(within[r]! - sum / 22) < 1e-14);
    }
    assert.equal(span.within, undefined);
  });

  it('gathers the covariance on the span where it is asked for, in shards as in one', () => {
    const { features, labels } = portableLayer([600, 900, 4, 17], 9, 0.8, 3);
    const n = labels.length;
    const statistics = statisticsOf(features, labels, 4, 9);
    const span = analyseSpan(statistics);
    const passes = [0, 1, 2].map(() => new SecondPass(statistics, { span, withinMatrix: true }));
    passes[0]!.add(features, labels, n);
    for (let start = 0, s = 1; start < n; start += 29, s = 3 - s) {
      passes[s]!.add(features, labels.subarray(start), Math.min(29, n - start), undefined, start * 9);
    }
    passes[1]!.merge(passes[2]!);
    for (const pass of passes.slice(0, 2)) {
      const { within, withinMatrix } = pass.finish().span!;
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          let sum = 0;
          for (let i = 0; i < n; i++) {
            const along = (r: number) => {
              let inner = 0;
              for (let j = 0; j < 9; j++) {
                const residual = features[i * 9 + j]! - statistics.means[labels[i]! * 9 + j]!;
                inner += residual * span.directions[r * 9 + j]!;
              }
              return inner;
            };
            sum += along(a) * along(b);
          }
          assert.ok(Math.abs(withinMatrix![a * 3 + b]! - sum / n) < 1e-13);
        }
        assert.ok(Math.abs(withinMatrix![a * 3 + a]! - within![a]!) < 1e-14);
      }
    }
    const plain = new SecondPass(statistics, { span });
    plain.add(features, labels, n);
    assert.equal(plain.finish().span!.withinMatrix, undefined);
    assert.throws(() => plain.merge(passes[0]!), /only one of these/);
  });

  for (const [ratio, tolerance] of [
    [1e-9, 1e-6],
    [1e-12, 1e-4],
  ] as const) {
    it(`keeps digits where the classes are ${ratio} wide`, () => {
      const random = randomNumbers(21);
      const labels = Int32Array.from({ length: 500 }, (_, i) => i % 5);
      const means = matrix(5, 12, random);
      const noise = matrix(500, 12, random);
      const features = matrix(500, 12, (i, j) => means[labels[i]! * 12 + j]! + ratio * noise[i * 12 + j]!);
      // The same noise around means a million times as far apart tells what the values must scale to.
      const wide = matrix(500, 12, (i, j) => 1e6 * means[labels[i]! * 12 + j]! + noise[i * 12 + j]!);
      const nc1 = [features, wide].map((values) => {
        const statistics = statisticsOf(values, labels, 5, 12);
        const pass = new SecondPass(statistics, { span: analyseSpan(statistics) });
        pass.add(values, labels, 500);
        const span = pass.finish().span!;
        return span.within!.reduce((sum, value, r) => sum + value / span.singularValues[r]! ** 2, 0);
      });
      const expected = nc1[1]! * (1e6 * ratio) ** 2;
      assert.ok(Math.abs(nc1[0]! / expected - 1) < tolerance, `${nc1[0]} for ${expected}`);
    });
  }

  it('sees two class means that nearly coincide', () => {
    // Pairs of classes 1e-9 apart among others at distance 1; within them samples lie much closer than that.
    const random = randomNumbers(13);
    const labels = Int32Array.from({ length: 200 }, (_, i) => i % 20);
    const centres = matrix(10, 16, random);
    const centre = (k: number, j: number) => centres[(k >> 1) * 16 + j]! + (j === k % 2 ? 1e-9 : 0);
    const features = matrix(200, 16, (i, j) => centre(labels[i]!, j) + 1e-12 * random());
    const statistics = statisticsOf(features, labels, 20, 16);
    for (const options of [{}, { span: analyseSpan(statistics) }]) {
      const pass = new SecondPass(statistics, options);
      pass.add(features, labels, 200);
      assert.equal(pass.finish().nearestCentre.accuracy, 1);
    }
  });

  it('gives ties to the smaller class, and nothing to classes without samples', () => {
    // Centres at −1 and 1 for classes 1 and 3, class 2 at the same place as class 3, class 0 empty.
    const features = Float64Array.of(-1, 1, 1, -1, 1, 1);
    const labels = Int32Array.of(1, 2, 3, 1, 2, 3);
    const statistics = statisticsOf(features, labels, 4, 1);
    const pass = new SecondPass(statistics);
    pass.add(features, labels, 6, Int32Array.of(1, 2, 2, 1, 2, 2));
    assert.deepEqual(pass.finish().nearestCentre, { accuracy: 4 / 6, mismatch: 0 });
    const other = new SecondPass(statistics);
    // At the centre of all means, where the row of an empty class stands.
    other.add(statistics.globalMean.slice(), Int32Array.of(0), 1, Int32Array.of(2));
    assert.deepEqual(other.finish().nearestCentre, { accuracy: 0, mismatch: 0 });
  });

  it('takes other data with the means of the training data', () => {
    const train = portableLayer([6, 6, 6], 5, 0.5, 0);
    const statistics = statisticsOf(train.features, train.labels, 3, 5);
    const test = matrix(30, 5, randomNumbers(8)).map((value) => 3 * value);
    const labels = Int32Array.from({ length: 30 }, (_, i) => (i * 7) % 3);
    const nearest = nearestByDistance(test, statistics);
    const pass = new SecondPass(statistics);
    pass.add(Float32Array.from(test), labels, 30, labels);
    assert.equal(pass.finish().nearestCentre.accuracy, share(nearest, labels));
    assert.ok(Math.abs(pass.finish().nearestCentre.mismatch! - (1 - share(nearest, labels))) < 1e-15);
  });

  it('does not depend on batches or shards', () => {
    const { features, labels } = portableLayer([50, 40, 30, 60], 300, 30, 1);
    const statistics = statisticsOf(features, labels, 4, 300);
    const span = analyseSpan(statistics);
    const whole = new SecondPass(statistics, { span });
    whole.add(features, labels, 180, labels);
    const shards = [0, 1].map(() => new SecondPass(statistics, { span }));
    for (let start = 0, s = 0; start < 180; start += 11, s = 1 - s) {
      const rows = Math.min(11, 180 - start);
      const part = labels.subarray(start, start + rows);
      shards[s]!.add(features, part, rows, part, start * 300);
    }
    shards[0]!.merge(shards[1]!);
    const [a, b] = [whole.finish(), shards[0]!.finish()];
    assert.deepEqual(a.nearestCentre, b.nearestCentre);
    assert.ok(a.nearestCentre.accuracy < 1);
    a.span!.within!.forEach((value, r) => assert.ok(Math.abs(value - b.span!.within![r]!) < 1e-12 * value));
    assert.throws(() => whole.merge(new SecondPass(statistics)), /same statistics and span/);
  });

  it('equals the covariances near a weak direction', () => {
    // Class means with s_3 = 1e-8 s_1, isotropic ±σ around them: Σ_r within/s_r² = σ²Σ 1/s_r² exactly.
    const [K, d, sigma] = [4, 6, 1e-4];
    const v = rotation(d, 2);
    const left = helmert(K);
    const s = [1, 0.5, 1e-8];
    const mean = (k: number, j: number) => s.reduce((sum, size, r) => sum + left[r]![k]! * size * v[r * d + j]!, 0);
    const labels = Int32Array.from({ length: K * 2 * d }, (_, i) => Math.floor(i / (2 * d)));
    const features = matrix(labels.length, d, (i, j) => {
      const within = i % (2 * d);
      return mean(labels[i]!, j) + (within >> 1 === j ? (within % 2 === 0 ? sigma : -sigma) : 0);
    });
    const statistics = statisticsOf(features, labels, K, d);
    const pass = new SecondPass(statistics, { span: analyseSpan(statistics) });
    pass.add(features, labels, labels.length);
    const span = pass.finish().span!;
    assert.equal(span.rank, 3);
    const nc1 = span.within!.reduce((sum, value, r) => sum + value / span.singularValues[r]! ** 2, 0);
    const expected = (sigma ** 2 / d) * s.reduce((sum, size) => sum + 1 / size ** 2, 0);
    assert.ok(Math.abs(nc1 / expected - 1) < 1e-6, `${nc1} for ${expected}`);
  });

  it('refuses what does not fit', () => {
    const { features, labels } = portableLayer([2, 2], 3, 1, 0);
    const statistics = statisticsOf(features, labels, 2, 3);
    const pass = new SecondPass(statistics);
    assert.throws(() => pass.finish(), /no rows/);
    assert.throws(() => pass.add(features, Int32Array.of(2), 1), /label 2 is not one of 2/);
    assert.throws(() => pass.add(features, labels, 4, Int32Array.of(1)), /only 1 decisions/);
    assert.throws(() => new SecondPass(new ClassMoments(2, 3).finish()), /without any sample/);
  });
});

/** Orthonormal vectors that are orthogonal to (1,…,1). */
function helmert(K: number): number[][] {
  return Array.from({ length: K - 1 }, (_, r) => {
    const scale = 1 / Math.sqrt((r + 1) * (r + 2));
    return Array.from({ length: K }, (_, k) => (k <= r ? scale : k === r + 1 ? -(r + 1) * scale : 0));
  });
}
