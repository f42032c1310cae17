import assert from 'node:assert/strict';
import type { MetricInput } from '../../../src/metrics/metric';
import { measureAll, metricById, metrics } from '../../../src/metrics/registry';
import { matrix, portableLayer, randomNumbers, rotated, rotation, type Layer } from './layer';
import { assertClose, logitsOf, withLogits } from './outputs';

const FAMILIES = ['margin', 'logits', 'calibration', 'interpolation'];
const IDS = metrics.filter(({ family }) => FAMILIES.includes(family)).map(({ id }) => id);

function values(input: MetricInput) {
  return measureAll({ ...input, training: { loss: 'mse', ...input.training } }).metrics;
}

function reasons(input: MetricInput) {
  return measureAll({ ...input, training: { loss: 'mse', ...input.training } }).notApplicable ?? {};
}

/** n equal samples a class on a rotated simplex, ‖h‖ = ‖w‖/√n: the best margin for its norms. */
function optimal(K: number, d: number, n: number, scale: number): Layer {
  const flat = matrix(K, d, (k, j) => (j < K ? (j === k ? 1 : 0) - 1 / K : 0));
  const frame = rotated(flat, rotation(d, 3), d);
  const labels = Int32Array.from({ length: K * n }, (_, i) => i % K);
  const features = matrix(labels.length, d, (i, j) => (scale / Math.sqrt(n)) * frame[labels[i]! * d + j]!);
  return { classes: K, dimension: d, features, labels, weight: frame.map((value) => scale * value) };
}

describe('measures of the logits at collapse', () => {
  for (const [K, d, n] of [
    [2, 3, 4],
    [4, 4, 9],
    [10, 16, 3],
  ] as const) {
    it(`have their limits for K=${K}, d=${d}`, () => {
      const found = values(withLogits(optimal(K, d, n, 5)));
      for (const id of ['margin.ratio', 'margin.std', 'logits.nc1', 'logits.etf', 'logits.radiusCv']) {
        assertClose(found[id], metricById(id)!.limit!(K), 1e-9, id);
      }
      // ‖w‖² (1 − 1/K) = 25 (1 − 1/K), so the margin is 25/√n.
      assertClose(found['margin.min'], 25 / Math.sqrt(n), 1e-12, 'margin.min');
      assertClose(found['margin.normalized'], 1 / ((K - 1) * Math.sqrt(n)), 1e-12, 'margin.normalized');
    });
  }

  it('see symmetric quasi-interpolation with any ε', () => {
    const K = 5;
    for (const epsilon of [0, 0.03, 0.8]) {
      const layer = optimal(K, 6, 3, 1);
      const logits = matrix(layer.labels.length, K, (i, k) =>
        k === layer.labels[i] ? 1 - epsilon : epsilon / (K - 1),
      );
      const found = values(withLogits(layer, logits));
      assertClose(found['sqi.epsilon'], epsilon, 1e-12, 'ε');
      assert.ok(found['sqi.deviation']! < 1e-15, String(found['sqi.deviation']));
    }
  });

  it('keep the digits of a deviation that is small beside ε', () => {
    const layer = optimal(4, 5, 8, 1);
    const sigma = 1e-9;
    const logits = matrix(32, 4, (i, k) => (k === layer.labels[i] ? 0.9 : 0.1 / 3) + ((i >> 2) % 2 ? sigma : -sigma));
    assertClose(values(withLogits(layer, logits))['sqi.deviation']! / sigma, 1, 1e-4, 'deviation over σ');
  });

  it('multiply the norms of the layers', () => {
    const input = { ...withLogits(optimal(3, 3, 2, 1)), network: { norms: [2, 0.5, 7] } };
    assert.equal(values(input)['norm.product'], 7);
  });

  it('know when confidence is right', () => {
    // Two classes, probability 0.8 for class 0, right four times in five.
    const logits = matrix(10, 2, (_, k) => (k === 0 ? Math.log(4) : 0));
    const labels = Int32Array.from({ length: 10 }, (_, i) => (i % 5 === 4 ? 1 : 0));
    const layer = { ...optimal(2, 2, 5, 1), labels };
    assert.ok(values(withLogits(layer, logits))['calibration.ece']! < 1e-15);
    assertClose(values(withLogits({ ...layer, labels: labels.fill(0) }, logits))['calibration.ece'], 0.2, 1e-14, 'ece');
  });
});

describe('measures of the logits stay the same', () => {
  const base = portableLayer([4, 4, 4, 4], 7, 0.5, 0.2);
  const logits = logitsOf(base);
  const before = values(withLogits(base));

  function same(after: Record<string, number>, ids: readonly string[]): void {
    for (const id of ids) assertClose(after[id], before[id]!, 1e-9, id);
  }

  it('when features and classifier are rotated', () => {
    const q = rotation(7, 9);
    same(
      values(withLogits({ ...base, features: rotated(base.features, q, 7), weight: rotated(base.weight!, q, 7) })),
      IDS.filter((id) => id in before),
    );
  });

  it('when every sample gets a shift of all its logits', () => {
    const shifted = logits.map((z, at) => z + 10 * Math.sin(Math.floor(at / 4)));
    same(values(withLogits(base, shifted)), [
      'margin.min',
      'margin.std',
      'calibration.ece',
      'logits.nc1',
      'logits.etf',
      'logits.radiusCv',
    ]);
  });

  it('when features and classifier grow by one factor', () => {
    const grown = {
      ...base,
      features: base.features.map((x) => 3 * x),
      weight: base.weight!.map((x) => 3 * x),
      bias: base.bias!.map((x) => 9 * x),
    };
    same(values(withLogits(grown)), [
      'margin.normalized',
      'margin.ratio',
      'margin.std',
      'logits.nc1',
      'logits.etf',
      'logits.radiusCv',
    ]);
  });

  it('when classes and samples come in another order', () => {
    const order = [2, 0, 3, 1];
    const n = base.labels.length;
    const renamed: Layer = {
      ...base,
      features: matrix(n, 7, (i, j) => base.features[(n - 1 - i) * 7 + j]!),
      labels: Int32Array.from({ length: n }, (_, i) => order[base.labels[n - 1 - i]!]!),
      weight: matrix(4, 7, (k, j) => base.weight![order.indexOf(k) * 7 + j]!),
      bias: Float64Array.from({ length: 4 }, (_, k) => base.bias![order.indexOf(k)]!),
    };
    same(
      values(withLogits(renamed)),
      IDS.filter((id) => id in before),
    );
  });
});

describe('measures of the logits that cannot be computed', () => {
  const base = portableLayer([4, 4, 4], 5, 0.2, 0.3);
  const input = withLogits(base);

  it('say that the logits are not known, or why', () => {
    const { logits, ...without } = input;
    assert.ok(logits);
    for (const id of IDS.filter((one) => one !== 'norm.product')) {
      assert.match(reasons(without)[id]!, /logits are not known/, id);
      assert.match(reasons({ ...without, noClassifier: 'no head was found' })[id]!, /no head/, id);
    }
    assert.match(reasons(input)['norm.product']!, /not gathered/);
    assert.match(reasons({ ...input, network: { unknown: 'a layer is shared' } })['norm.product']!, /shared/);
    assert.match(reasons({ ...input, network: { norms: [] } })['norm.product']!, /no linear layer/);
    assert.match(reasons({ ...input, network: { norms: [1e300, 1e300] } })['norm.product']!, /not a finite number/);
  });

  it('leave interpolation out of runs with another loss', () => {
    const measured = measureAll({ ...input, training: { loss: 'ce' } });
    for (const id of ['sqi.epsilon', 'sqi.deviation']) {
      assert.ok(!(id in measured.metrics) && !(id in measured.notApplicable!), id);
    }
  });

  it('say that there is only one class, or that fewer than two have samples', () => {
    const one: Layer = {
      classes: 1,
      dimension: 2,
      features: Float64Array.of(1, 2, 3, 4),
      labels: Int32Array.of(0, 0),
      weight: Float64Array.of(1, 1),
    };
    const found = reasons(withLogits(one));
    for (const id of IDS.filter((own) => own !== 'norm.product')) assert.match(found[id]!, /only one class/, id);
    const same = reasons(withLogits({ ...base, labels: base.labels.map(() => 1) }));
    for (const id of ['logits.nc1', 'logits.etf', 'logits.radiusCv']) assert.match(same[id]!, /fewer than two/, id);
  });

  it('leave empty classes out of the geometry', () => {
    const gap: Layer = { ...base, classes: 4, labels: base.labels.map((label) => (label === 1 ? 3 : label)) };
    const logits = matrix(12, 4, (i, k) => (k === gap.labels[i] ? 4 : 0) + 0.1 * Math.sin(i + k));
    const { metrics: found, notApplicable } = measureAll(withLogits({ ...gap, weight: new Float64Array(20) }, logits));
    // Three vertices of a simplex of four are one of three.
    assert.ok(found['logits.etf']! < 0.1 && found['logits.radiusCv']! < 0.1);
    assert.match(notApplicable!['margin.normalized']!, /not W h \+ b/);
  });

  it('see nothing in equal logits', () => {
    const found = reasons(withLogits(base, new Float64Array(36).fill(2)));
    for (const id of ['logits.nc1', 'logits.etf', 'logits.radiusCv']) assert.match(found[id]!, /means are equal/, id);
    assert.match(found['margin.std']!, /does not separate/);
  });

  it('see nothing within classes of one sample each', () => {
    const single: Layer = { ...base, features: base.features.slice(0, 15), labels: Int32Array.of(0, 1, 2) };
    assert.match(reasons(withLogits(single))['logits.nc1']!, /more than one sample/);
  });

  it('know the best margin only of balanced classes that fit a simplex', () => {
    assert.match(reasons(withLogits(portableLayer([5, 4, 3], 5, 0.2, 0.3)))['margin.ratio']!, /equally many/);
    assert.match(reasons(withLogits(portableLayer([2, 2, 2, 2, 2], 3, 0.2, 0)))['margin.ratio']!, /d ≥ K−1/);
  });

  it('refuse margins per norm where a temperature lies between', () => {
    const hot = withLogits(
      base,
      logitsOf(base).map((z) => 10 * z),
    );
    assert.match(reasons(hot)['margin.normalized']!, /a scale or a normalisation/);
    assert.ok(values(hot)['margin.min']! > 0);
  });

  it('refuse to interpolate 1 and 0 with the two signs of one output', () => {
    const two = portableLayer([3, 3], 4, 0.3, 0);
    const logits = matrix(6, 2, (i, k) => (k === two.labels[i] ? 1.5 : -1.5) * (1 + 0.01 * i));
    assert.match(reasons(withLogits(two, logits))['sqi.epsilon']!, /one output/);
  });

  it('keep NaN out', () => {
    const logits = logitsOf(base);
    logits[4] = Number.NaN;
    const found = measureAll(withLogits(base, logits));
    for (const id of IDS) assert.ok(!(id in found.metrics), id);
    assert.match(found.notApplicable!['margin.min']!, /NaN/);
  });
});

describe('accuracy by group', () => {
  it('belongs only where there is a minority, which the manifest may name', () => {
    const balanced = withLogits(portableLayer([4, 4, 4], 5, 0.2, 0.3));
    const none = measureAll(balanced);
    assert.ok(!('accuracy.minority' in none.metrics) && !('accuracy.minority' in none.notApplicable!));
    const named = measureAll({ ...balanced, training: { minority: [2] } }).metrics;
    assert.deepEqual([named['accuracy.majority'], named['accuracy.minority']], [1, 1]);
  });

  it('counts the samples of each group', () => {
    const layer = portableLayer([6, 6, 2, 1], 5, 0.2, 0.3);
    const chosen = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 2, 0];
    const logits = matrix(15, 4, (i, k) => (chosen[i] === k ? 1 : 0));
    const found = measureAll(withLogits(layer, logits)).metrics;
    assert.equal(found['accuracy.majority'], 11 / 12);
    assert.equal(found['accuracy.minority'], 1 / 3);
  });

  it('says what is lacking', () => {
    const layer = portableLayer([6, 6, 2], 5, 0.2, 0.3);
    const { logits, ...without } = withLogits(layer);
    assert.ok(logits);
    assert.match(measureAll(without).notApplicable!['accuracy.minority']!, /logits are not known/);
    const all = measureAll({ ...without, logits, training: { minority: [0, 1, 2] } });
    assert.match(all.notApplicable!['accuracy.majority']!, /no class of the majority/);
  });
});

describe('measures of the logits of random networks', () => {
  it('stay in their ranges', () => {
    const random = randomNumbers(21);
    for (let run = 0; run < 200; run++) {
      const K = 2 + (run % 6);
      const d = 1 + (run % 9);
      const labels = Int32Array.from({ length: K * (1 + (run % 4)) }, (_, i) => i % K);
      const layer: Layer = {
        classes: K,
        dimension: d,
        labels,
        features: matrix(labels.length, d, (i, j) => Math.cos(3 * labels[i]! + j) * (run % 3) + 3 * random()),
        weight: matrix(K, d, (k, j) => Math.cos(3 * k + j) + random()),
        bias: Float64Array.from({ length: K }, random),
      };
      const found = values(withLogits(layer));
      const n = labels.length / K;
      const within = (id: string, low: number, high: number) => {
        const value = found[id];
        if (value !== undefined) assert.ok(value >= low && value <= high * (1 + 1e-12), `${id}: ${value}, run ${run}`);
      };
      within('margin.ratio', -Infinity, 1);
      if (d >= K - 1) within('margin.normalized', -Infinity, 1 / ((K - 1) * Math.sqrt(n)));
      within('margin.std', 0, Infinity);
      within('logits.nc1', 0, Infinity);
      within('logits.etf', 0, Math.SQRT2);
      within('logits.radiusCv', 0, Math.sqrt(K - 1));
      within('calibration.ece', 0, 1);
      within('sqi.deviation', 0, Infinity);
      assert.ok('margin.min' in found && 'calibration.ece' in found && 'sqi.epsilon' in found);
    }
  });
});
