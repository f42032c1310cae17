import assert from 'node:assert/strict';
import reference from '../../fixtures/metrics/geometry.json';
import type { TrainingFacts } from '../../../src/metrics/metric';
import { measureAll } from '../../../src/metrics/registry';
import { metricInput, portableLayer } from './layer';

/** Squared loss, so that the measures of strong collapse belong. */
function measured(counts: readonly number[], d: number, eps: number, shift: number, minority?: readonly number[]) {
  const training: TrainingFacts = minority ? { loss: 'mse', minority } : { loss: 'mse' };
  return measureAll({ ...metricInput(portableLayer(counts, d, eps, shift)), training });
}

const GEOMETRY =
  /^(lpm|imbalance|gnc|nc2\.floor|snc|sphere|nc2\..*\.(etf|frame)|nc3\.|nc\.bias|dnc|compression|discrimination|cdnv|nc2\.means\.cosMean)/;

describe('measures of geometry against NumPy', () => {
  for (const { name, counts, d, eps, shift, minority, metrics } of reference.cases) {
    it(`equal the definitions: ${name}`, () => {
      const { metrics: values } = measured(counts, d, eps, shift, minority);
      for (const [id, expected] of Object.entries(metrics)) {
        const actual = values[id];
        assert.ok(actual !== undefined, `${id} is missing`);
        // Near collapse NumPy's own way, straight from the definition, keeps fewer digits.
        const bar = eps < 1e-3 ? 1e-6 : 1e-10;
        assert.ok(
          Math.abs(actual - expected) <= bar * Math.max(1e-3, Math.abs(expected)),
          `${id}: ${actual} ${expected}`,
        );
      }
      for (const id of Object.keys(values)) {
        if (GEOMETRY.test(id)) assert.ok(id in metrics, `${id} has no reference here`);
      }
    });
  }

  it('equal the values published for the portable vectors', () => {
    const first = measured([5, 4, 3], 5, 0.2, 0.3, [1, 2]).metrics;
    // Centre: mean of the class means, but for gnc1 and gnc3, which were published around the sample mean.
    const published: Record<string, number> = {
      'nc2.means.etf': 0.187909812379,
      'nc3.etf': 0.232763017857,
      'nc2.weights.etf': 0.255915949685,
      'nc2.means.frame': 0.610237011769,
      'nc2.weights.frame': 0.586028489721,
      'nc3.frame': 0.653844733607,
      'lpm.minorityCosine': -0.481586714453,
      'lpm.minoritySpread': 0.738121507727,
      'lpm.energyW': 2.64421688918,
      'lpm.energyH': 2.72415744478,
      'gnc2.oneVsRest': 1.34824454069,
      'gnc2.oneVsRest.mean': 1.45753547233,
      'gnc2.means': 1.25274066983,
      'gnc2.oneVsOne': 1.54619749144,
    };
    for (const [id, value] of Object.entries(published)) {
      assert.ok(Math.abs(first[id]! - value) < 1e-11, `${id}: ${first[id]} for ${value}`);
    }
    const second = measured([4, 4, 4], 5, 0.2, 0.3).metrics;
    const strong: Record<string, number> = {
      'snc.weights': 1.01977408656,
      'snc.features': 1.14041629745,
      'snc.bias': 0.858778201866,
      'snc.balance': 0.42026864216,
      'snc.subspace': 0.375140230757,
    };
    for (const [id, value] of Object.entries(strong)) {
      assert.ok(Math.abs(second[id]! - value) < 1e-11, `${id}: ${second[id]} for ${value}`);
    }
  });
});
