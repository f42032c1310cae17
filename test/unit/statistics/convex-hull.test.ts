import assert from 'node:assert/strict';
import reference from '../../fixtures/metrics/geometry.json';
import { hullDistances, hullWork } from '../../../src/statistics/convex-hull';
import { matrix, randomNumbers, rotated, rotation } from '../metrics/layer';

function distancesOf(points: Float64Array, d: number): Float64Array {
  const { distances, gap } = hullDistances(points, points.length / d, d);
  assert.ok(gap < 1e-11, `gap ${gap}`);
  return distances;
}

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, bar = 1e-12): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= bar, `${i}: ${actual[i]} for ${expected[i]}`);
  }
}

describe('distances from the convex hull of the others', () => {
  for (const { rows, columns, distances } of reference.hulls) {
    it(`equal SciPy's for ${rows} points in ${columns} dimensions`, () => {
      const points = matrix(rows, columns, (k, j) => Math.sin(1 + 3 * k + 5 * j + k * j) + 0.3 * Math.cos(k * k + j));
      close(distancesOf(points, columns), distances, 1e-11);
    });
  }

  it('are known for points on a line, in a square, and for two points', () => {
    close(distancesOf(Float64Array.of(0, 1, 4), 1), [1, 0, 3]);
    close(distancesOf(Float64Array.of(0, 0, 0, 2, 2, 0, 2, 2, 1, 1), 2), [Math.SQRT2, Math.SQRT2, Math.SQRT2, Math.SQRT2, 0]); // prettier-ignore
    close(distancesOf(Float64Array.of(1, 2, 4, 6), 2), [5, 5]);
  });

  it('are 0 for a point inside, on an edge, or that is there twice', () => {
    const points = Float64Array.of(0, 0, 3, 0, 0, 3, 1, 1, 1.5, 1.5, 3, 0);
    close(Array.from(distancesOf(points, 2)).slice(1), [0, Math.hypot(1.5, 1.5), 0, 0, 0], 1e-15);
    assert.equal(hullDistances(Float64Array.of(0.1, 0.2, 0.1, 0.2), 2, 2).distances[0], 0);
  });

  it('do not depend on the frame of reference', () => {
    const random = randomNumbers(8);
    for (const [K, d] of [
      [9, 4],
      [6, 20],
      [30, 7],
    ] as const) {
      const points = matrix(K, d, random);
      const before = distancesOf(points, d);
      const q = rotation(d, 2);
      close(distancesOf(rotated(points, q, d), d), before);
      close(
        distancesOf(
          points.map((value) => 8 * value),
          d,
        ),
        before.map((value) => 8 * value),
      );
      const small = 2 ** -40;
      const shrunk = distancesOf(
        points.map((value) => small * value),
        d,
      );
      close(
        shrunk.map((value) => value / small),
        before,
      );
      const shifted = points.map((value, at) => value + (at % d));
      close(distancesOf(shifted, d), before);
    }
  });

  it('keep their digits where two points nearly coincide', () => {
    // The second is moved off the first by δ, away from all others.
    for (const delta of [1e-4, 1e-8, 1e-12]) {
      const points = Float64Array.of(0, 0, 0, -delta, 1, 0, 0, 1);
      const distances = distancesOf(points, 2);
      assert.ok(Math.abs(distances[1]! / delta - 1) < 1e-12, `${distances[1]}`);
      // Nearest to the first is a point between two others that are further off: at δ(0.6, 0.8).
      const edge = distancesOf(Float64Array.of(0, 0, -0.2 * delta, 1.4 * delta, 2.2 * delta, -0.4 * delta, 1, 1), 2);
      assert.ok(Math.abs(edge[0]! / delta - 1) < 1e-12, `${edge[0]}`);
    }
  });

  it('are bounded from both sides for many random sets', () => {
    const random = randomNumbers(3);
    for (let round = 0; round < 60; round++) {
      const K = 2 + Math.floor((random() + 0.5) * 40);
      const d = 1 + Math.floor((random() + 0.5) * 30);
      const points = matrix(K, d, () => Math.round(4 * random()) + (round % 2 ? random() : 0));
      const { distances, gap } = hullDistances(points, K, d);
      assert.ok(gap < 1e-9, `gap ${gap} for K=${K} d=${d}, round ${round}`);
      for (let k = 0; k < K; k++) {
        let nearest = Infinity;
        for (let j = 0; j < K; j++) {
          if (j === k) continue;
          const difference = points.slice(k * d, (k + 1) * d).map((value, at) => value - points[j * d + at]!);
          nearest = Math.min(nearest, Math.hypot(...difference));
        }
        assert.ok(distances[k]! <= nearest + 1e-12);
      }
    }
  });

  it('are quick for as many points as are asked for', () => {
    const random = randomNumbers(4);
    const points = matrix(1000, 10, random);
    const started = performance.now();
    distancesOf(points, 10);
    assert.ok(performance.now() - started < 10_000);
    assert.ok(hullWork(1000, 10) < 1e9 && hullWork(1000, 512) > 1e11);
  });
});
