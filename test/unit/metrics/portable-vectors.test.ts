import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import reference from '../../fixtures/metrics/values.json';
import { measure, portableLayer } from './layer';

describe('metrics against NumPy', () => {
  for (const { name, counts, d, eps, shift, metrics } of reference.cases) {
    it(`equal the definitions: ${name}`, () => {
      const measured = measure(portableLayer(counts, d, eps, shift));
      for (const [id, expected] of Object.entries(metrics)) {
        const actual = measured[id];
        assert.ok(actual !== undefined, `${id} is missing`);
        assert.ok(
          Math.abs(actual - expected) <= 1e-10 * Math.max(1e-4, Math.abs(expected)),
          `${id}: ${actual} for ${expected}`,
        );
      }
    });
  }

  it('make the features of the published vector', () => {
    const { features } = portableLayer([5, 4, 3], 5, 0.2, 0.3);
    const first = [0.99313638, 0.48783879, -0.19478854, -0.7039926, -0.76918346];
    first.forEach((value, j) => assert.ok(Math.abs(features[j]! - value) < 1e-8));
  });

  it('equal the published values of that vector', () => {
    // From an implementation checked against the authors' code, centre = mean of the class means.
    const published: Record<string, number> = {
      nc1: 0.00635258575798,
      'nc2.means.normCv': 0.0666930859647,
      'nc2.weights.normCv': 0.0855905209883,
      'nc2.means.cosStd': 0.106565375789,
      'nc2.weights.cosStd': 0.19487076185,
      'nc2.means.maxAngle': 0.0963677276238,
      'nc2.weights.maxAngle': 0.164115507252,
      nc3: 0.0599636295019,
      nc4: 0,
    };
    const measured = measure(portableLayer([5, 4, 3], 5, 0.2, 0.3));
    for (const [id, value] of Object.entries(published)) {
      assert.ok(Math.abs(measured[id]! - value) <= 1e-11 * Math.max(value, 1), `${id}: ${measured[id]} for ${value}`);
    }
    assert.ok(Math.abs(measure(portableLayer([5, 4, 3], 5, 2, 0.3))['nc4']! - 5 / 12) < 1e-12);
  });
});

interface PenultimateReference {
  penultimate: Record<string, number>;
}

/** Real features with values computed elsewhere; present only where the project is developed. */
describe('metrics on real activations', () => {
  it('equal the reference of a trained network', function () {
    const folder = path.resolve('..', 'shared', 'runs', 'activations-cnn');
    if (!existsSync(path.join(folder, 'reference.json'))) return this.skip();
    const expected = (JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as PenultimateReference)
      .penultimate;
    const H = readNpy(path.join(folder, 'penultimate.npy'));
    const y = readNpy(path.join(folder, 'labels.npy'));
    const W = readNpy(path.join(folder, 'W.npy'));
    const measured = measure({
      classes: W.shape[0]!,
      dimension: W.shape[1]!,
      features: H.values,
      labels: Int32Array.from(y.values),
      weight: W.values,
    });
    const ids: Record<string, string> = {
      nc1: 'nc1',
      'nc1.traceRatio': 'trace_ratio',
      'nc2.means.normCv': 'nc2_means_norm_cv',
      'nc2.weights.normCv': 'nc2_weights_norm_cv',
      'nc2.means.maxAngle': 'nc2_means_cos_dev',
      'nc2.weights.maxAngle': 'nc2_weights_cos_dev',
      'nc2.means.cosStd': 'nc2_means_cos_std',
      'nc2.weights.cosStd': 'nc2_weights_cos_std',
      nc3: 'nc3',
    };
    for (const [id, name] of Object.entries(ids)) {
      const bar = id === 'nc1' ? 1e-4 : 1e-5;
      assert.ok(Math.abs(measured[id]! / expected[name]! - 1) < bar, `${id}: ${measured[id]} for ${expected[name]}`);
    }
  });
});

/** Little-endian C-order arrays of the kinds in that folder. */
function readNpy(file: string): { shape: number[]; values: Float64Array } {
  const bytes = readFileSync(file);
  const headerLength = bytes.readUInt16LE(8);
  const header = bytes.subarray(10, 10 + headerLength).toString('latin1');
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim())
    .map(Number);
  const data = bytes.buffer.slice(bytes.byteOffset + 10 + headerLength, bytes.byteOffset + bytes.length);
  const kind = /'descr': '([^']*)'/.exec(header)?.[1];
  if (kind === '<f4') return { shape, values: Float64Array.from(new Float32Array(data)) };
  if (kind === '<f8') return { shape, values: new Float64Array(data) };
  if (kind === '<i8') return { shape, values: Float64Array.from(new BigInt64Array(data), Number) };
  if (kind === '|u1') return { shape, values: Float64Array.from(new Uint8Array(data)) };
  if (kind === '<i4') return { shape, values: Float64Array.from(new Int32Array(data)) };
  throw new Error(`unexpected kind ${kind} in ${file}`);
}
