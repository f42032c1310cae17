import assert from 'node:assert/strict';
import { LogitMoments } from '../../../src/statistics/logit-moments';
import type { LogitStatistics } from '../../../src/statistics/logit-statistics';
import { matrix, randomNumbers } from '../metrics/layer';
import { assertClose } from '../metrics/outputs';

function of(logits: Float32Array | Float64Array, labels: readonly number[], K: number): LogitStatistics {
  const moments = new LogitMoments(K);
  moments.add(logits, Int32Array.from(labels), labels.length);
  return moments.finish();
}

function assertSame(a: LogitStatistics, b: LogitStatistics, relative: number): void {
  assert.deepEqual(a.correct, b.correct);
  assert.equal(a.margins.min, b.margins.min);
  const numbers = ({
    statistics,
    centred,
    margins,
    crossEntropy,
    calibrationError,
    interpolation,
  }: LogitStatistics) => [
    margins.mean,
    margins.deviation,
    crossEntropy,
    calibrationError,
    interpolation.along,
    interpolation.squares,
    statistics.traceWithin,
    statistics.traceBetween,
    centred!.traceWithin,
    centred!.traceBetween,
  ];
  numbers(a).forEach((value, i) => assertClose(value, numbers(b)[i]!, relative, `number ${i}`));
}

describe('logit moments', () => {
  it('survive logits whose exponentials overflow and underflow', () => {
    const { crossEntropy, calibrationError, margins } = of(Float64Array.of(1e4, 0, -1e4, -1e5, 1e5, 0), [0, 0], 3);
    assert.equal(margins.min, -2e5);
    assert.equal(crossEntropy, 1e5); // 0 and 2·10⁵, over two samples
    assert.equal(calibrationError, 0.5); // sure of both, right once
  });

  it('keep a loss that is smaller than the rounding of the logits', () => {
    const { crossEntropy } = of(Float64Array.of(60, 0, 0), [0], 3);
    assertClose(crossEntropy / Math.exp(-60), 2, 1e-12, 'cross-entropy over e^−60');
  });

  it('give ties to the smaller class', () => {
    const { correct, margins } = of(Float64Array.of(1, 1, 0, 1, 1, 0), [0, 1], 3);
    assert.deepEqual(Array.from(correct), [1, 0, 0]);
    assert.equal(margins.min, 0);
  });

  it('put a confidence on an edge into the bin below, and 1 into the last', () => {
    // Two classes at even odds: ½ lies inside (7/15, 8/15]; a third of three lies on the edge 5/15.
    assertClose(of(Float64Array.of(0, 0), [0], 2).calibrationError, 0.5, 1e-15, 'one right at ½');
    // Right at 1/3 on the edge and wrong a little above: apart, each bin's own difference counts.
    const above = Math.log(0.34 / 0.33);
    const { calibrationError } = of(Float64Array.of(0, 0, 0, above, 0, 0), [0, 1], 3);
    assertClose(calibrationError, (2 / 3 + 0.34) / 2, 1e-12, 'in two bins');
    // 1 − 1e-3 and 1 share the last bin: right and wrong cancel.
    const near = Math.log(1 / 1e-3 - 1);
    const both = of(Float64Array.of(near, 0, 800, 0), [0, 1], 2).calibrationError;
    assertClose(both, Math.abs(1 - (1 - 1e-3 + 1)) / 2, 1e-12, 'in the last bin');
  });

  it('take a single output as two columns', () => {
    const z = [3, -1, 0.5];
    const found = of(Float64Array.from(z.flatMap((value) => [-value / 2, value / 2])), [1, 1, 0], 2);
    assert.deepEqual(Array.from(found.correct), [0, 1]);
    assert.equal(found.margins.min, -1);
    const softplus = (x: number) => Math.log1p(Math.exp(x));
    assertClose(found.crossEntropy, (softplus(-3) + softplus(1) + softplus(0.5)) / 3, 1e-14, 'cross-entropy');
  });

  for (const scale of [1, 1e-6, 1e-12]) {
    it(`merge in any sharding, spread ${scale}`, () => {
      const random = randomNumbers(4);
      const K = 5;
      const labels = Array.from({ length: 200 }, () => Math.floor((random() + 0.5) * K));
      const logits = matrix(200, K, (i, k) => (k === labels[i] ? 6 : 0) + Math.cos(3 * k) + scale * random());
      const whole = of(logits, labels, K);
      for (const cuts of [[100], [1, 7, 199], [50, 100, 150]]) {
        const bounds = [0, ...cuts, 200];
        const merged = new LogitMoments(K);
        for (let s = 0; s + 1 < bounds.length; s++) {
          const shard = new LogitMoments(K);
          const [from, to] = [bounds[s]!, bounds[s + 1]!];
          shard.add(logits, Int32Array.from(labels.slice(from, to)), to - from, from * K);
          merged.merge(shard);
        }
        assertSame(merged.finish(), whole, 1e-12);
      }
    });
  }

  it('keep four digits of the spread near collapse', () => {
    // Margins 6 ± σ and logits ± σ/2: within over between is about 1e-12.
    const sigma = 2 ** -19;
    const labels = Array.from({ length: 40 }, (_, i) => i % 2);
    const logits = matrix(40, 2, (i, k) => ((k === i % 2 ? 1 : -1) * (6 + ((i >> 1) % 2 === 0 ? 1 : -1) * sigma)) / 2);
    const { statistics, margins } = of(logits, labels, 2);
    assertClose(margins.deviation / sigma, 1, 1e-9, 'deviation');
    assertClose(statistics.traceWithin / (sigma * sigma), 0.5, 1e-9, 'tr Σ_W');
  });

  it('read float32 rows inside larger arrays, in blocks', () => {
    const random = randomNumbers(8);
    const K = 300; // more rows than one block holds
    const labels = Array.from({ length: 150 }, (_, i) => i % K);
    const logits = Float32Array.from({ length: 150 * K + 9 }, random);
    const inside = new LogitMoments(K);
    inside.add(logits, Int32Array.from(labels), 150, 4);
    assertSame(inside.finish(), of(Float64Array.from(logits.subarray(4, 4 + 150 * K)), labels, K), 1e-14);
  });

  it('tell the first row that is not finite, and refuse what does not fit', () => {
    const moments = new LogitMoments(2);
    moments.add(Float64Array.of(0, 1, Number.NaN, 1), Int32Array.of(0, 1), 2);
    assert.deepEqual(moments.firstNonFinite, { row: 1, label: 1 });
    assert.throws(() => moments.add(Float64Array.of(0, 1), Int32Array.of(2), 1), RangeError);
    assert.throws(() => moments.add(Float64Array.of(0), Int32Array.of(0), 1), RangeError);
    assert.throws(() => new LogitMoments(3).finish(), RangeError);
    assert.throws(() => moments.merge(new LogitMoments(3)), RangeError);
  });
});
