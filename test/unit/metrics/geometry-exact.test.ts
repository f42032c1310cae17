import assert from 'node:assert/strict';
import type { TrainingFacts } from '../../../src/metrics/metric';
import { measureAll } from '../../../src/metrics/registry';
import { bestDistance } from '../../../src/metrics/softmax-code';
import { matrix, metricInput, rotated, rotation, type Layer } from './layer';

/** `repeats` samples a class at the rows of `means` (K×d) times `scale`, plus `shift` in every feature. */
function at(means: Float64Array, d: number, weight: Float64Array, scale = 1, shift = 0, repeats = 2): Layer {
  const K = means.length / d;
  const labels = Int32Array.from({ length: K * repeats }, (_, i) => i % K);
  const features = matrix(labels.length, d, (i, j) => scale * means[labels[i]! * d + j]! + shift);
  return { classes: K, dimension: d, features, labels, weight };
}

function values(layer: Layer, training?: TrainingFacts): Record<string, number> {
  const input = metricInput(layer);
  return measureAll(training ? { ...input, training } : input).metrics;
}

function near(actual: number | undefined, expected: number, bar = 1e-12): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= bar, `${actual} for ${expected}`);
}

const identity = (K: number, d: number) =>
  rotated(
    matrix(K, d, (k, j) => (k === j ? 1 : 0)),
    rotation(d, 5),
    d,
  );
const simplex = (K: number, d: number) =>
  rotated(
    matrix(K, d, (k, j) => (j < K ? (j === k ? 1 : 0) - 1 / K : 0)),
    rotation(d, 5),
    d,
  );
const polygon = (K: number) =>
  matrix(K, 2, (k, j) => (j === 0 ? Math.cos((2 * Math.PI * k) / K) : Math.sin((2 * Math.PI * k) / K)));

describe('geometry of exact configurations', () => {
  it('is an orthogonal frame at one', () => {
    const frame = identity(4, 6);
    const measured = values(
      at(
        frame,
        6,
        frame.map((value) => 3 * value),
        2,
      ),
    );
    for (const id of ['nc2.means.frame', 'nc2.weights.frame', 'nc3.frame', 'dnc.frame', 'nc2.means.cosMean'])
      near(measured[id], 0);
    // Centred, an orthogonal frame is a simplex; the classifier is not centred.
    for (const id of ['nc2.means.etf', 'nc3.etf', 'sphere.energyGap', 'sphere.nc2', 'gnc1']) near(measured[id], 0);
    near(measured['nc2.weights.etf'], Math.sqrt(2 - 2 * Math.sqrt(3 / 4)));
    near(measured['discrimination'], 1);
  });

  it('is a simplex at one around the origin', () => {
    const frame = simplex(5, 7);
    const measured = values(at(frame, 7, frame, 2));
    for (const id of ['nc2.means.etf', 'nc2.weights.etf', 'nc3.etf', 'nc.bias', 'gnc1', 'gnc3', 'cdnv', 'compression'])
      near(measured[id], 0);
    for (const id of ['sphere.nc1', 'sphere.nc2', 'sphere.nc3', 'sphere.normCv', 'sphere.energyGap'])
      near(measured[id], 0);
    near(measured['nc2.means.frame'], Math.sqrt(2 - 2 * Math.sqrt(4 / 5)));
    near(measured['nc2.means.cosMean'], -1 / 4);
    near(measured['discrimination'], 5 / 4);
    near(measured['sphere.energy'], Math.log(1 + 4 * Math.exp(-5 / 4)));
    near(measured['gnc2.oneVsRest'], 5 / 4);
    near(measured['gnc2.ratio'], 1);
    near(measured['gnc2.oneVsOne'], Math.sqrt(2.5));
    near(measured['lpm.energyW'], 4 / 5);
    near(measured['lpm.energyH'], 16 / 5);
  });

  it('sees what a shift and a turned classifier change', () => {
    const frame = simplex(5, 7);
    const shifted = values(
      at(
        frame,
        7,
        frame.map((value) => -value),
        2,
        10,
      ),
    );
    near(shifted['nc3.etf'], 2);
    near(shifted['nc2.means.etf'], 0);
    assert.ok(shifted['nc2.means.frame']! > 1 && shifted['nc2.means.cosMean']! > 0.9);
    near(
      values(
        at(
          frame,
          7,
          frame.map((_, i) => i % 7),
          2,
        ),
      )['nc2.weights.etf'],
      Math.SQRT2,
    );
  });

  it('has digits left when almost nothing is missing', () => {
    // One row of the simplex longer by δ: the distance is δ times a constant, down to δ = 1e-14.
    const d = 7;
    const frame = simplex(5, d);
    const distance = (delta: number) =>
      values(
        at(
          frame,
          d,
          frame.map((value, i) => (i < d ? value * (1 + delta) : value)),
        ),
      )['nc2.weights.etf']! / delta;
    near(distance(1e-10) / distance(1e-6), 1, 1e-4);
    near(distance(1e-13) / distance(1e-6), 1, 1e-2);
  });

  it('knows the softmax codes', () => {
    for (const [K, d, points, best] of [
      [7, 2, polygon(7), 1 - Math.cos((2 * Math.PI) / 7)],
      [6, 3, matrix(6, 3, (k, j) => (k % 3 === j ? (k < 3 ? 1 : -1) : 0)), 1],
      [5, 3, matrix(5, 3, (k, j) => (k % 3 === j ? (k < 3 ? 1 : -1) : 0)), 1],
    ] as const) {
      const turned = rotated(points, rotation(d, 9), d);
      const measured = values(
        at(
          turned,
          d,
          turned.map((value, i) => value * (1 + (Math.floor(i / d) % 3))),
        ),
      );
      near(measured['gnc2.oneVsRest'], best);
      near(measured['gnc2.oneVsRest.mean'], best);
      near(measured['gnc2.means'], best);
      near(measured['gnc2.ratio'], 1);
      near(bestDistance(K, d), best);
      near(measured['nc2.floor'], Math.sqrt(2 - 2 * Math.sqrt(d / (K - 1))));
      assert.ok(measured['nc2.weights.etf']! >= measured['nc2.floor']! - 1e-12);
    }
    // A regular polygon attains the floor exactly.
    const decagon = values(at(polygon(10), 2, polygon(10)));
    near(decagon['nc2.means.etf'], decagon['nc2.floor']!);
    near(decagon['nc2.floor'], 1.028198, 1e-6);
  });

  it('knows the icosahedron, and rows that coincide', () => {
    const golden = (1 + Math.sqrt(5)) / 2;
    const corners = [-1, 1].flatMap((s) => [-golden, golden].flatMap((g) => [[0, s, g], [s, g, 0], [g, 0, s]])); // prettier-ignore
    const points = Float64Array.from(corners.flat());
    const measured = values(at(points, 3, points));
    near(measured['gnc2.oneVsRest'], 1 - 1 / Math.sqrt(5));
    assert.equal(measured['gnc2.ratio'], undefined);
    const doubled = points.slice();
    doubled.copyWithin(3, 0, 3);
    assert.equal(values(at(points, 3, doubled))['gnc2.oneVsRest'], 0);
    assert.equal(values(at(points, 3, doubled))['gnc2.oneVsOne'], 0);
    assert.ok(values(at(points, 3, doubled))['gnc2.oneVsRest.mean']! > 0.3);
  });

  it('is strong collapse at its one state only', () => {
    const [K, d, n] = [4, 6, 5];
    const weight = simplex(K, d).map((value) => value * n ** 0.25);
    const layer = { ...at(weight, d, weight, n ** -0.5, 0, n), bias: new Float64Array(K).fill(1 / K) };
    const measured = values(layer, { loss: 'mse' });
    for (const id of ['weights', 'features', 'bias', 'balance', 'subspace']) near(measured[`snc.${id}`], 0);
    // (2W, H/2) still has loss 0 and is a simplex, but not this one.
    const scaled = { ...layer, weight: weight.map((value) => 2 * value), features: layer.features.map((h) => h / 2) };
    const other = values(scaled, { loss: 'mse' });
    near(other['snc.weights'], 3);
    near(other['snc.features'], 0.75);
    near(other['snc.balance'], 15 / 17 / Math.sqrt(3));
    near(other['nc2.weights.etf'], 0);
  });

  it('sees minority collapse', () => {
    const weight = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0.6, 0.8, 0, 0.6, 0.8);
    const labels = Int32Array.from([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 3]);
    const features = matrix(12, 3, (i, j) => Math.cos(i + 2 * j));
    const layer: Layer = { classes: 4, dimension: 3, features, labels, weight };
    const measured = values(layer);
    near(measured['lpm.minorityCosine'], 1);
    near(measured['lpm.minorityCosine.min'], 1);
    assert.equal(measured['lpm.minoritySpread'], 0);
    assert.equal(measured['imbalance.ratio'], 5);
    const named = values(layer, { minority: [1, 2, 3] });
    near(named['lpm.minorityCosine'], (1 + 0.6 + 0.6) / 3);
    near(named['lpm.minorityCosine.min'], 0.6);
  });

  it('divides variances by squared distances, also of means that nearly coincide', () => {
    // Classes at 0, δ and 1 on a line, variance v each: pairs give v/δ², v, v/(1−δ)².
    for (const delta of [1e-5, 1e-7, 1e-9]) {
      const spread = delta / 1e3;
      const centres = [0, delta, 1];
      const features = matrix(6, 1, (i) => centres[i % 3]! + (i < 3 ? spread : -spread));
      const labels = Int32Array.from({ length: 6 }, (_, i) => i % 3);
      const measured = values({ classes: 3, dimension: 1, features, labels });
      near(measured['cdnv']! / ((spread / delta) ** 2 / 3), 1, 1e-3);
    }
    // Two directions δ apart: one minus their cosine is δ²/2.
    const turned = [0, 1e-7, 2].flatMap((angle) => [Math.cos(angle), Math.sin(angle)]);
    const layer = at(Float64Array.from(turned), 2, Float64Array.from(turned));
    near(values(layer)['discrimination']! / (1e-14 / 2), 1, 1e-6);
    near(values(layer)['gnc2.oneVsOne']! / 1e-7, 1, 1e-6);
  });
});
