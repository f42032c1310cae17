import assert from 'node:assert/strict';
import type { Metric, MetricInput } from '../../../src/metrics/metric';
import { minorityClasses } from '../../../src/metrics/minority';
import { measureAll, metricById, metrics } from '../../../src/metrics/registry';
import { matrix, metricInput, portableLayer, type Layer } from './layer';

const base = portableLayer([4, 4, 4], 5, 0.2, 0.3);
const rare = portableLayer([8, 3, 2, 8], 5, 0.2, 0.3);

function reasons(layer: Layer, more: Partial<MetricInput> = {}): Record<string, string> {
  return measureAll({ ...metricInput(layer), training: { loss: 'mse' }, ...more }).notApplicable ?? {};
}

function belongs(id: string, input: MetricInput): boolean {
  return metricById(id)!.belongs?.(input) ?? true;
}

const MEANS = ['nc2.means.etf', 'nc2.means.cosMean', 'dnc.frame', 'sphere.energy', 'gnc1', 'gnc2.means', 'cdnv', 'discrimination', 'compression', 'sphere.nc2']; // prettier-ignore
const WEIGHTS = ['nc2.weights.etf', 'nc3.etf', 'nc.bias', 'nc2.weights.frame', 'nc3.frame', 'lpm.energyW', 'gnc2.oneVsRest', 'gnc2.oneVsOne', 'gnc2.ratio', 'gnc3', 'snc.weights', 'snc.features', 'snc.bias', 'snc.balance', 'snc.subspace', 'sphere.nc3']; // prettier-ignore

describe('measures of geometry that cannot be computed', () => {
  it('say that there is only one class, or one with samples', () => {
    const one: Layer = { classes: 1, dimension: 2, features: Float64Array.of(1, 2, 3, 4), labels: Int32Array.of(0, 0) };
    const found = reasons({ ...one, weight: Float64Array.of(1, 1) });
    for (const id of [...MEANS, 'nc2.weights.etf', 'nc2.weights.frame', 'gnc2.oneVsRest', 'nc.bias', 'snc.weights']) {
      assert.match(found[id]!, /only one class/, id);
    }
    const alone = reasons({ ...base, labels: base.labels.map(() => 1) });
    for (const id of MEANS) assert.match(alone[id]!, /fewer than two classes/, id);
  });

  it('say that there is no classifier, that it does not fit, or that it is zero', () => {
    const { classifier, ...input } = metricInput(base);
    assert.ok(classifier);
    const training = { loss: 'mse' } as const;
    const none = measureAll({ ...input, training, noClassifier: 'no linear head was found' }).notApplicable!;
    for (const id of WEIGHTS) assert.match(none[id]!, /no linear head/, id);
    const wide = reasons(base, { classifier: { weight: new Float64Array(20) } });
    for (const id of WEIGHTS) assert.match(wide[id]!, /20 weights.*ask for 15/, id);
    const zero = reasons(base, { classifier: { weight: new Float64Array(15) } });
    for (const id of ['nc2.weights.etf', 'nc2.weights.frame', 'snc.features']) assert.match(zero[id]!, /is zero/, id);
    for (const id of ['nc3.etf', 'nc3.frame']) assert.match(zero[id]!, /products .* are zero/, id);
    for (const id of ['gnc2.oneVsRest', 'gnc2.oneVsOne', 'gnc3', 'sphere.nc3'])
      assert.match(zero[id]!, /row of class 0/, id);
    assert.match(zero['snc.bias']!, /no bias/);
  });

  it('say that the features were constant, zero, or not scaled', () => {
    const constant = reasons({ ...base, features: base.features.map(() => 0.1) });
    for (const id of [
      'nc2.means.etf',
      'nc3.etf',
      'sphere.energy',
      'gnc1',
      'sphere.nc2',
      'gnc3',
      'cdnv',
      'compression',
    ]) {
      assert.match(constant[id]!, /class means are equal/, id);
    }
    const nothing = reasons({ ...base, features: base.features.map(() => 0) });
    assert.match(nothing['nc2.means.frame']!, /all class means are zero/);
    for (const id of ['nc2.means.cosMean', 'discrimination']) assert.match(nothing[id]!, /mean of class 0 is zero/, id);
    for (const id of ['gnc1', 'gnc3', 'gnc2.means', 'sphere.normCv'])
      assert.match(nothing[id]!, /features are zero/, id);
    const { unit, within, ...bare } = metricInput(base);
    assert.ok(unit && within);
    const lacking = measureAll({ ...bare, training: { loss: 'mse' } }).notApplicable!;
    for (const { id, needs } of metrics)
      if (needs?.includes('unit')) assert.match(lacking[id]!, /were not gathered/, id);
    assert.match(lacking['snc.balance']!, /too wide/);
  });

  it('take equal features for what they are: one direction has a frame distance, its largest', () => {
    const { metrics: values } = measureAll(
      metricInput({ ...base, features: base.features.map((_, at) => 1 + (at % 5)) }),
    );
    assert.ok(Math.abs(values['dnc.frame']! - Math.sqrt(2 - 2 / Math.sqrt(3))) < 1e-12);
    assert.equal(values['discrimination'], 0);
  });

  it('leave empty classes out of the means, and say what needs them', () => {
    const gap = { ...base, labels: base.labels.map((label) => (label === 1 ? 3 : label)), classes: 4 };
    const input = metricInput({ ...gap, weight: matrix(4, 5, (k, j) => Math.cos(k + 2 * j)) });
    const { metrics: values, notApplicable } = measureAll(input);
    const full = measureAll(metricInput(base)).metrics;
    for (const id of [...MEANS, 'lpm.energyH', 'nc2.means.frame', 'sphere.energyGap']) {
      assert.ok(Math.abs(values[id]! - full[id]!) < 1e-12, `${id}: ${values[id]} for ${full[id]}`);
    }
    for (const id of ['nc3.etf', 'nc3.frame', 'gnc3', 'sphere.nc3']) {
      assert.match(notApplicable![id]!, /one class has no samples/, id);
    }
    assert.match(notApplicable!['imbalance.ratio']!, /class 1 has no samples.*infinite/);
  });

  it('see nothing within classes of one sample each, or between equal means', () => {
    const single = { ...base, features: base.features.slice(0, 15), labels: Int32Array.of(0, 1, 2) };
    for (const id of ['gnc1', 'sphere.nc1', 'cdnv', 'compression']) {
      assert.match(reasons(single)[id]!, /more than one sample/, id);
    }
    const twice = matrix(6, 2, (i, j) => [3, 5, 3][i % 3]! + (i < 3 ? 1 : -1) * (j + 1));
    const labels = Int32Array.from({ length: 6 }, (_, i) => i % 3);
    assert.match(reasons({ classes: 3, dimension: 2, features: twice, labels })['cdnv']!, /classes 0 and 2 are equal/);
  });

  it('ask strong collapse for balance and for room', () => {
    for (const id of ['snc.weights', 'snc.features', 'snc.subspace']) {
      assert.match(reasons(rare)[id]!, /between 2 and 8 samples/, id);
    }
    const crowded = reasons(portableLayer([2, 2, 2, 2, 2], 2, 0.2, 0.3));
    for (const id of ['snc.weights', 'snc.features']) assert.match(crowded[id]!, /5 classes cannot form/, id);
    assert.equal(crowded['snc.subspace'], undefined);
  });

  it('refuse hulls that would take minutes, and say so', () => {
    const [K, d] = [600, 400];
    const weight = matrix(K, d, (k, j) => Math.sin(k * 3.7 + j * 1.3 + k * j));
    const labels = Int32Array.from({ length: K }, (_, k) => k);
    const started = performance.now();
    const layer = { classes: K, dimension: d, features: weight, labels, weight };
    const unit = { statistics: metricInput({ ...layer, dimension: 1, weight: new Float64Array(K) }).statistics, norms: { mean: 1, deviation: 0 }, zeros: 0 }; // prettier-ignore
    const statistics = {
      ...unit.statistics,
      dimension: d,
      means: weight,
      centredMeans: weight,
      globalMean: new Float64Array(d),
    };
    const input: MetricInput = { statistics, role: 'penultimate', classifier: { weight } };
    const result = metricById('gnc2.oneVsRest')!.compute(input);
    assert.ok(
      typeof result !== 'number' && /600 classes in 400 dimensions would take minutes/.test(result.notApplicable),
    );
    assert.equal(typeof metricById('gnc2.oneVsOne')!.compute(input), 'number');
    assert.ok(performance.now() - started < 20_000);
  });

  it('never let NaN into the report', () => {
    const features = base.features.slice();
    features[7] = Number.NaN;
    const weight = base.weight!.slice();
    weight[3] = Number.NaN;
    const { metrics: values } = measureAll({
      ...metricInput({ ...base, features, weight }),
      training: { loss: 'mse' },
    });
    for (const [id, value] of Object.entries(values)) assert.ok(Number.isFinite(value), id);
    for (const id of [...MEANS, ...WEIGHTS])
      assert.ok(!(id in values) || id === 'snc.bias' || id === 'imbalance.ratio', id);
  });
});

describe('measures of geometry belong', () => {
  const facts = (layer: Layer, training?: MetricInput['training']): MetricInput => {
    const { statistics } = metricInput(layer);
    return training ? { statistics, role: 'penultimate', training } : { statistics, role: 'penultimate' };
  };

  it('in imbalanced runs, or where a minority is named', () => {
    for (const id of ['lpm.minorityCosine', 'lpm.minorityCosine.min', 'lpm.minoritySpread']) {
      assert.equal(belongs(id, facts(base)), false);
      assert.equal(belongs(id, facts(rare)), true);
      assert.equal(belongs(id, facts(base, { minority: [0, 1] })), true);
      assert.equal(belongs(id, facts(base, { minority: [] })), false);
    }
    for (const id of ['lpm.energyW', 'lpm.energyH', 'imbalance.ratio']) assert.equal(belongs(id, facts(base)), true);
    assert.match(reasons(portableLayer([5, 4, 4], 5, 0.2, 0.3))['lpm.minorityCosine']!, /fewer than half/);
    assert.match(
      reasons(portableLayer([9, 2, 9], 5, 0.2, 0.3))['lpm.minorityCosine']!,
      /only one class is in the minority/,
    );
  });

  it('to the minority that is named, or has less than half of the largest class', () => {
    assert.deepEqual(minorityClasses(facts(rare)), [1, 2]);
    assert.deepEqual(minorityClasses(facts(portableLayer([4, 2, 1], 5, 0.2, 0.3))), [2]);
    assert.deepEqual(minorityClasses(facts(rare, { minority: [3, 0, 3, 9, -1] })), [0, 3]);
  });

  it('nowhere where minority rows have vanished: they have no direction', () => {
    const weight = rare.weight!.map((value, at) => (Math.floor(at / 5) === 2 ? value * 1e-8 : value));
    const found = reasons({ ...rare, weight });
    for (const id of ['lpm.minorityCosine', 'lpm.minoritySpread']) assert.match(found[id]!, /class 2 has vanished/, id);
  });

  it('to squared loss where the model is that of squared loss', () => {
    const strong = (metrics as Metric[]).filter(({ id }) => id.startsWith('snc.'));
    assert.equal(strong.length, 5);
    for (const { id } of strong) {
      assert.equal(belongs(id, facts(base)), false);
      assert.equal(belongs(id, facts(base, { loss: 'ce' })), false);
      assert.equal(belongs(id, facts(base, { loss: 'mse' })), true);
    }
  });

  it('to many classes where there are, and to few where it costs little', () => {
    const wide = (classes: number, dimension: number): MetricInput => {
      const { statistics } = metricInput(base);
      return { statistics: { ...statistics, classes, dimension }, role: 'penultimate' };
    };
    for (const id of ['gnc2.oneVsRest', 'gnc2.oneVsRest.mean', 'gnc2.means', 'gnc2.oneVsOne']) {
      assert.equal(belongs(id, wide(200, 2048)), true);
      assert.equal(belongs(id, wide(1000, 2048)), false);
      assert.equal(belongs(id, wide(1000, 512)), true);
    }
    assert.equal(belongs('nc2.floor', wide(10, 9)), false);
    assert.equal(belongs('nc2.floor', wide(10, 8)), true);
  });
});
