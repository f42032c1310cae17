import assert from 'node:assert/strict';
import { cautions } from '../../../src/metrics/cautions';
import { measureAll, metrics } from '../../../src/metrics/registry';
import { matrix, metricInput, portableLayer, type Layer } from './layer';

function reasons(layer: Layer): Record<string, string> {
  return measureAll(metricInput(layer)).notApplicable ?? {};
}

/** Whether a metric asks for more than this file's inputs hold; those have tests of their own. */
function needsMore(id: string): boolean {
  const needs = metrics.find((metric) => metric.id === id)?.needs ?? [];
  return needs.some((need) => !['span', 'nearestCentre', 'classifier', 'decisions'].includes(need));
}

const base = portableLayer([4, 4, 4], 5, 0.2, 0.3);

describe('metrics that cannot be computed', () => {
  it('give a number or a reason for every metric of the layer, never both', () => {
    const input = metricInput(base);
    const { metrics: values, notApplicable } = measureAll(input);
    for (const { id, belongs, where } of metrics) {
      const beyond = where === 'acrossLayers' || where === 'acrossEpochs';
      if (beyond || belongs?.(input) === false) assert.ok(!(id in values) && !(id in (notApplicable ?? {})), id);
      else assert.notEqual(id in values, id in (notApplicable ?? {}), id);
    }
    const asked = Object.keys(notApplicable ?? {}).filter((id) => !needsMore(id));
    assert.deepEqual(asked, []);
    assert.match(notApplicable!['nc4.test']!, /test data/);
  });

  it('measure only what belongs there at a hidden layer', () => {
    const measured = measureAll({ ...metricInput(base), role: 'hidden' });
    const expected = metrics.filter(({ where }) => where === 'everyLayer').map(({ id }) => id);
    assert.ok(['nc1', 'nc1.traceRatio', 'ncc.accuracy', 'rank.stable.total'].every((id) => expected.includes(id)));
    assert.deepEqual(Object.keys(measured.metrics), expected);
    assert.equal(measured.notApplicable, undefined);
  });

  it('take test values from the test split', () => {
    const test = { accuracy: 0.5, nearestCentre: { accuracy: 0.25, mismatch: 0.125 } };
    const { metrics: values } = measureAll({ ...metricInput(base), test });
    assert.equal(values['accuracy.test'], 0.5);
    assert.equal(values['nc4.test'], 0.125);
  });

  it('say that there is only one class', () => {
    const one: Layer = { classes: 1, dimension: 2, features: Float64Array.of(1, 2, 3, 4), labels: Int32Array.of(0, 0) };
    const found = reasons(one);
    for (const id of ['nc1', 'nc1.traceRatio', 'nc2.means.cosStd', 'ncc.accuracy'])
      assert.match(found[id]!, /only one class/);
  });

  it('say that fewer than two classes have samples', () => {
    const found = reasons({ ...base, labels: base.labels.map(() => 1) });
    assert.match(found['nc1']!, /fewer than two classes/);
    assert.match(found['nc2.means.normCv']!, /fewer than two classes/);
  });

  it('say that all class means are equal', () => {
    const found = reasons({ ...base, features: base.features.map(() => 0.1) });
    for (const id of ['nc1', 'nc1.traceRatio', 'nc1.condition', 'nc2.means.maxAngle', 'nc3']) {
      assert.match(found[id]!, /class means are equal/);
    }
  });

  it('take rounding for equality of the means', () => {
    // The same samples in both classes, in another order: the means differ in the last bit only.
    const values = [0.1, 0.7, 0.3, 0.9, 0.2];
    const features = Float64Array.from([...values, ...values.toReversed()]);
    const labels = Int32Array.from({ length: 10 }, (_, i) => (i < 5 ? 0 : 1));
    assert.match(reasons({ classes: 2, dimension: 1, features, labels })['nc1']!, /equal/);
  });

  it('name the class whose mean lies at the centre', () => {
    const features = Float64Array.of(-1, 0, 1, -1.5, 0, 1.5);
    const labels = Int32Array.of(0, 1, 2, 0, 1, 2);
    assert.match(
      reasons({ classes: 3, dimension: 1, features, labels })['nc2.means.cosStd']!,
      /mean of class 1 lies at/,
    );
  });

  it('say that there is no classifier, or that it does not fit, or is zero', () => {
    const input = metricInput(base);
    const { classifier, accuracy, ...without } = input;
    assert.ok(classifier && accuracy !== undefined);
    const none = measureAll({ ...without, noClassifier: 'no linear head was found in the graph' }).notApplicable!;
    for (const id of ['nc2.weights.normCv', 'nc3', 'accuracy']) assert.match(none[id]!, /no linear head/);
    const wide = measureAll({ ...input, classifier: { weight: new Float64Array(4 * 5) } }).notApplicable!;
    for (const id of ['nc2.weights.cosStd', 'nc3']) assert.match(wide[id]!, /20 weights.*ask for 15/);
    const weight = matrix(3, 5, (k, j) => (k === 1 ? 0 : k + j));
    const zero = measureAll({ ...input, classifier: { weight } });
    assert.match(zero.notApplicable!['nc2.weights.maxAngle']!, /row of class 1 is zero/);
    assert.ok(zero.metrics['nc3']! > 0);
  });

  it('leave empty classes out of the means, and say what needs them', () => {
    const gap = { ...base, labels: base.labels.map((label) => (label === 1 ? 3 : label)), classes: 4 };
    const weight = matrix(4, 5, (k, j) => Math.cos(k + 2 * j));
    const input = metricInput({ ...gap, weight });
    const { metrics: values, notApplicable } = measureAll(input);
    const full = measureAll(metricInput(base)).metrics;
    for (const id of [
      'nc1',
      'nc1.traceRatio',
      'nc1.condition',
      'nc2.means.normCv',
      'nc2.means.maxAngle',
      'ncc.accuracy',
    ]) {
      assert.ok(Math.abs(values[id]! - full[id]!) < 1e-12, `${id}: ${values[id]} for ${full[id]}`);
    }
    assert.match(notApplicable!['nc3']!, /one class has no samples/);
    assert.match(cautions(input).join(' '), /Class 1 has no samples/);
    assert.match(cautions(input, ['cat', 'dog', 'owl']).join(' '), /Class dog has no samples/);
  });

  it('see nothing within classes of one sample each', () => {
    const features = matrix(3, 5, (i, j) => Math.cos(1 + i * 3 + j));
    const labels = Int32Array.of(0, 1, 2);
    assert.match(reasons({ ...base, features, labels })['nc1']!, /more than one sample/);
    const mixed = portableLayer([1, 4, 4], 5, 0.2, 0.3);
    assert.ok(measureAll(metricInput(mixed)).metrics['nc1']! > 0);
    assert.match(cautions(metricInput(mixed)).join(' '), /Class 0 has only one sample/);
  });

  it('tell of means that span less than they could', () => {
    // Four classes on a line in the plane of the first feature: only one direction separates them.
    const features = matrix(8, 3, (i, j) => (j === 0 ? (i % 4) ** 2 : 0) + 0.01 * Math.cos(i + j) * (i < 4 ? 1 : -1));
    const exact = matrix(8, 3, (i, j) => (j === 0 ? (i % 4) ** 2 : i < 4 ? 0.5 : -0.5));
    const labels = Int32Array.from({ length: 8 }, (_, i) => i % 4);
    assert.match(reasons({ classes: 4, dimension: 3, features: exact, labels })['nc1.condition']!, /span 1 of 3/);
    assert.equal(reasons({ classes: 4, dimension: 3, features, labels })['nc1.condition'], undefined);
  });

  it('never let NaN or infinity into the report', () => {
    const features = base.features.slice();
    features[7] = Number.NaN;
    const input = metricInput({ ...base, features });
    const { metrics: values, notApplicable } = measureAll({ ...input, accuracy: Number.NaN });
    for (const [id, value] of Object.entries(values)) assert.ok(Number.isFinite(value), id);
    assert.match(notApplicable!['accuracy']!, /not a finite number/);
    assert.ok('nc1.traceRatio' in notApplicable!);
  });
});
