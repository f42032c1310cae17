import assert from 'node:assert/strict';
import { drift, type DriftState } from '../../../src/metrics/drift';
import reference from '../../fixtures/metrics/depth.json';
import { matrix, metricInput, portableLayer, randomNumbers, rotated, rotation, without, type Layer } from './layer';

const twistedLayer = (counts: readonly number[], d: number, eps: number, shift: number) =>
  portableLayer(counts, d, eps, shift, 0.5);

function stateOf(layer: Layer): DriftState {
  const { statistics, classifier } = metricInput(layer);
  return classifier ? { ...statistics, weight: classifier.weight } : statistics;
}
const portable = (eps: number) => twistedLayer([5, 4, 3], 6, eps, 0.3);
const other = matrix(3, 6, (r, j) => Math.sin(1 + 2 * r + 3 * j + r * j));

describe('drift between checkpoints', () => {
  it('equals 1 − cos by NumPy, per class and on average', () => {
    const found = drift(stateOf(portable(0.2)), { ...stateOf(portable(0.9)), weight: other });
    for (const part of ['means', 'weights'] as const) {
      const expected = reference.drift[part];
      expected.forEach((value, k) =>
        assert.ok(Math.abs(found.perClass[`drift.${part}`]![k]! - value) < 1e-13, `${part} ${k}`),
      );
      const mean = expected.reduce((sum, value) => sum + value / 3, 0);
      assert.ok(Math.abs(found.metrics[`drift.${part}`]! - mean) < 1e-13);
    }
    assert.equal(found.notApplicable, undefined);
  });

  it('is 0 for what only grew, and does not see a rotation of both checkpoints', () => {
    const before = stateOf(portable(0.2));
    const grown = portable(0.2);
    const scaled = stateOf({
      ...grown,
      features: grown.features.map((x) => 7 * x + 2),
      weight: grown.weight!.map((x) => 3 * x),
    });
    const still = drift(before, scaled);
    assert.ok(still.metrics['drift.means']! < 1e-28 && still.metrics['drift.weights']! < 1e-28);
    const q = rotation(6, 4);
    const turn = (layer: Layer) => ({
      ...layer,
      features: rotated(layer.features, q, 6),
      weight: rotated(layer.weight!, q, 6),
    });
    const plain = drift(before, stateOf(portable(0.9))).metrics['drift.means']!;
    const turned = drift(stateOf(turn(portable(0.2))), stateOf(turn(portable(0.9)))).metrics['drift.means']!;
    assert.ok(plain > 1e-3 && Math.abs(turned - plain) < 1e-13);
  });

  it('keeps digits of the smallest turn, and reaches 2 for the opposite', () => {
    const before = stateOf(portable(0.2));
    const weight = before.weight!.slice();
    for (let k = 0; k < 3; k++) {
      // A step of 1e-9 at right angles: cos = 1 − 5e-19, which no cosine could tell from 1.
      const [x, y] = [weight[k * 6]!, weight[k * 6 + 1]!];
      let squares = 0;
      for (let j = 0; j < 6; j++) squares += weight[k * 6 + j]! ** 2;
      const step = (1e-9 * Math.sqrt(squares)) / Math.hypot(x, y);
      weight[k * 6] = x - step * y;
      weight[k * 6 + 1] = y + step * x;
    }
    const small = drift(before, { ...before, weight }).metrics['drift.weights']!;
    assert.ok(Math.abs(small / 5e-19 - 1) < 1e-5, `${small}`);
    const back = drift(before, { ...before, weight: before.weight!.map((x) => -x) });
    assert.ok(Math.abs(back.metrics['drift.weights']! - 2) < 1e-15);
  });

  it('leaves out classes without a direction', () => {
    const before = stateOf(portable(0.2));
    const weight = before.weight!.slice();
    weight.fill(0, 6, 12);
    const gap = portable(0.9);
    const now = { ...stateOf({ ...gap, labels: gap.labels.map((label) => (label === 1 ? 2 : label)) }), weight };
    const found = drift(before, now);
    assert.equal(found.perClass['drift.means']![1], null);
    assert.equal(found.perClass['drift.weights']![1], null);
    const [first, , last] = found.perClass['drift.means']!;
    assert.ok(Math.abs(found.metrics['drift.means']! - (first! + last!) / 2) < 1e-15);
    assert.ok(found.metrics['drift.weights']! < 1e-28);
  });

  it('has reasons where nothing compares', () => {
    const now = stateOf(portable(0.2));
    const first = drift(undefined, now);
    assert.deepEqual(first.metrics, {});
    for (const id of ['drift.means', 'drift.weights']) assert.match(first.notApplicable![id]!, /no earlier/);
    const wider = drift(stateOf(twistedLayer([5, 4, 3], 7, 0.2, 0.3)), now).notApplicable!;
    assert.match(wider['drift.means']!, /before has 7 features and this one 6/);
    const more = drift(stateOf(twistedLayer([5, 4, 3, 2], 6, 0.2, 0.3)), now).notApplicable!;
    assert.match(more['drift.weights']!, /before has 4 classes and this one 3/);
    const headless = without(now, 'weight');
    assert.match(drift(headless, now).notApplicable!['drift.weights']!, /known of the checkpoint before/);
    assert.match(drift(now, headless).notApplicable!['drift.weights']!, /known of this checkpoint/);
    assert.ok(drift(headless, headless).metrics['drift.means']! < 1e-30);
    const flat = portable(0.2);
    const equal = stateOf({ ...flat, features: flat.features.map(() => 0.1), weight: flat.weight!.map(() => 0) });
    const none = drift(now, equal);
    for (const id of ['drift.means', 'drift.weights'])
      assert.match(none.notApplicable![id]!, /no class has a direction/);
    const broken = drift(now, { ...now, weight: now.weight!.map(() => Number.NaN) });
    assert.match(broken.notApplicable!['drift.weights']!, /no class has a direction/);
  });

  it('stays between 0 and 2', () => {
    const random = randomNumbers(5);
    for (let i = 0; i < 200; i++) {
      const [a, b] = [0, 1].map(() => {
        const labels = Int32Array.from({ length: 12 }, (_, at) => at % 3);
        return stateOf({
          classes: 3,
          dimension: 2,
          features: matrix(12, 2, random),
          labels,
          weight: matrix(3, 2, random),
        });
      });
      const { metrics: values } = drift(a, b!);
      for (const id of ['drift.means', 'drift.weights']) assert.ok(values[id]! >= 0 && values[id]! <= 2, id);
    }
  });
});
