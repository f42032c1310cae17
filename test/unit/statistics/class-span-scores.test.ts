import assert from 'node:assert/strict';
import { areaUnderCurve } from '../../../src/statistics/area-under-curve';
import { ClassSpanScores } from '../../../src/statistics/class-span-scores';
import { matrix, portableLayer, randomNumbers, rotated, rotation } from '../metrics/layer';
import { fullStatistics, assertClose } from '../metrics/outputs';

/** Over all pairs. */
function byPairs(known: Float64Array, unknown: Float64Array): number {
  let wins = 0;
  for (const a of known) for (const b of unknown) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / known.length / unknown.length;
}

describe('the area under the curve', () => {
  it('is the share of pairs, ties half', () => {
    const random = randomNumbers(1);
    for (let run = 0; run < 200; run++) {
      const levels = 1 + (run % 12);
      const draw = (length: number) =>
        Float64Array.from({ length }, () => Math.floor((random() + 0.5) * levels) / levels);
      const known = draw(1 + (run % 17));
      const unknown = draw(1 + (run % 23));
      const expected = byPairs(known, unknown);
      assertClose(areaUnderCurve(known, unknown), expected, 1e-14, `run ${run}`);
    }
  });

  it('knows perfect, useless and reversed scores', () => {
    assert.equal(areaUnderCurve(Float64Array.of(2, 3), Float64Array.of(0, 1)), 1);
    assert.equal(areaUnderCurve(Float64Array.of(1, 1), Float64Array.of(1, 1, 1)), 0.5);
    assert.equal(areaUnderCurve(Float64Array.of(0), Float64Array.of(1)), 0);
    assert.ok(Number.isNaN(areaUnderCurve(Float64Array.of(), Float64Array.of(1))));
  });
});

describe('scores along the class means', () => {
  const layer = portableLayer([5, 4, 3], 9, 1.2, 0.2);
  const statistics = fullStatistics(layer);
  const random = randomNumbers(7);
  const unknown = matrix(30, 9, () => 2 * random());

  function scored(known: Float64Array, others: Float64Array, from = statistics) {
    const scores = new ClassSpanScores(from, from.span!);
    scores.addKnown(known, known.length / 9);
    scores.addUnknown(others, others.length / 9);
    return scores.finish();
  }

  it('tell samples in the span of the class means from samples orthogonal to it, without error', () => {
    const basis = rotation(9, 3);
    const { span, globalMean } = statistics;
    // Out of random directions, what is orthogonal to the span.
    const away = matrix(6, 9, (i, j) => {
      let value = basis[i * 9 + j]!;
      for (let r = 0; r < span!.rank; r++) {
        let inner = 0;
        for (let k = 0; k < 9; k++) inner += basis[i * 9 + k]! * span!.directions[r * 9 + k]!;
        value -= inner * span!.directions[r * 9 + j]!;
      }
      return value + globalMean[j]!;
    });
    const { auroc, samples, mean } = scored(statistics.means, away);
    assert.equal(auroc, 1);
    assert.equal(samples, 6);
    for (let j = 0; j < 9; j++) {
      let sum = 0;
      for (let i = 0; i < 6; i++) sum += away[i * 9 + j]! / 6;
      assertClose(mean[j]! + 1, sum + 1, 1e-14, `mean ${j}`);
    }
  });

  it('give ½ to the same samples twice, and rank a sample at the centre last', () => {
    assert.equal(scored(layer.features, layer.features).auroc, 0.5);
    assert.equal(scored(layer.features, statistics.globalMean).auroc, 1);
  });

  it('stay the same under rotation, scaling and shifting', () => {
    const q = rotation(9, 5);
    const moved = (x: Float64Array) => rotated(x, q, 9).map((value, at) => 50 * value + (at % 9));
    const turned = fullStatistics({ ...layer, features: moved(layer.features) });
    const before = scored(layer.features, unknown);
    const after = scored(moved(layer.features), moved(unknown), turned);
    assert.equal(after.auroc, before.auroc);
    assert.ok(before.auroc > 0.5 && before.auroc < 1);
  });

  it('merge in any sharding', () => {
    const whole = scored(layer.features, unknown);
    const merged = new ClassSpanScores(statistics, statistics.span!);
    for (let from = 0; from < 30; from += 10) {
      const shard = new ClassSpanScores(statistics, statistics.span!);
      shard.addKnown(layer.features, 4, Math.floor(from / 10) * 4 * 9);
      shard.addUnknown(unknown, 10, from * 9);
      merged.merge(shard);
    }
    const found = merged.finish();
    assert.equal(found.auroc, whole.auroc);
    found.mean.forEach((value, j) => assertClose(value + 1, whole.mean[j]! + 1, 1e-13, `mean ${j}`));
  });

  it('tell what is not finite, and refuse what does not fit', () => {
    const scores = new ClassSpanScores(statistics, statistics.span!);
    assert.throws(() => scores.finish(), RangeError);
    const broken = unknown.slice(0, 18);
    broken[10] = Number.NaN;
    scores.addUnknown(broken, 2);
    assert.equal(scores.firstNonFinite?.row, 1);
    assert.throws(() => scores.addKnown(unknown, 31), RangeError);
  });
});
