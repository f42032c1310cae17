import assert from 'node:assert/strict';
import { ClassMoments } from '../../../src/statistics/class-moments';
import { TagMoments } from '../../../src/statistics/tag-moments';
import { MOST_SETS, TagSets } from '../../../src/statistics/tag-sets';
import type { TagStatistics } from '../../../src/statistics/tag-statistics';
import { TagVariance } from '../../../src/statistics/tag-variance';
import { matrix, randomNumbers } from '../metrics/layer';
import { assertClose, tagsOf, tagStatistics } from '../metrics/outputs';

const SETS = [[2], [0, 1], [0], [1, 0], [], [2], [0, 1, 2], [1, 2], [0], [0, 1, 2, 3, 4, 5], [1, 2]];

describe('sets of labels', () => {
  it('are told apart by their classes, in any order, and grouped by size', () => {
    const tags = tagsOf(SETS);
    const sets = new TagSets(tags, 6, 3);
    assert.deepEqual(sets.sizes, [
      { size: 1, sets: [[0], [2]] },
      {
        size: 2,
        sets: [
          [0, 1],
          [1, 2],
        ],
      },
      { size: 3, sets: [[0, 1, 2]] },
    ]);
    assert.deepEqual(sets.placeOf(tags, 3), { group: 1, set: 0 });
    assert.equal(sets.placeOf(tags, 4), undefined); // no class
    assert.equal(sets.placeOf(tags, 9), undefined); // more classes than are measured
  });

  it('are the most frequent where there are too many, but all of one class', () => {
    const seen: number[][] = [];
    for (let a = 0; a < 60; a++) for (let b = a + 1; b < 60; b++) seen.push([a, b]);
    seen.push([58, 59], [58, 59], [57, 59]);
    for (let a = 0; a < 60; a++) seen.push([a]);
    const [alone, pairs] = new TagSets(tagsOf(seen), 60, 4).sizes;
    assert.equal(alone!.sets.length, 60);
    assert.equal(pairs!.sets.length, MOST_SETS);
    assert.deepEqual(pairs!.sets.slice(-2), [
      [57, 59],
      [58, 59],
    ]);
    // Wide layers keep fewer, so that the means stay within their memory.
    assert.equal(new TagSets(tagsOf(seen), 60, 2 ** 20).sizes[1]!.sets.length, 4);
  });

  it('refuse a class that is not there', () => {
    assert.throws(() => new TagSets(tagsOf([[0], [3]]), 3, 2), /class 3 of row 1/);
    assert.throws(() => new TagSets(tagsOf([[-1]]), 3, 2), RangeError);
  });
});

describe('tag moments', () => {
  const d = 4;
  const random = randomNumbers(2);
  const features = matrix(SETS.length, d, random);
  const logits = matrix(SETS.length, 6, random);

  it('are class moments with the sets as classes', () => {
    const { multiplicities } = tagStatistics({ classes: 6, dimension: d, features, sets: SETS });
    assert.deepEqual(
      multiplicities.map(({ size, statistics }) => [size, Array.from(statistics.counts)]),
      [
        [1, [2, 2]],
        [2, [2, 2]],
        [3, [1]],
      ],
    );
    const rows = [1, 3, 7, 10];
    const own = new ClassMoments(2, d);
    own.add(
      matrix(4, d, (i, j) => features[rows[i]! * d + j]!),
      Int32Array.of(0, 0, 1, 1),
      4,
    );
    const expected = own.finish();
    const { statistics } = multiplicities[1]!;
    assert.deepEqual(statistics.means, expected.means);
    assert.equal(statistics.traceWithin, expected.traceWithin);
    assert.equal(statistics.span!.within!.length, 1);
  });

  it('sum the cross-entropy over all labels of a sample, and leave samples without any out', () => {
    const { pickAllLoss } = tagStatistics({ classes: 6, dimension: d, features, sets: SETS, logits });
    let sum = 0;
    SETS.forEach((set, i) => {
      const row = Array.from(logits.subarray(i * 6, i * 6 + 6));
      const total = Math.log(row.reduce((all, z) => all + Math.exp(z), 0));
      for (const k of set) sum += total - row[k]!;
    });
    assertClose(pickAllLoss, sum / 10, 1e-13, 'loss');
    assert.equal(tagStatistics({ classes: 6, dimension: d, features, sets: SETS }).pickAllLoss, undefined);
  });

  for (const scale of [1, 1e-6]) {
    it(`merge in any sharding, spread ${scale}`, () => {
      const next = randomNumbers(6);
      const sets = Array.from({ length: 240 }, (_, i) => (i % 3 === 0 ? [i % 4] : [i % 4, 4 + (i % 2)]));
      const h = matrix(240, d, (i, j) => sets[i]!.reduce((sum, k) => sum + Math.cos(5 * k + j), 0) + scale * next());
      const z = matrix(240, 6, next);
      const whole = tagStatistics({ classes: 6, dimension: d, features: h, sets, logits: z });
      const tags = tagsOf(sets);
      const known = new TagSets(tags, 6, d);
      const part = (from: number, to: number) => ({
        starts: tags.starts.subarray(from, to + 1),
        indices: tags.indices,
      });
      const first = new TagMoments(known);
      const bounds = [0, 7, 100, 240];
      for (let s = 0; s < 3; s++) {
        const [from, to] = [bounds[s]!, bounds[s + 1]!];
        const shard = new TagMoments(known);
        shard.add(h, part(from, to), to - from, z.subarray(from * 6, to * 6), from * d);
        first.merge(shard);
      }
      const statistics = first.finish();
      const second = new TagVariance(known, statistics);
      for (let s = 0; s < 3; s++) {
        const [from, to] = [bounds[s]!, bounds[s + 1]!];
        const shard = new TagVariance(known, statistics);
        shard.add(Float32Array.from(h.subarray(from * d, to * d)), part(from, to), 0);
        shard.add(h, part(from, to), to - from, from * d);
        second.merge(shard);
      }
      const merged = second.finish();
      assertClose(merged.pickAllLoss, whole.pickAllLoss!, 1e-12, 'loss');
      whole.multiplicities.forEach(({ statistics: a }, m) => {
        const b = merged.multiplicities[m]!.statistics;
        assert.deepEqual(b.counts, a.counts);
        assertClose(b.traceWithin / a.traceWithin, 1, Math.max(1e-12, 1e-20 / scale ** 2), 'tr Σ_W');
        assertClose(b.traceBetween, a.traceBetween, 1e-12, 'tr Σ_B');
        a.span!.within!.forEach((value, r) => assertClose(b.span!.within![r]! / value, 1, 1e-8, `within ${r}`));
      });
    });
  }

  it('cut the span at rank K−1, and keep four digits near collapse', () => {
    // Sums of three single means that add up to zero: rank 2; deviations of ±σ in every feature, σ²/between about 1e-12.
    const sigma = 2 ** -20;
    const corners = [
      [1, 0, 0, 0],
      [-0.5, Math.sqrt(0.75), 0, 0],
      [-0.5, -Math.sqrt(0.75), 0, 0],
    ];
    const kinds = [[0], [1], [2], [0, 1], [0, 2], [1, 2]];
    const sets = Array.from({ length: 48 }, (_, i) => kinds[i % 6]!);
    const h = matrix(48, d, (i, j) => {
      const sign = Math.floor(i / 6) % 2 === 0 ? 1 : -1;
      return sets[i]!.reduce((sum, k) => sum + corners[k]![j]!, 1) + sign * sigma;
    });
    const found = tagStatistics({ classes: 3, dimension: d, features: h, sets });
    const { span, traceWithin } = found.multiplicities[1]!.statistics;
    assert.equal(span!.rank, 2);
    assertClose(traceWithin / (d * sigma * sigma), 1, 1e-4, 'tr Σ_W');
    // Along (1,1,1,1)σ: ⟨v,1⟩² summed over an orthonormal basis of the plane is 2.
    assertClose((span!.within![0]! + span!.within![1]!) / (2 * sigma * sigma), 1, 1e-4, 'within the plane');
  });

  it('tell the first row that is not finite, counted over all rows', () => {
    const broken = features.slice();
    broken[7 * d + 1] = Number.NaN;
    broken[8 * d] = Infinity;
    const tags = tagsOf(SETS);
    const moments = new TagMoments(new TagSets(tags, 6, d));
    moments.add(features, tags, SETS.length);
    moments.add(broken, tags, SETS.length);
    assert.deepEqual(moments.firstNonFinite, { row: SETS.length + 7, label: 1 });
  });

  it('refuse what does not fit', () => {
    const tags = tagsOf(SETS);
    const sets = new TagSets(tags, 6, d);
    const moments = new TagMoments(sets);
    assert.throws(() => moments.add(features, tags, SETS.length + 1), RangeError);
    assert.throws(() => moments.add(features.subarray(1), tags, SETS.length), RangeError);
    assert.throws(() => moments.add(features, tags, SETS.length, logits.subarray(1)), RangeError);
    assert.throws(() => moments.merge(new TagMoments(new TagSets(tags, 6, d))), RangeError);
    const bare: TagStatistics = { classes: 6, multiplicities: [{ size: 1, sets: [[0]], statistics: single() }] };
    assert.throws(() => new TagVariance(sets, bare), RangeError);
  });
});

function single() {
  const moments = new ClassMoments(1, 4);
  moments.add(Float64Array.of(1, 2, 3, 4), Int32Array.of(0), 1);
  return moments.finish();
}
