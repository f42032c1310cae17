import assert from 'node:assert/strict';
import { measureAll, metrics } from '../../../src/metrics/registry';
import { matrix, measure, metricInput, portableLayer, randomNumbers, rotated, rotation, type Layer } from './layer';

/** Rows of I − J/K in R^d, rotated: a simplex equiangular tight frame. */
function simplex(K: number, d: number, seed: number): Float64Array {
  const flat = matrix(K, d, (k, j) => (j < K ? (j === k ? 1 : 0) - 1 / K : 0));
  return rotated(flat, rotation(d, seed), d);
}

/** Exact collapse: `repeats` equal samples a class, features scaled and shifted, W along the means. */
function collapsed(K: number, d: number, repeats: number, sign = 1): Layer {
  const frame = simplex(K, d, 7);
  const labels = Int32Array.from({ length: K * repeats }, (_, i) => i % K);
  const features = matrix(labels.length, d, (i, j) => 2.5 * frame[labels[i]! * d + j]! + 3 * Math.sin(j + 1));
  const weight = frame.map((value) => sign * 0.7 * value);
  // b = −W μ_G, so that the shift does not decide.
  const bias = Float64Array.from({ length: K }, (_, k) => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum -= weight[k * d + j]! * 3 * Math.sin(j + 1);
    return sum;
  });
  return { classes: K, dimension: d, features, labels, weight, bias };
}

const SIMPLEX_PAPERS = ['papyan2020', 'zhu2021', 'lu2022', 'galanti2021'];

describe('metrics at perfect collapse', () => {
  for (const [K, d] of [
    [2, 3],
    [4, 4],
    [10, 16],
  ] as const) {
    it(`have their limits for K=${K}, d=${d}`, () => {
      const input = metricInput(collapsed(K, d, 3));
      const measured = measureAll(input).metrics;
      for (const metric of metrics) {
        // The source says whether a simplex is its limit, and whether features off the origin can reach it.
        if (!SIMPLEX_PAPERS.includes(metric.papers[0]) || metric.id.endsWith('.test') || !metric.limit) continue;
        if (metric.belongs?.(input) === false) continue;
        // What asks for more than features and classifier has tests of its own.
        const given = ['classifier', 'decisions', 'span', 'nearestCentre', 'withinSpan', 'within', 'next', 'unit'];
        if (metric.needs?.some((need) => !given.includes(need))) continue;
        const value = measured[metric.id];
        assert.ok(value !== undefined, `${metric.id} is missing`);
        assert.ok(Math.abs(value - metric.limit(K)) < 1e-12, `${metric.id}: ${value}`);
      }
      assert.ok(Math.abs(measured['nc1.condition']! - 1) < 1e-12);
    });
  }

  it('see a classifier that points the other way', () => {
    const measured = measure(collapsed(5, 8, 2, -1));
    assert.ok(Math.abs(measured['nc3']! - 4) < 1e-12);
    assert.equal(measured['nc4'], 1);
    assert.ok(measured['nc2.weights.maxAngle']! < 1e-12);
  });
});

describe('metrics stay the same', () => {
  const base = portableLayer([5, 4, 3, 6], 7, 0.8, 0.3);
  const ids = ['nc1', 'nc1.traceRatio', 'nc1.condition', 'nc2.means.normCv', 'nc2.means.cosStd', 'nc2.means.maxAngle'];
  const withClassifier = [
    ...ids,
    'nc2.means.etf',
    'nc2.weights.etf',
    'nc3.etf',
    'sphere.energy',
    'sphere.energyGap',
    'cdnv',
    'compression',
    'nc2.weights.normCv',
    'nc2.weights.cosStd',
    'nc2.weights.maxAngle',
    'nc3',
    'ncc.accuracy',
  ];

  function same(changed: Layer, names: string[]): void {
    const before = measure(base);
    const after = measure(changed);
    for (const id of names) {
      assert.ok(
        Math.abs(after[id]! - before[id]!) <= 1e-10 * Math.max(1e-3, before[id]!),
        `${id}: ${before[id]} → ${after[id]}`,
      );
    }
  }

  it('under rotation of the feature space', () => {
    const q = rotation(7, 3);
    same({ ...base, features: rotated(base.features, q, 7), weight: rotated(base.weight!, q, 7) }, [
      ...withClassifier,
      'nc4',
      'accuracy',
    ]);
  });

  it('under scaling and shifting of the features', () => {
    same({ ...base, features: base.features.map((value, at) => 1e3 * value + (at % 7) * 1e4) }, withClassifier);
  });

  it('when the classes are numbered otherwise', () => {
    const order = [2, 0, 3, 1];
    const weight = matrix(4, 7, (k, j) => base.weight![order.indexOf(k) * 7 + j]!);
    const bias = Float64Array.from({ length: 4 }, (_, k) => base.bias![order.indexOf(k)]!);
    same({ ...base, labels: base.labels.map((label) => order[label]!), weight, bias }, [
      ...withClassifier,
      'nc4',
      'accuracy',
    ]);
  });

  it('when the samples come in another order', () => {
    const random = randomNumbers(11);
    const keys = Array.from(base.labels, () => random());
    const order = keys.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
    const features = matrix(order.length, 7, (i, j) => base.features[order[i]! * 7 + j]!);
    same({ ...base, features, labels: Int32Array.from(order, (i) => base.labels[i]!) }, [
      ...withClassifier,
      'nc4',
      'accuracy',
    ]);
  });
});
