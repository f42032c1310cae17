import assert from 'node:assert/strict';
import type { LayerValues } from '../../../src/metrics/metric';
import { measureAcross } from '../../../src/metrics/registry';
import reference from '../../fixtures/metrics/depth.json';

function layers(...values: Record<string, number>[]): LayerValues[] {
  return values.map((metrics, i) => ({
    depth: i + 1,
    dimension: 4,
    role: i + 1 === values.length ? 'penultimate' : 'hidden',
    metrics,
  }));
}
const withFuzziness = (values: readonly number[]) =>
  layers(...values.map((value) => ({ 'separation.fuzziness': value })));
const withMismatch = (...values: number[]) => layers(...values.map((value) => ({ 'ncc.mismatch': value })));

describe('the law of separation', () => {
  for (const { values, decay, r2 } of reference.laws) {
    it(`is NumPy's line through log D: ${values.join(', ')}`, () => {
      const { metrics } = measureAcross(withFuzziness(values));
      assert.ok(Math.abs(metrics['separation.decay']! - decay) < 1e-12 * decay);
      assert.ok(Math.abs(metrics['separation.r2']! - r2) < 1e-11);
    });
  }

  it('is exact where every layer takes the same factor, with layers missing between', () => {
    const all = withFuzziness([8, 4, 2, 1, 0.5]);
    const gap = all.map((layer, i) => (i === 2 ? { ...layer, metrics: {} } : layer));
    for (const given of [all, gap, all.toReversed()]) {
      const { metrics } = measureAcross(given);
      assert.ok(Math.abs(metrics['separation.decay']! - 0.5) < 1e-14);
      assert.ok(Math.abs(metrics['separation.r2']! - 1) < 1e-14);
    }
  });

  it('has no fit where nothing changes, and no law for fewer than three layers', () => {
    const flat = measureAcross(withFuzziness([3, 3, 3]));
    assert.equal(flat.metrics['separation.decay'], 1);
    assert.match(flat.notApplicable!['separation.r2']!, /same at every layer/);
    for (const id of ['separation.decay', 'separation.r2']) {
      assert.match(measureAcross(withFuzziness([3, 1])).notApplicable![id]!, /needs three layers.*2 have one/);
      assert.match(measureAcross([]).notApplicable![id]!, /0 have one/);
      assert.match(measureAcross(withFuzziness([3, 1, 0])).notApplicable![id]!, /layer 3 have no spread/);
      const level = withFuzziness([3, 2, 1]).map((layer) => ({ ...layer, depth: 1 }));
      assert.match(measureAcross(level).notApplicable![id]!, /same depth/);
    }
  });

  it('keeps its range on any layers', () => {
    let state = 1;
    for (let i = 0; i < 200; i++) {
      const values = Array.from({ length: 3 + (i % 5) }, () => {
        state = (state * 48271) % 2147483647;
        return 10 ** ((state % 1000) / 100 - 8);
      });
      const { metrics } = measureAcross(withFuzziness(values));
      assert.ok(metrics['separation.decay']! > 0 && Number.isFinite(metrics['separation.decay']!));
      assert.ok(metrics['separation.r2']! >= 0 && metrics['separation.r2']! <= 1);
    }
  });
});

describe('the effective depth', () => {
  it('is the first layer that decides as the network, whatever the later ones do', () => {
    assert.equal(measureAcross(withMismatch(0.5, 0.3, 0.02, 0)).metrics['effectiveDepth'], 3);
    assert.equal(measureAcross(withMismatch(0.5, 0.01, 0.3, 0)).metrics['effectiveDepth'], 2);
    assert.equal(measureAcross(withMismatch(0, 0)).metrics['effectiveDepth'], 1);
  });

  it('is not the last layer where no layer gets there', () => {
    assert.match(measureAcross(withMismatch(0.5, 0.021)).notApplicable!['effectiveDepth']!, /at no measured layer/);
  });

  it('needs hidden layers, and every layer up to the first', () => {
    assert.match(measureAcross(withMismatch(0)).notApplicable!['effectiveDepth']!, /only one layer/);
    assert.match(measureAcross(layers({}, { 'ncc.mismatch': 0 })).notApplicable!['effectiveDepth']!, /layer 1 has no/);
    assert.equal(measureAcross(layers({ 'ncc.mismatch': 0 }, {})).metrics['effectiveDepth'], 1);
  });
});
