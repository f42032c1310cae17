import assert from 'node:assert/strict';
import type { MetricInput, TrainingFacts } from '../../../src/metrics/metric';
import { measureAll } from '../../../src/metrics/registry';
import reference from '../../fixtures/metrics/depth.json';
import { matrix, metricInput, portableLayer, randomNumbers, rotated, rotation, without, type Layer } from './layer';

const twistedLayer = (counts: readonly number[], d: number, eps: number, shift: number) =>
  portableLayer(counts, d, eps, shift, 0.5);

const LOSS = ['mse.loss', 'mse.leastSquares', 'mse.deviation', 'mse.nc1', 'mse.nc23', 'centralPath.distance'];
const SNR = ['snr.singularValues', 'snr.min', 'snr.max', 'snr.cv'];

function squared(layer: Layer, weightDecay?: number): MetricInput {
  const training: TrainingFacts = weightDecay === undefined ? { loss: 'mse' } : { loss: 'mse', weightDecay };
  return { ...metricInput(layer), training };
}

function close(actual: number | undefined, expected: number, tolerance: number, what: string): void {
  const difference = Math.abs(actual! - expected);
  assert.ok(difference <= tolerance * Math.max(1e-9, Math.abs(expected)), `${what}: ${actual} for ${expected}`);
}

describe('the squared loss and its central path', () => {
  for (const { name, counts, d, eps, shift, squared: cases, snr } of reference.cases) {
    const layer = twistedLayer(counts, d, eps, shift);
    for (const { decay, bias, values } of cases) {
      it(`equal sums over the samples: ${name}, λ=${decay}${bias ? '' : ', no bias'}`, () => {
        const { bias: b, ...unbiased } = layer;
        assert.ok(b);
        const { metrics } = measureAll(squared(bias ? layer : unbiased, decay));
        for (const [id, expected] of Object.entries(values)) close(metrics[id], expected, 1e-8, id);
      });
    }

    it(`signal to noise equals Σ_W^(−1/2) Mcᵀ: ${name}`, () => {
      const { metrics, notApplicable } = measureAll(squared(layer));
      const expected = Object.entries(snr);
      if (expected.length === 0) for (const id of SNR) assert.ok(notApplicable![id], id);
      for (const [id, value] of expected) close(metrics[id], value, 1e-8, id);
      if (expected.length === 3) assert.match(notApplicable!['snr.cv']!, /one direction/);
    });
  }

  it('add up: loss = least squares + deviation, least squares = NC1 part + NC2 and NC3 part', () => {
    let worst = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomNumbers(seed);
      const K = 2 + (seed % 5);
      const d = 1 + (seed % 8);
      const labels = Int32Array.from({ length: 4 * K + (seed % 7) }, (_, i) => i % K);
      const centres = matrix(K, d, random);
      const spread = 10 ** (8 * random() - 4);
      const layer: Layer = {
        classes: K,
        dimension: d,
        features: matrix(labels.length, d, (i, j) => centres[labels[i]! * d + j]! + spread * random()),
        labels,
        weight: matrix(K, d, random),
        ...(seed % 2 ? { bias: matrix(1, K, random) } : {}),
      };
      const { metrics: values } = measureAll(squared(layer, 10 ** (4 * random() - 4)));
      const [loss, least, beyond, nc1, nc23] = LOSS.map((id) => values[id]!) as [
        number,
        number,
        number,
        number,
        number,
      ];
      worst = Math.max(worst, Math.abs(least + beyond - loss) / loss, Math.abs(nc1 + nc23 - least) / least);
      for (const id of LOSS) assert.ok(values[id]! >= 0, id);
      for (const id of ['mse.leastSquares', 'mse.nc1', 'mse.nc23']) assert.ok(values[id]! <= 0.5 + 1e-12, id);
      assert.ok(least <= loss * (1 + 1e-12));
    }
    assert.ok(worst < 1e-9, `${worst}`);
  });

  it('are at home where the classifier is the least-squares one', () => {
    // Two classes at ±1 with spread: A = 1 + s² + λ, so that w = ±½/A without a bias.
    const [s, decay] = [0.5, 0.1];
    const w = 0.5 / (1 + s * s + decay);
    const layer: Layer = {
      classes: 2,
      dimension: 1,
      features: Float64Array.of(1 - s, 1 + s, -1 - s, -1 + s),
      labels: Int32Array.of(0, 0, 1, 1),
      weight: Float64Array.of(w, -w),
    };
    const { metrics: values } = measureAll(squared(layer, decay));
    assert.ok(values['centralPath.distance']! < 1e-15 && values['mse.deviation']! < 1e-30);
    close(values['mse.loss'], (w - 1) ** 2 / 2 + w ** 2 / 2 + (s * s + decay) * w * w, 1e-14, 'loss');
    close(values['mse.nc1'], (s * s + decay) * w * w, 1e-14, 'nc1');
    close(values['snr.min'], Math.SQRT2 / s, 1e-14, 'snr');
  });

  it('stay the same under rotation', () => {
    const base = twistedLayer([9, 4, 13, 6], 5, 0.8, 0.3);
    const q = rotation(5, 3);
    const turned = { ...base, features: rotated(base.features, q, 5), weight: rotated(base.weight!, q, 5) };
    const [before, after] = [base, turned].map((layer) => measureAll(squared(layer, 0.01)).metrics);
    for (const id of [...LOSS, ...SNR]) close(after![id], before![id]!, 1e-9, id);
  });

  it('see equal ratios in every direction of a simplex, whatever its scale', () => {
    const [K, d] = [4, 6];
    const corners = rotated(
      matrix(K, d, (k, j) => (k === j ? 3 : 0)),
      rotation(d, 5),
      d,
    );
    const labels = Int32Array.from({ length: K * 2 * d }, (_, i) => Math.floor(i / (2 * d)));
    const features = matrix(labels.length, d, (i, j) => {
      const within = i % (2 * d);
      return corners[labels[i]! * d + j]! + (within >> 1 === j ? (within % 2 ? 0.1 : -0.1) : 0);
    });
    // Σ_W = 0.01/d·I, and the centred means have singular value 3 three times.
    const { metrics: values } = measureAll(squared({ classes: K, dimension: d, features, labels }));
    close(values['snr.singularValues'], (3 / 0.1) * Math.sqrt(d), 1e-12, 'snr');
    assert.ok(values['snr.cv']! < 1e-12);
  });

  it('leave constant features out of the signal-to-noise ratio', () => {
    const base = twistedLayer([9, 4, 13], 3, 0.8, 0.3);
    const padded = matrix(26, 5, (i, j) => (j === 1 ? 0 : j === 3 ? 0.7 : base.features[i * 3 + [0, 0, 1, 0, 2][j]!]!));
    const plain = without(base, 'weight', 'bias');
    const [narrow, wide] = [plain, { ...plain, dimension: 5, features: padded }].map((layer) =>
      measureAll(squared(layer)),
    );
    for (const id of SNR) close(wide!.metrics[id], narrow!.metrics[id]!, 1e-9, id);
    const split = padded.map((value, at) => (at % 5 === 3 ? base.labels[Math.floor(at / 5)]! : value));
    const infinite = measureAll(squared({ ...plain, dimension: 5, features: split }));
    assert.match(infinite.notApplicable!['snr.max']!, /feature 3 differs between classes but not within/);
  });

  it('belong to runs with the squared loss only', () => {
    const input = metricInput(twistedLayer([4, 4, 4], 5, 0.2, 0.3));
    for (const training of [undefined, { loss: 'ce' as const, weightDecay: 0.1 }]) {
      const { metrics: values, notApplicable } = measureAll(training ? { ...input, training } : input);
      for (const id of [...LOSS, ...SNR]) assert.ok(!(id in values) && !(id in (notApplicable ?? {})), id);
    }
  });

  it('have a reason where they are undefined', () => {
    const base = twistedLayer([9, 4, 13], 4, 0.8, 0.3);
    const input = squared(base, 0.01);
    const reasons = (changed: MetricInput) => measureAll(changed).notApplicable!;
    const unknown = measureAll({ ...input, training: { loss: 'mse' } });
    for (const id of LOSS) assert.match(unknown.notApplicable![id]!, /weight decay is not known/);
    assert.ok(unknown.metrics['snr.min']! > 0);
    assert.ok(measureAll({ ...input, training: { loss: 'mse', weightDecay: 0 } }).metrics['mse.loss']! > 0);
    const narrow = without(input, 'within');
    for (const id of [...LOSS, ...SNR]) assert.match(reasons(narrow)[id]!, /was not gathered/);
    const headless = without(input, 'classifier');
    for (const id of LOSS) assert.match(reasons(headless)[id]!, /no linear classifier/);
    const { weight, bias } = input.classifier!;
    assert.match(reasons({ ...input, classifier: { weight, bias: bias!.slice(1) } })['mse.loss']!, /2 biases for 3/);

    // A feature that never varies and no weight decay: its weight is anything.
    const dead = { ...base, features: base.features.map((value, at) => (at % 4 === 2 ? 0 : value)) };
    const free = measureAll(squared(dead, 0));
    assert.match(free.notApplicable!['centralPath.distance']!, /linearly dependent/);
    assert.ok(free.metrics['mse.loss']! > 0);
    assert.ok(measureAll(squared(dead, 1e-3)).metrics['centralPath.distance']! > 0);
    const few = twistedLayer([2, 2], 6, 0.5, 0);
    assert.match(reasons(squared(few))['snr.min']!, /linearly dependent within/);
    const collapsed = {
      ...base,
      features: base.features.map((_, at) => Math.cos(base.labels[Math.floor(at / 4)]! + (at % 4))),
    };
    assert.match(reasons(squared(collapsed))['snr.cv']!, /infinite/);
    const same = { ...base, labels: base.labels.map(() => 1) };
    for (const id of [...LOSS, ...SNR]) assert.match(reasons(squared(same, 0.1))[id]!, /fewer than two classes/);
    const features = base.features.slice();
    features[3] = Number.NaN;
    for (const id of [...LOSS, ...SNR]) assert.match(reasons(squared({ ...base, features }, 0.1))[id]!, /NaN/);
  });

  it('give classes without samples no share', () => {
    const base = twistedLayer([9, 4, 13], 4, 0.8, 0.3);
    const full = measureAll(squared(base, 0.01)).metrics;
    const gap = { ...base, classes: 4, labels: base.labels.map((label) => (label === 1 ? 3 : label)) };
    const weight = matrix(4, 4, (k, j) => (k === 1 ? 0 : base.weight![(k === 3 ? 1 : k) * 4 + j]!));
    const bias = Float64Array.from([0, 2, 3, 1], (k, c) => (c === 1 ? 0 : base.bias![c === 3 ? 1 : c]! + 0 * k));
    const { metrics: values } = measureAll(squared({ ...gap, weight, bias }, 0.01));
    for (const id of [...LOSS, ...SNR]) close(values[id], full[id]!, 1e-10, id);
  });
});
