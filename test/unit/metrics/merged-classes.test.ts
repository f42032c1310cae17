import assert from 'node:assert/strict';
import { mergedClasses } from '../../../src/metrics/merged-classes';

/** Rows of a simplex ETF in K dimensions, K×K, all shifted by the same vector. */
function simplex(K: number, shift = 0): Float64Array {
  return Float64Array.from({ length: K * K }, (_, i) => (Math.floor(i / K) === i % K ? 1 : 0) - 1 / K + shift);
}

function alike(weight: Float64Array, K: number, from: number, to: number, noise: number): void {
  for (let j = 0; j < K; j++) weight[to * K + j] = weight[from * K + j]! + noise * (j % 2 === 0 ? 1 : -1);
}

describe('merged classes', () => {
  it('are none in a simplex, whatever all rows have in common', () => {
    assert.deepEqual(mergedClasses(simplex(6), 6, 6), []);
    assert.deepEqual(mergedClasses(simplex(6, 50), 6, 6), []);
  });

  it('are found with the least cosine of their group', () => {
    const weight = simplex(6);
    alike(weight, 6, 3, 4, 0.02);
    alike(weight, 6, 3, 5, -0.02);
    const [group, ...others] = mergedClasses(weight, 6, 6);
    assert.deepEqual(group?.classes, [3, 4, 5]);
    assert.deepEqual(others, []);
    const centred = [4, 5].map((k) => {
      const mean = (j: number): number => [0, 1, 2, 3, 4, 5].reduce((sum, c) => sum + weight[c * 6 + j]! / 6, 0);
      return Array.from({ length: 6 }, (_, j) => weight[k * 6 + j]! - mean(j));
    });
    const dot = (a: number[], b: number[]): number => a.reduce((sum, value, j) => sum + value * b[j]!, 0);
    const [u, v] = centred as [number[], number[]];
    assert.ok(Math.abs(group.cosine - dot(u, v) / Math.sqrt(dot(u, u) * dot(v, v))) < 1e-12);
  });

  it('are not looked for where K > d + 1, and rows that are zero belong to none', () => {
    assert.deepEqual(mergedClasses(new Float64Array(8).fill(1), 8, 1), []);
    assert.deepEqual(mergedClasses(new Float64Array(9).fill(1), 3, 3), []);
  });
});
