import { measureAll } from '../../../src/metrics/registry';
import type { MetricInput } from '../../../src/metrics/metric';
import reference from '../../fixtures/metrics/outputs.json';
import { matrix, portableLayer } from './layer';
import { assertClose, portableTags, withLogits, withNoise, withTags, withUnknown } from './outputs';

function compare(input: MetricInput, expected: Record<string, number | undefined>): void {
  const { metrics } = measureAll(input);
  for (const [id, value] of Object.entries(expected)) {
    if (value !== undefined) assertClose(metrics[id], value, 1e-10, id);
  }
}

describe('measures of outputs against NumPy', () => {
  for (const { name, counts, d, eps, shift, logits, metrics } of reference.logits) {
    it(`equal the definitions, logits: ${name}`, () => {
      const input = withLogits(portableLayer(counts, d, eps, shift));
      compare({ ...input, training: { loss: 'mse' } }, metrics);
      const found = input.logits!;
      assertClose(found.margins.mean, logits.mean, 1e-12, 'mean margin');
      assertClose(found.margins.deviation, logits.deviation, 1e-12, 'deviation of the margins');
      assertClose(found.crossEntropy, logits.crossEntropy, 1e-12, 'cross-entropy');
      assertClose(found.interpolation.along, logits.along, 1e-12, 'along');
      assertClose(found.interpolation.squares, logits.squares, 1e-12, 'squares');
      logits.correct.forEach((count, c) => assertClose(found.correct[c], count, 0, `correct of class ${c}`));
    });
  }

  for (const { name, classes, d, eps, shift, sets, scales, metrics } of reference.tags) {
    it(`equal the definitions, label sets: ${name}`, () => {
      compare(withTags(portableTags(classes, d, eps, shift, sets, scales)), metrics);
    });
  }

  it('equal the published values of V3', () => {
    const { classes, d, eps, shift, sets, scales } = reference.tags[0]!;
    const { metrics } = measureAll(withTags(portableTags(classes, d, eps, shift, sets, scales)));
    assertClose(metrics['nc1'], 0.00288293261899, 1e-10, 'nc1');
    assertClose(metrics['loss.pickAll'], 0.960769795308, 1e-11, 'loss.pickAll');
    assertClose(metrics['multilabel.angle.m2'], 0.0202659689864, 1e-11, 'angle');
    assertClose(metrics['multilabel.scale.m2'], 0.696426599756, 1e-11, 'scale');
    assertClose(metrics['multilabel.scaleResidual.m2'], 0.0319260243291, 1e-10, 'residual');
    assertClose(metrics['multilabel.nc1.m2'], 0.0101814844646, 1e-10, 'nc1 of pairs');
  });

  for (const { name, counts, d, eps, shift, every, metrics, distance, spread } of reference.noise) {
    it(`equal the definitions, label noise: ${name}`, () => {
      const layer = portableLayer(counts, d, eps, shift);
      const given = layer.labels.map((truth, i) => (i % every === every - 1 ? (truth + 1) % counts.length : truth));
      const input = withNoise(layer, given);
      compare(input, metrics);
      assertClose(input.noise!.distance.mean, distance.mean, 1e-12, 'mean distance');
      assertClose(input.noise!.distance.total, distance.total, 1e-12, 'total distance');
      assertClose(input.noise!.spread, spread, 1e-12, 'spread');
    });
  }

  for (const { name, counts, d, eps, shift, unknown, metrics } of reference.unknown) {
    it(`equal the definitions, unknown samples: ${name}`, () => {
      const samples = matrix(unknown, d, (i, j) => 0.8 * Math.cos(2 + 1.3 * i + 0.9 * i * j + 5 * j) + 0.2);
      compare(withUnknown(portableLayer(counts, d, eps, shift), samples), metrics);
    });
  }
});
