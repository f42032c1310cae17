import assert from 'node:assert/strict';
import { alignment } from '../../../src/metrics/alignment';
import type { Metric, MetricInput } from '../../../src/metrics/metric';
import { nc1 } from '../../../src/metrics/nc1';
import { measureAll } from '../../../src/metrics/registry';
import { stableWithin } from '../../../src/metrics/ranks';
import { fuzziness } from '../../../src/metrics/separation';
import reference from '../../fixtures/metrics/depth.json';
import {
  matrix,
  measure,
  metricInput,
  portableLayer,
  randomNumbers,
  rotated,
  rotation,
  without,
  type Layer,
} from './layer';

const twistedLayer = (counts: readonly number[], d: number, eps: number, shift: number) =>
  portableLayer(counts, d, eps, shift, 0.5);

const nextLayer = (rows: number, d: number) => matrix(rows, d, (r, j) => Math.sin(1 + 2 * r + 3 * j + r * j));

function close(actual: unknown, expected: number, tolerance: number, what: string): void {
  assert.ok(typeof actual === 'number', `${what}: ${JSON.stringify(actual)} for ${expected}`);
  const difference = Math.abs(actual - expected);
  assert.ok(difference <= tolerance * Math.max(1e-9, Math.abs(expected)), `${what}: ${actual} for ${expected}`);
}

function reasonOf(metric: Metric, input: MetricInput): string {
  const result = metric.compute(input);
  assert.ok(typeof result !== 'number', `${metric.id}: ${JSON.stringify(result)}`);
  return result.notApplicable;
}

/** Any shape, any imbalance. */
function randomLayer(seed: number): Layer {
  const random = randomNumbers(seed);
  const upTo = (most: number) => 1 + Math.floor((random() + 0.5) * most);
  const classes = 1 + upTo(6);
  const d = upTo(9);
  const spread = 10 ** (6 * random());
  const labels = Int32Array.from(
    Array.from({ length: classes }, (_, k) => k).flatMap((k) => new Array<number>(upTo(12)).fill(k)),
  );
  const centres = matrix(classes, d, random);
  const features = matrix(labels.length, d, (i, j) => centres[labels[i]! * d + j]! + spread * random());
  return { classes, dimension: d, features, labels, weight: matrix(classes, d, random) };
}

describe('the measures of a layer against NumPy', () => {
  for (const { name, counts, d, eps, shift, layer, alignment: aligned } of reference.cases) {
    it(`equal the d×d definitions: ${name}`, () => {
      const input = metricInput(twistedLayer(counts, d, eps, shift));
      const measured = measureAll(input).metrics;
      for (const [id, expected] of Object.entries(layer)) close(measured[id], expected, 1e-9, id);
      for (const { rows, value } of aligned) {
        close(alignment.compute({ ...input, next: { rows, weight: nextLayer(rows, d) } }), value, 1e-10, 'alignment');
      }
    });
  }

  it('take the shorter way for balanced classes and agree with the longer one', () => {
    const layer = twistedLayer([4, 4, 4], 5, 0.2, 0.3);
    const input = metricInput(layer);
    const span = without(input.statistics.span!, 'withinMatrix');
    const short = fuzziness.compute({ ...input, statistics: { ...input.statistics, span } });
    assert.equal(fuzziness.compute(input), short);
    close(short, 3 * measure(layer)['nc1']!, 1e-12, 'K·NC1');
    const numpy = reference.cases.find(({ name }) => name === 'V2')!.layer['separation.fuzziness'];
    close(short, numpy, 1e-10, 'NumPy');
  });
});

describe('the measures of a layer stay the same', () => {
  const ids = [
    'separation.fuzziness',
    'rank.stable',
    'rank.stable.within',
    'rank.stable.total',
    'rank.participation',
    'rank.participation.within',
    'rank.participation.total',
    'alignment',
    'ncc.mismatch',
  ];
  const base = twistedLayer([9, 4, 3, 16], 7, 0.8, 0.3);

  function same(changed: Layer): void {
    const before = measure(base);
    const after = measure(changed);
    for (const id of ids) close(after[id], before[id]!, 1e-9, id);
  }

  it('under rotation of the feature space', () => {
    const q = rotation(7, 3);
    same({ ...base, features: rotated(base.features, q, 7), weight: rotated(base.weight!, q, 7) });
  });

  it('under scaling and shifting of the features', () => {
    const scaled = { ...base, features: base.features.map((value, at) => 50 * value + (at % 7) * 100) };
    // The decisions are the network's own and stay what they were: its bias undoes the shift.
    const bias = Float64Array.from({ length: 4 }, (_, k) => {
      let shift = 0;
      for (let j = 0; j < 7; j++) shift += base.weight![k * 7 + j]! * j * 100;
      return 50 * base.bias![k]! - shift;
    });
    same({ ...scaled, bias });
  });

  it('when classes are numbered and samples ordered otherwise', () => {
    const order = [2, 0, 3, 1];
    const flipped = Array.from(base.labels.keys()).reverse();
    same({
      ...base,
      features: matrix(flipped.length, 7, (i, j) => base.features[flipped[i]! * 7 + j]!),
      labels: Int32Array.from(flipped, (i) => order[base.labels[i]!]!),
      weight: matrix(4, 7, (k, j) => base.weight![order.indexOf(k) * 7 + j]!),
      bias: Float64Array.from({ length: 4 }, (_, k) => base.bias![order.indexOf(k)]!),
    });
  });
});

describe('the measures of any layer', () => {
  it('stay in their ranges', () => {
    const seen = new Map<string, number>();
    for (let seed = 1; seed <= 200; seed++) {
      const layer = randomLayer(seed);
      const { metrics: values } = measureAll(metricInput(layer));
      const { classes: K, dimension: d } = layer;
      const bounds: Record<string, [number, number]> = {
        'separation.fuzziness': [0, Infinity],
        alignment: [0, 1],
        'ncc.mismatch': [0, 1],
        'rank.stable': [1, Math.min(K - 1, d)],
        'rank.participation': [1, Math.min(K - 1, d)],
        'rank.stable.within': [1, d],
        'rank.participation.within': [1, d],
        'rank.stable.total': [1, d],
        'rank.participation.total': [1, d],
      };
      for (const [id, [low, high]] of Object.entries(bounds)) {
        const value = values[id];
        if (value === undefined) continue;
        assert.ok(value >= low - 1e-9 && value <= high + 1e-9, `${id} of case ${seed}: ${value}`);
        seen.set(id, (seen.get(id) ?? 0) + 1);
      }
      for (const kind of ['', '.within', '.total']) {
        const [stable, participation] = [values[`rank.stable${kind}`], values[`rank.participation${kind}`]];
        assert.ok(stable === undefined || stable <= participation! + 1e-9);
      }
    }
    assert.ok([...seen.values()].every((count) => count > 150) && seen.size === 9, JSON.stringify([...seen]));
  });

  it('have a reason where they are undefined', () => {
    const base = twistedLayer([5, 4, 3], 5, 0.2, 0.3);
    const input = metricInput(base);
    const reasons = (changed: Partial<MetricInput>) => measureAll({ ...input, ...changed }).notApplicable!;
    const plain = without(input.statistics, 'span');
    const bare = reasons({ statistics: plain });
    for (const id of ['nc1', 'separation.fuzziness', 'rank.stable']) assert.match(bare[id]!, /was not analysed/);
    const huge = { ...plain, classes: 1000, dimension: 100000 };
    assert.match(reasonOf(nc1, { ...input, statistics: huge }), /1000 class means in 100000 dimensions takes too much/);
    const span = without(input.statistics.span!, 'withinMatrix');
    assert.match(reasons({ statistics: { ...plain, span } })['separation.fuzziness']!, /was not gathered/);

    const less = without(input, 'within', 'next');
    const narrow = measureAll(less).notApplicable!;
    assert.match(narrow['rank.stable.within']!, /was not gathered/);
    assert.match(narrow['alignment']!, /no linear classifier/);
    assert.match(measureAll({ ...less, role: 'hidden' }).notApplicable!['alignment']!, /no linear layer takes/);
    const wide = { ...less, statistics: { ...input.statistics, dimension: 5000 } };
    assert.match(reasonOf(stableWithin, wide), /5000 features.*at most 2048/);
    assert.match(reasons({ next: { rows: 2, weight: new Float64Array(10) } })['alignment']!, /all zero/);
    assert.match(reasons({ next: { rows: 2, weight: nextLayer(2, 8) } })['alignment']!, /takes 8 features, and 5/);
    const large = { rows: 200000, weight: new Float64Array(200000 * 500) };
    const many = { ...input.statistics, dimension: 500 };
    assert.match(
      reasonOf(alignment, { ...input, statistics: many, next: large }),
      /200000×500 weights.*takes too long/,
    );
    const undecided = without(input, 'nearestCentre');
    assert.match(measureAll(undecided).notApplicable!['ncc.mismatch']!, /decisions/);
  });

  it('say what one class, equal features, single samples and NaN leave undefined', () => {
    const base = twistedLayer([5, 4, 3], 5, 0.2, 0.3);
    const reasonsOf = (layer: Layer) => measureAll(metricInput(layer)).notApplicable ?? {};
    const one = reasonsOf({
      classes: 1,
      dimension: 2,
      features: Float64Array.of(1, 2, 3, 4),
      labels: Int32Array.of(0, 0),
    });
    for (const id of ['separation.fuzziness', 'rank.stable', 'alignment', 'ncc.mismatch']) {
      assert.match(one[id]!, /only one class/);
    }
    const equal = reasonsOf({ ...base, features: base.features.map(() => 0.1) });
    for (const id of ['separation.fuzziness', 'rank.participation']) assert.match(equal[id]!, /means are equal/);
    assert.match(equal['rank.stable.within']!, /no class has any spread/);
    assert.match(equal['rank.participation.total']!, /all samples have the same/);
    const single = reasonsOf({
      ...base,
      features: matrix(3, 5, (i, j) => Math.cos(1 + 3 * i + j)),
      labels: Int32Array.of(0, 1, 2),
    });
    for (const id of ['separation.fuzziness', 'rank.stable.within']) assert.match(single[id]!, /more than one sample/);
    assert.equal(single['rank.stable.total'], undefined);
    const features = base.features.slice();
    features[7] = Number.NaN;
    const broken = measureAll(metricInput({ ...base, features }));
    for (const value of Object.values(broken.metrics)) assert.ok(Number.isFinite(value));
    for (const id of ['separation.fuzziness', 'rank.stable', 'rank.stable.total']) {
      assert.match(broken.notApplicable![id]!, /NaN/);
    }
  });

  it('leave classes without samples out', () => {
    const base = twistedLayer([9, 4, 3], 5, 0.2, 0.3);
    const full = measure(base);
    const gap = { ...base, labels: base.labels.map((label) => (label === 1 ? 3 : label)), classes: 4 };
    const weight = matrix(4, 5, (k, j) => (k === 3 ? base.weight![5 + j]! : k === 1 ? 0.5 : base.weight![k * 5 + j]!));
    const measured = measure({ ...gap, weight });
    for (const id of ['separation.fuzziness', 'rank.stable', 'rank.stable.total', 'rank.participation']) {
      close(measured[id], full[id]!, 1e-12, id);
    }
  });
});
