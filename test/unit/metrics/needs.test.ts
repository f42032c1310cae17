/** A metric reads what it says it needs, and nothing else: a run gathers by these words. */
import assert from 'node:assert/strict';
import type { Metric, MetricInput, Need } from '../../../src/metrics/metric';
import { metrics } from '../../../src/metrics/registry';
import { portableLayer, randomNumbers, matrix, type Layer } from './layer';
import { fullStatistics, tagStatistics, withLogits, withNoise, withUnknown } from './outputs';

/** One run that has everything there is to ask for. */
function everything(layer: Layer, training: MetricInput['training']): MetricInput {
  const noisy = withNoise(
    layer,
    layer.labels.map((k, i) => (i % 4 === 0 ? (k + 1) % layer.classes : k)),
  );
  const sets = Array.from(layer.labels, (k, i) => [[k], [k, (k + 1) % layer.classes].sort((a, b) => a - b)][i % 2]!);
  const { ood } = withUnknown(layer, matrix(5, layer.dimension, randomNumbers(3)));
  return {
    ...withLogits(layer),
    noise: noisy.noise!,
    tags: tagStatistics({ ...layer, sets, logits: matrix(sets.length, layer.classes, randomNumbers(4)) }),
    test: {
      accuracy: 0.75,
      nearestCentre: { accuracy: 0.5, mismatch: 0.25 },
      statistics: { ...fullStatistics(layer), radius: 1 },
    },
    network: { norms: [2, 3] },
    ood: ood!,
    training: training ?? {},
  };
}

const NEED_OF: Readonly<Record<string, Need>> = {
  classifier: 'classifier',
  accuracy: 'decisions',
  nearestCentre: 'nearestCentre',
  'nearestCentre.mismatch': 'decisions',
  'statistics.span': 'span',
  'statistics.span.withinMatrix': 'withinSpan',
  unit: 'unit',
  logits: 'logits',
  within: 'within',
  tags: 'tags',
  'tags.pickAllLoss': 'logits',
  noise: 'noise',
  test: 'test',
  'test.accuracy': 'decisions',
  'test.nearestCentre.mismatch': 'decisions',
  next: 'next',
  network: 'network',
  ood: 'ood',
};

/** What a metric touches of its input, as needs. */
function read(metric: Metric, input: MetricInput): Set<Need> {
  const found = new Set<Need>();
  const watch = <T extends object>(target: T, at: string): T =>
    new Proxy(target, {
      get(object, key) {
        const value = Reflect.get(object, key) as unknown;
        const name = at + String(key);
        const need = NEED_OF[name];
        if (need && value !== undefined) found.add(need);
        const deeper = Object.keys(NEED_OF).some((other) => other.startsWith(`${name}.`));
        return deeper && typeof value === 'object' && value !== null ? watch(value, `${name}.`) : value;
      },
    });
  metric.compute(watch(input, ''));
  return found;
}

describe('what a metric needs', () => {
  const counts = [4, 9, 5, 6];
  const even = [6, 6, 6, 6];
  const inputs = [
    everything(portableLayer(counts, 5, 0.05, 0, 0.5), { loss: 'mse', weightDecay: 1e-3 }),
    everything(portableLayer(even, 5, 0.05, 0, 0.5), { loss: 'mse', weightDecay: 1e-3, tasks: { old: [0, 1], now: [2, 3] } }), // prettier-ignore
    everything(portableLayer([6, 6, 6, 6, 6, 6], 3, 0.05, 1, 0.5), { loss: 'ce' }),
  ];

  for (const metric of metrics) {
    if (metric.where === 'acrossLayers' || metric.where === 'acrossEpochs') continue;
    it(`${metric.id}: is all that it reads, and read somewhere`, () => {
      const declared = new Set(metric.needs);
      const seen = new Set<Need>();
      for (const input of inputs) for (const need of read(metric, input)) seen.add(need);
      for (const need of seen) assert.ok(declared.has(need), `reads ${need} and does not say so`);
      for (const need of declared) assert.ok(seen.has(need), `says ${need} and never reads it`);
    });
  }
});
