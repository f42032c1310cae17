import assert from 'node:assert/strict';
import type { ClassStatistics, MeanSpan } from '../../../src/statistics/class-statistics';
import { analyseSpan, tooCostlySpan } from '../../../src/statistics/mean-span';
import reference from '../../fixtures/metrics/values.json';
import { matrix, randomNumbers, rotation } from '../metrics/layer';

/** Statistics with these centred means (K×d) and nothing else of interest. */
function withMeans(K: number, d: number, centredMeans: Float64Array): ClassStatistics {
  return {
    classes: K,
    dimension: d,
    samples: K,
    counts: new Float64Array(K).fill(1),
    means: centredMeans,
    globalMean: new Float64Array(d),
    centredMeans,
    scatters: new Float64Array(K),
    traceWithin: 0,
    traceBetween: 1,
  };
}

/** Largest entry of |U S Vᵀ − Mc|, |VVᵀ − I| and |UᵀU − I|. */
function defects(span: MeanSpan, K: number, d: number, means: Float64Array) {
  const { rank, singularValues: s, directions: v, left: u } = span;
  let product = 0;
  for (let k = 0; k < K; k++) {
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let r = 0; r < rank; r++) sum += u[k * rank + r]! * s[r]! * v[r * d + j]!;
      product = Math.max(product, Math.abs(sum - means[k * d + j]!));
    }
  }
  let right = 0;
  let left = 0;
  for (let a = 0; a < rank; a++) {
    for (let b = 0; b <= a; b++) {
      let vv = a === b ? -1 : 0;
      for (let j = 0; j < d; j++) vv += v[a * d + j]! * v[b * d + j]!;
      let uu = a === b ? -1 : 0;
      for (let k = 0; k < K; k++) uu += u[k * rank + a]! * u[k * rank + b]!;
      right = Math.max(right, Math.abs(vv));
      left = Math.max(left, Math.abs(uu));
    }
  }
  return { product, right, left };
}

/** Random rows with their mean taken off, so that the rank is at most K−1. */
function centredRandom(K: number, d: number, seed: number): Float64Array {
  const values = matrix(K, d, randomNumbers(seed));
  for (let j = 0; j < d; j++) {
    let mean = 0;
    for (let k = 0; k < K; k++) mean += values[k * d + j]! / K;
    for (let k = 0; k < K; k++) values[k * d + j]! -= mean;
  }
  return values;
}

describe('the span of the class means', () => {
  for (const { rows, columns, decay, singularValues } of reference.spectra) {
    it(`has NumPy's singular values: ${rows}×${columns}, rows shrinking by ${decay}`, () => {
      const means = matrix(rows, columns, (k, j) => Math.sin(1 + 2 * k + 3 * j + k * j) * decay ** k);
      const span = analyseSpan(withMeans(rows, columns, means));
      const cutoff = Math.max(rows, columns) * Number.EPSILON * singularValues[0]!;
      const expected = singularValues.filter((s) => s > cutoff).slice(0, rows - 1);
      assert.equal(span.rank, expected.length);
      expected.forEach((s, r) => {
        assert.ok(
          Math.abs(span.singularValues[r]! - s) <= 1e-14 * singularValues[0]!,
          `s_${r}: ${span.singularValues[r]} for ${s}`,
        );
      });
    });
  }

  for (const [K, d] of [
    [2, 1],
    [2, 5],
    [3, 2],
    [10, 64],
    [64, 10],
    [10, 5000],
    [80, 90],
    [81, 40],
  ] as const) {
    it(`gives Mc back with orthonormal factors for K=${K}, d=${d}`, () => {
      const means = centredRandom(K, d, K + d);
      const span = analyseSpan(withMeans(K, d, means));
      assert.equal(span.rank, Math.min(K - 1, d));
      assert.equal(span.singularValues.length, span.rank);
      assert.equal(span.directions.length, span.rank * d);
      assert.equal(span.left.length, K * span.rank);
      for (let r = 1; r < span.rank; r++) assert.ok(span.singularValues[r]! <= span.singularValues[r - 1]!);
      const { product, right, left } = defects(span, K, d, means);
      assert.ok(product < 1e-14 * K, `product ${product}`);
      assert.ok(right < 2e-14 && left < 2e-14, `V ${right}, U ${left}`);
    });
  }

  for (const smallest of [1e-4, 1e-7, 1e-8, 1e-11]) {
    it(`keeps a direction ${smallest} times as long as the others`, () => {
      // The Gram matrix would hold the square of this: nothing below 1e-8 survives there.
      const K = 8;
      const d = 20;
      const u = rotation(K, 4);
      const v = rotation(d, 5);
      const s = [1, 0.9, 0.8, 0.7, 0.6, 0.5, smallest];
      const means = matrix(K, d, (k, j) => s.reduce((sum, size, r) => sum + u[r * K + k]! * size * v[r * d + j]!, 0));
      const span = analyseSpan(withMeans(K, d, means));
      assert.equal(span.rank, 7);
      s.forEach((size, r) =>
        assert.ok(Math.abs(span.singularValues[r]! - size) < 5e-16 * K, `s_${r} ${span.singularValues[r]}`),
      );
      let cosine = 0;
      for (let j = 0; j < d; j++) cosine += span.directions[6 * d + j]! * v[6 * d + j]!;
      assert.ok(1 - Math.abs(cosine) < (1e-14 / smallest) ** 2 + 1e-14, `direction ${cosine}`);
      assert.ok(defects(span, K, d, means).right < 1e-14);
    });
  }

  it('counts only directions above rounding, and at most those K classes can have', () => {
    const line = matrix(5, 7, (k, j) => (k - 2) * Math.cos(j + 1));
    assert.equal(analyseSpan(withMeans(5, 7, line)).rank, 1);
    // Not centred: the fifth direction is left out all the same.
    assert.equal(analyseSpan(withMeans(5, 7, matrix(5, 7, randomNumbers(2)))).rank, 4);
    assert.equal(analyseSpan(withMeans(5, 7, new Float64Array(35))).rank, 0);
    const missing = withMeans(5, 7, centredRandom(5, 7, 3));
    missing.counts[4] = 0;
    assert.equal(analyseSpan(missing).rank, 3);
  });

  it('works at any scale', () => {
    for (const scale of [1e-170, 1e170]) {
      const means = centredRandom(6, 9, 1).map((value) => value * scale);
      const span = analyseSpan(withMeans(6, 9, means));
      assert.equal(span.rank, 5);
      assert.ok(defects(span, 6, 9, means).product < 1e-14 * scale);
    }
  });

  it('decomposes an exact simplex, where all singular values are equal', () => {
    const K = 60;
    const means = matrix(K, K, (k, j) => (k === j ? 1 : 0) - 1 / K);
    const span = analyseSpan(withMeans(K, K, means));
    assert.equal(span.rank, K - 1);
    assert.ok(span.singularValues.every((s) => Math.abs(s - 1) < 1e-13));
    assert.ok(defects(span, K, K, means).product < 1e-13);
  });

  it('takes a hundred classes in well under a second', () => {
    const started = performance.now();
    analyseSpan(withMeans(100, 512, centredRandom(100, 512, 6)));
    assert.ok(performance.now() - started < 3000, `${performance.now() - started} ms`);
  });
});

describe('the cost of a span', () => {
  it('is borne for what hidden layers usually are, and refused in words beyond', () => {
    for (const [K, d] of [
      [10, 1_600_000],
      [100, 160_000],
      [1000, 8000],
      [10_000, 900],
      [1, 1],
    ] as const) {
      assert.equal(tooCostlySpan(K, d), undefined, `${K}×${d}`);
    }
    for (const [K, d] of [
      [10, 1_800_000],
      [100, 200_000],
      [1000, 100_000],
      [10_000, 2048],
    ] as const) {
      assert.match(tooCostlySpan(K, d)!, new RegExp(`${K} class means in ${d} dimensions`));
    }
  });
});
