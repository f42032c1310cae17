import assert from 'node:assert/strict';
import type { MetricInput } from '../../../src/metrics/metric';
import { measureAll } from '../../../src/metrics/registry';
import { matrix, metricInput, portableLayer, randomNumbers, rotated, rotation, type Layer } from './layer';

const CLASSES = 5;
const WIDTH = 6;
const base = portableLayer([9, 3, 8, 2, 4], WIDTH, 0.5, 0.3);

function values(layer: Layer, training: MetricInput['training'] = { loss: 'mse' }): Record<string, number> {
  return measureAll({ ...metricInput(layer), training }).metrics;
}

function same(changed: Layer, except: RegExp, training?: MetricInput['training']): void {
  const before = values(base, training);
  const after = values(changed, training);
  let compared = 0;
  for (const [id, value] of Object.entries(before)) {
    if (except.test(id)) continue;
    compared += 1;
    const change = Math.abs(after[id]! - value);
    assert.ok(change <= 1e-10 * Math.max(1e-3, Math.abs(value)), `${id}: ${value} → ${after[id]}`);
  }
  assert.ok(compared > 20, `${compared} compared`);
}

describe('measures of geometry stay the same', () => {
  it('under rotation of the feature space', () => {
    const q = rotation(WIDTH, 3);
    same({ ...base, features: rotated(base.features, q, WIDTH), weight: rotated(base.weight!, q, WIDTH) }, /^$/);
  });

  it('under scaling of features and classifier, but for what is said to have a size', () => {
    const features = base.features.map((value) => 64 * value);
    const scaled = { ...base, features, weight: base.weight!.map((value) => value / 7) };
    same(scaled, /^(lpm\.energy|nc\.bias|snc\.|nc4|accuracy)/);
    const energies = [values(base), values(scaled)];
    assert.ok(Math.abs(energies[1]!['lpm.energyH']! / energies[0]!['lpm.energyH']! - 4096) < 1e-9);
    assert.ok(Math.abs(energies[1]!['lpm.energyW']! / energies[0]!['lpm.energyW']! - 1 / 49) < 1e-9);
  });

  it('under scaling of single rows, where only directions count', () => {
    const weight = base.weight!.map((value, at) => value * (1 + Math.floor(at / WIDTH)));
    const features = base.features.map((value, at) => value * (1 + (Math.floor(at / WIDTH) % 4)));
    const before = values(base);
    const after = values({ ...base, weight, features });
    for (const id of Object.keys(before).filter((key) => /^(gnc|sphere\.nc)/.test(key))) {
      assert.ok(Math.abs(after[id]! - before[id]!) < 1e-10, `${id}: ${before[id]} → ${after[id]}`);
    }
  });

  it('under a shift of the features, where they are centred', () => {
    const shifted = base.features.map((value, at) => value + Math.sin(at % WIDTH));
    same(
      { ...base, features: shifted },
      /frame|cosMean|energyH|nc\.bias|snc\.|gnc|sphere\.n|discrimination|nc4|^accuracy|ncc\.mismatch|ncc\.gap|margin|logits|calibration|^mse|central|snr/,
    );
  });

  it('when the classes are numbered otherwise', () => {
    const order = [2, 0, 4, 1, 3];
    const weight = matrix(CLASSES, WIDTH, (k, j) => base.weight![order.indexOf(k) * WIDTH + j]!);
    const bias = Float64Array.from({ length: CLASSES }, (_, k) => base.bias![order.indexOf(k)]!);
    same({ ...base, labels: base.labels.map((label) => order[label]!), weight, bias }, /^$/);
  });

  it('when the samples come in another order', () => {
    const random = randomNumbers(11);
    const keys = Array.from(base.labels, () => random());
    const order = keys.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
    const features = matrix(order.length, WIDTH, (i, j) => base.features[order[i]! * WIDTH + j]!);
    same({ ...base, features, labels: Int32Array.from(order, (i) => base.labels[i]!) }, /^$/);
  });
});

describe('measures of geometry stay in their range', () => {
  const ranges: [RegExp, (K: number) => [number, number]][] = [
    [/^nc2\..*\.etf$|^sphere\.nc2$/, () => [0, Math.SQRT2]],
    [/^nc3\.(etf|frame)$|^sphere\.nc3$|^gnc3$|^gnc2\.(oneVs|means)/, () => [0, 2]],
    [/^nc2\..*\.frame$|^dnc\.frame$/, (K) => [0, Math.sqrt(2 - 2 / Math.sqrt(K))]],
    [/^nc2\.means\.cosMean$/, (K) => [-1 / (K - 1), 1]],
    [/^nc2\.floor$/, () => [0, Math.SQRT2]],
    [/^gnc2\.ratio$|^lpm\.minoritySpread$|^snc\.(balance|subspace)$/, () => [0, 1]],
    [/^lpm\.minorityCosine/, () => [-1, 1]],
    [/^imbalance\.ratio$/, () => [1, Infinity]],
    [/^sphere\.energy$/, (K) => [Math.log(1 + (K - 1) * Math.exp(-K / (K - 1))), Math.log(K)]],
    [/^sphere\.energyGap$/, (K) => [0, Math.log(K)]],
    [/^discrimination$/, (K) => [0, K / (K - 1)]],
    [/^(gnc1|sphere\.nc1|sphere\.normCv|snc\.|lpm\.energy|nc\.bias|cdnv|compression)/, () => [0, Infinity]],
  ];

  it('for 200 random layers of every shape', () => {
    const random = randomNumbers(42);
    const seen = new Set<string>();
    for (let round = 0; round < 200; round++) {
      const K = 2 + Math.floor((random() + 0.5) * 7);
      const d = 1 + Math.floor((random() + 0.5) * 8);
      const counts = Array.from({ length: K }, () => (round % 3 === 0 ? 3 : 1 + Math.floor((random() + 0.5) * 6)));
      const labels = Int32Array.from(counts.flatMap((count, k) => new Array<number>(count).fill(k)));
      const size = 10 ** (12 * random());
      const features = matrix(labels.length, d, () => size * (random() + (round % 4)));
      const bias = Float64Array.from({ length: K }, random);
      const layer = { classes: K, dimension: d, features, labels, weight: matrix(K, d, random), bias };
      const { metrics, notApplicable } = measureAll({ ...metricInput(layer), training: { loss: 'mse' } });
      for (const reason of Object.values(notApplicable ?? {})) assert.doesNotMatch(reason, /not a finite number/);
      for (const [id, value] of Object.entries(metrics)) {
        const range = ranges.find(([pattern]) => pattern.test(id))?.[1](K);
        if (!range) continue;
        seen.add(id);
        const [low, high] = range;
        assert.ok(
          value >= low - 1e-12 && value <= high + 1e-12,
          `${id} = ${value} outside [${low}, ${high}], K=${K} d=${d}`,
        );
      }
    }
    assert.ok(seen.size >= 36, [...seen].join(' '));
  });
});
