import assert from 'node:assert/strict';
import { CleanMoments, NoiseDistances } from '../../../src/statistics/label-noise-passes';
import { matrix, randomNumbers } from '../metrics/layer';
import { assertClose } from '../metrics/outputs';

const K = 3;
/** One-hot features: the mean of a class lies at its axis. */
function axes(places: readonly number[]): Float64Array {
  return matrix(places.length, K, (i, j) => (places[i] === j ? 1 : 0));
}

function measure(features: Float64Array, given: readonly number[], truth: readonly number[]) {
  const [y, t] = [Int32Array.from(given), Int32Array.from(truth)];
  const clean = new CleanMoments(K, K);
  clean.add(features, y, t, y.length);
  const distances = new NoiseDistances(clean.finish());
  distances.add(features, y, t, y.length);
  return distances.finish();
}

describe('the passes over noisy labels', () => {
  it('find samples at home where nothing is memorised', () => {
    const truth = [0, 1, 2, 0, 1, 0];
    const found = measure(axes(truth), [0, 1, 2, 0, 1, 2], truth);
    assert.deepEqual(
      [found.corrupted, found.share, found.distance, found.progress],
      [1, 1 / 6, { mean: 0, total: 0 }, 0],
    );
    assertClose(found.spread, Math.SQRT2, 1e-15, 'spread');
  });

  it('find them at the class of their label where all is memorised', () => {
    const given = [0, 1, 2, 1, 2, 2];
    const found = measure(axes(given), given, [0, 1, 2, 0, 0, 1]);
    assert.equal(found.corrupted, 3);
    assertClose(found.progress, 1, 1e-15, 'progress');
    assertClose(found.distance.total, 3 * Math.SQRT2, 1e-15, 'total');
    assertClose(found.distance.mean, Math.SQRT2, 1e-15, 'mean');
  });

  it('leave out samples whose true class has no clean sample, and those without a class', () => {
    const found = measure(axes([0, 0, 1, 2, 2]), [0, 1, 1, 0, -1], [0, 0, 1, 2, 2]);
    // Row 1 is at home; row 3 is of a class that was never seen clean.
    assert.deepEqual([found.corrupted, found.share, found.distance.mean, found.progress], [2, 0.5, 0, 0]);
    const none = measure(axes([0, 1]), [0, 2], [0, 1]);
    assert.ok(Number.isNaN(none.distance.mean) && Number.isNaN(none.progress) && Number.isNaN(none.spread));
    assert.equal(none.distance.total, 0);
  });

  for (const scale of [1, 1e-6]) {
    it(`merge in any sharding, spread ${scale}`, () => {
      const random = randomNumbers(3);
      const truth = Int32Array.from({ length: 90 }, (_, i) => i % K);
      const given = truth.map((t, i) => (i % 4 === 1 ? (t + 1) % K : t));
      const features = matrix(90, 6, (i, j) => Math.sin(4 * truth[i]! + j) + scale * random());
      const shards = [0, 11, 50, 90];
      const whole = new CleanMoments(K, 6);
      whole.add(features, given, truth, 90);
      const merged = new CleanMoments(K, 6);
      for (let s = 0; s < 3; s++) {
        const [from, to] = [shards[s]!, shards[s + 1]!];
        const shard = new CleanMoments(K, 6);
        shard.add(features, given.subarray(from, to), truth.subarray(from, to), to - from, from * 6);
        merged.merge(shard);
      }
      const references = whole.finish();
      assert.deepEqual(merged.finish().counts, references.counts);
      merged.finish().means.forEach((value, at) => assertClose(value, references.means[at]!, 1e-12, `mean ${at}`));
      const all = new NoiseDistances(references);
      all.add(features, given, truth, 90);
      const parts = new NoiseDistances(references);
      for (let s = 0; s < 3; s++) {
        const [from, to] = [shards[s]!, shards[s + 1]!];
        const shard = new NoiseDistances(references);
        shard.add(features, given.subarray(from, to), truth.subarray(from, to), to - from, from * 6);
        parts.merge(shard);
      }
      const [a, b] = [all.finish(), parts.finish()];
      assert.deepEqual([b.corrupted, b.share, b.spread], [a.corrupted, a.share, a.spread]);
      assertClose(b.distance.mean / a.distance.mean, 1, 1e-12, 'mean');
      assertClose(b.progress / a.progress, 1, 1e-12, 'progress');
    });
  }

  it('refuse what does not fit', () => {
    const clean = new CleanMoments(K, K);
    assert.throws(() => clean.add(axes([0]), Int32Array.of(3), Int32Array.of(3), 1), RangeError);
    assert.throws(() => clean.add(axes([0]), Int32Array.of(0, 1), Int32Array.of(0), 2), RangeError);
    const distances = new NoiseDistances(clean.finish());
    assert.throws(() => distances.add(axes([0]), Int32Array.of(3), Int32Array.of(0), 1), RangeError);
    assert.throws(() => distances.merge(new NoiseDistances(clean.finish())), RangeError);
  });
});
