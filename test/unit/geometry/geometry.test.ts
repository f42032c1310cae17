import assert from 'node:assert/strict';
import { PictureSamples } from '../../../src/engine/picture-samples';
import { measureGeometry } from '../../../src/geometry/measure-geometry';
import type { MetricInput } from '../../../src/metrics/metric';
import { measureAll } from '../../../src/metrics/registry';
import {
  type Geometry,
  lacking,
  type Picture,
  triangleIndex,
  type VectorGeometry,
} from '../../../src/protocol/geometry';
import { type Layer, matrix, metricInput, portableLayer, randomNumbers, rotation } from '../metrics/layer';

/** Both passes and the samples of the picture, as the engine has them. */
function geometryOf(layer: Layer, more: Partial<MetricInput> = {}): Geometry {
  const input = { ...metricInput(layer), ...more };
  const samples = new PictureSamples(input.statistics, { labels: layer.labels });
  const { features: values, dimension, labels } = layer;
  // Two batches: the samples are found in either.
  const half = Math.floor(labels.length / 2);
  samples.add({ start: 0, count: half, values, dimension });
  samples.add({ start: half, count: labels.length - half, values: values.subarray(half * dimension), dimension });
  return measureGeometry(input, samples.finish())!;
}

/** K class means at the corners of a simplex ETF of the given size in R^d, turned, away from the origin. */
function simplex(K: number, d: number, size: number, spread = 0): Layer {
  const turn = rotation(d, 7);
  const random = randomNumbers(3);
  const labels = Int32Array.from({ length: 4 * K }, (_, i) => i % K);
  const corner = (c: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += ((k === c ? 1 : 0) - 1 / K) * Math.sqrt(K / (K - 1)) * turn[k * d + j]!;
    return size * sum;
  };
  return {
    classes: K,
    dimension: d,
    labels,
    features: matrix(labels.length, d, (i, j) => 3 + corner(labels[i]!, j) + spread * random()),
    weight: matrix(K, d, (k, j) => corner(k, j) / (2 * size)),
  };
}

const present = <T extends object>(part: T | { notApplicable: string }): T => {
  assert.ok(!lacking(part), JSON.stringify(part));
  return part;
};
const near = (actual: number, expected: number, tolerance = 1e-6): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${actual} ≠ ${expected}`);

describe('the geometry of a simplex ETF', () => {
  const geometry = geometryOf(simplex(5, 12, 2, 1e-7));

  it('has the cosine −1/(K−1) everywhere, and equal norms', () => {
    for (const [vectors, norm] of [
      [present(geometry.means), 2],
      [present(geometry.rows), 0.5],
    ] as [VectorGeometry, number][]) {
      assert.equal(vectors.cosines.length, 15);
      for (let a = 0; a < 5; a++) {
        assert.equal(vectors.cosines[triangleIndex(a, a, 5)], null);
        for (let b = a + 1; b < 5; b++) near(vectors.cosines[triangleIndex(a, b, 5)]!, -1 / 4);
      }
      for (const value of vectors.norms.values) near(value, norm);
    }
  });

  it('has K−1 equal eigenvalues between classes, and all others zero', () => {
    const { between, within } = geometry.spectrum;
    assert.equal(present(between).values.length, 4);
    assert.equal(present(between).total, 12);
    // tr Σ_B = 2² is shared by K−1 directions.
    for (const value of present(between).values) near(value, 1);
    assert.ok(present(within).values[0]! < 1e-12);
  });

  it('has every class as far from the nearest other one', () => {
    assert.equal(geometry.separation.kind, 'nearest');
    for (const value of present(geometry.separation.means).values) near(value, 2 * Math.sqrt(10 / 4));
  });

  it('is drawn as a regular triangle whose corners hold samples and classifier rows', () => {
    const picture = present(geometry.picture);
    assert.deepEqual(picture.classes, [0, 1, 2, 3, 4]);
    assert.equal(picture.dimension, 4);
    near(picture.unit, 2);
    const at = (list: number[], row: number): number[] => list.slice(row * 4, (row + 1) * 4);
    const apart = (x: number[], y: number[]): number => Math.hypot(...x.map((value, i) => value - y[i]!));
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b < a; b++) near(apart(at(picture.means, a), at(picture.means, b)), 2 * Math.sqrt(10 / 4), 1e-5);
      near(apart(at(picture.means, a), at(picture.rows!, a)), 0, 1e-5);
    }
    assert.equal(picture.samples.classes.length, 20);
    picture.samples.classes.forEach((c, row) => {
      assert.ok(apart(at(picture.samples.coordinates, row), at(picture.means, c)) < 2e-3);
    });
  });
});

describe('the geometry of a layer', () => {
  it('gives the norms, cosines and eigenvalues that follow from the features alone', () => {
    const layer = portableLayer([9, 7, 5, 4], 6, 0.3, 0.2, 0.01);
    const geometry = geometryOf(layer);
    const { dimension: d, classes: K, features, labels } = layer;
    const counts = [9, 7, 5, 4];
    const means = matrix(K, d, (c, j) => {
      let sum = 0;
      labels.forEach((label, i) => label === c && (sum += features[i * d + j]!));
      return sum / counts[c]!;
    });
    const centre = Array.from({ length: d }, (_, j) => [0, 1, 2, 3].reduce((sum, c) => sum + means[c * d + j]! / K, 0));
    const centred = means.map((value, at) => value - centre[at % d]!);
    const row = (c: number): number[] => [...centred.subarray(c * d, (c + 1) * d)];
    const inner = (x: number[], y: number[]): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
    const { norms, cosines } = present(geometry.means);
    for (let a = 0; a < K; a++) {
      near(norms.values[a]!, Math.hypot(...row(a)), 1e-5);
      for (let b = a + 1; b < K; b++) {
        const expected = inner(row(a), row(b)) / Math.hypot(...row(a)) / Math.hypot(...row(b));
        near(cosines[triangleIndex(a, b, K)]!, expected, 1e-5);
      }
    }
    const sum = (list: number[], power = 1): number => list.reduce((total, value) => total + value ** power, 0);
    // Traces of Σ and of Σ² tell eigenvalues that are right from such as only look so.
    const within = matrix(d, d, (i, j) => {
      let total = 0;
      labels.forEach((label, n) => {
        total += (features[n * d + i]! - means[label * d + i]!) * (features[n * d + j]! - means[label * d + j]!);
      });
      return total / labels.length;
    });
    const found = present(geometry.spectrum.within).values;
    near(
      sum(found),
      [0, 1, 2, 3, 4, 5].reduce((total, i) => total + within[i * d + i]!, 0),
      1e-5,
    );
    near(
      sum(found, 2),
      within.reduce((total, value) => total + value * value, 0),
      1e-5,
    );
    const between = present(geometry.spectrum.between).values;
    near(
      sum(between),
      centred.reduce((total, value) => total + (value * value) / K, 0),
      1e-5,
    );
    const gram = matrix(K, K, (a, b) => inner(row(a), row(b)) / K);
    near(
      sum(between, 2),
      gram.reduce((total, value) => total + value * value, 0),
      1e-5,
    );
  });

  it('puts classes in order of size and tells where the minority begins', () => {
    const geometry = geometryOf(portableLayer([2, 9, 2, 8], 6, 0.3, 0.2));
    assert.deepEqual(geometry.places, [[1], [3], [0], [2]]);
    assert.equal(geometry.majority, 2);
    assert.equal(geometryOf(portableLayer([5, 5, 5], 6, 0.3, 0.2)).majority, undefined);
  });

  it('draws samples in a plane just as they lie to each other in all dimensions', () => {
    const layer = portableLayer([6, 6, 6], 7, 0.4, 0.2);
    const picture: Picture = present(geometryOf(layer).picture);
    assert.equal(picture.dimension, 2);
    assert.equal(picture.samples.classes.length, 18);
    // The three means span the plane: their distances are those in R^7.
    const { statistics } = metricInput(layer);
    const apart = (values: ArrayLike<number>, width: number, a: number, b: number): number =>
      Math.hypot(...Array.from({ length: width }, (_, j) => values[a * width + j]! - values[b * width + j]!));
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      near(apart(picture.means, 2, a, b), apart(statistics.centredMeans, 7, a, b), 1e-5);
    }
  });

  it('gives reasons instead of numbers where there is nothing to measure', () => {
    const headless = metricInput(portableLayer([4, 4], 3, 0.1, 0.2));
    delete headless.classifier;
    const two = measureGeometry({ ...headless, noClassifier: 'no head was found' })!;
    assert.deepEqual(two.rows, { notApplicable: 'no head was found' });
    assert.match(JSON.stringify(two.picture), /notApplicable/);
    const wide = geometryOf(portableLayer([4, 4], 3, 0.1, 0.2));
    assert.match(JSON.stringify(wide.picture), /lie on a line/);
    const equal = geometryOf({ ...portableLayer([4, 4, 4], 3, 0, 0), features: new Float64Array(36).fill(1) });
    assert.deepEqual(equal.means, { notApplicable: 'all class means are equal' });
    assert.match(JSON.stringify(equal.spectrum.within), /every sample lies on its class mean/);
  });
});

describe('the geometry of many classes', () => {
  const circle = (K: number): Layer => {
    const labels = Int32Array.from({ length: 3 * K }, (_, i) => i % K);
    const angle = (c: number): number => (2 * Math.PI * c) / K;
    const point = (c: number, j: number): number => (j === 0 ? Math.cos(angle(c)) : Math.sin(angle(c)));
    return {
      classes: K,
      dimension: 2,
      labels,
      features: matrix(labels.length, 2, (i, j) => 5 * point(labels[i]!, j)),
      weight: matrix(K, 2, point),
    };
  };

  it('is told by one-versus-rest distances, which a regular polygon has all equal', () => {
    const geometry = geometryOf(circle(12));
    assert.equal(geometry.separation.kind, 'oneVsRest');
    const best = 2 * Math.sin(Math.PI / 12) ** 2;
    for (const part of [geometry.separation.means, geometry.separation.rows!]) {
      for (const value of present(part).values) near(value, best, 1e-5);
    }
  });

  it('is drawn on the circle itself in two dimensions', () => {
    const { sphere } = geometryOf(circle(12));
    assert.equal(sphere?.dimension, 2);
    assert.equal(sphere?.share, 1);
    for (let c = 0; c < 12; c++) near(sphere.means[2 * c]!, Math.cos((2 * Math.PI * c) / 12), 1e-5);
  });

  it('is bounded: blocks whose cosines are the means over their pairs, and the closest pairs', () => {
    const K = 230;
    const layer = portableLayer(new Array<number>(K).fill(2), 40, 0.1, 0.2);
    const geometry = geometryOf(layer);
    assert.equal(geometry.places.length, 64);
    assert.deepEqual(
      geometry.places.flat().toSorted((a, b) => a - b),
      Array.from({ length: K }, (_, c) => c),
    );
    const { centredMeans } = metricInput(layer).statistics;
    const cosine = (a: number, b: number): number => {
      let [ab, aa, bb] = [0, 0, 0];
      for (let j = 0; j < 40; j++) {
        ab += centredMeans[a * 40 + j]! * centredMeans[b * 40 + j]!;
        aa += centredMeans[a * 40 + j]! ** 2;
        bb += centredMeans[b * 40 + j]! ** 2;
      }
      return ab / Math.sqrt(aa * bb);
    };
    const { cosines, closest, norms } = present(geometry.means);
    const mean = (list: number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
    for (const [p, q] of [
      [0, 0],
      [3, 17],
      [62, 63],
    ] as const) {
      const pairs = geometry.places[p]!.flatMap((a) =>
        geometry.places[q]!.flatMap((b) => (a === b ? [] : [cosine(a, b)])),
      );
      near(cosines[triangleIndex(p, q, 64)]!, mean(pairs), 1e-5);
    }
    let largest = -1;
    for (let a = 0; a < K; a++) for (let b = 0; b < a; b++) largest = Math.max(largest, cosine(a, b));
    near(closest![0]![2], largest, 1e-5);
    assert.equal(closest!.length, 20);
    assert.equal(norms.ranges!.length, 64);
    assert.equal(present(geometry.picture).classes.length, 20);
  });

  it('stays under 200 kB with a thousand classes', () => {
    const K = 1000;
    const random = randomNumbers(5);
    const labels = Int32Array.from({ length: 2 * K }, (_, i) => i % K);
    const layer: Layer = {
      classes: K,
      dimension: 48,
      labels,
      features: matrix(2 * K, 48, random),
      weight: matrix(K, 48, random),
    };
    const input = metricInput(layer);
    measureAll(input);
    const samples = new PictureSamples(input.statistics, { labels });
    samples.add({ start: 0, count: 2 * K, values: layer.features, dimension: 48 });
    const size = JSON.stringify(measureGeometry(input, samples.finish())).length;
    assert.ok(size < 200_000, `${size} bytes`);
  });
});

describe('two-label means', () => {
  it('are drawn between the means of their labels', () => {
    const d = 5;
    const sets = [[0], [1], [2], [0, 1], [1, 2], [0, 2]];
    const rows = sets.flatMap((set) => [set, set]);
    const starts = new Int32Array(rows.length + 1);
    rows.forEach((set, i) => (starts[i + 1] = starts[i]! + set.length));
    const tags = { starts, indices: Int32Array.from(rows.flat()) };
    const labels = Int32Array.from(rows, (set) => (set.length === 1 ? set[0]! : -1));
    // Each label has a direction of its own; a sample of two lies half way.
    const values = matrix(rows.length, d, (i, j) => (rows[i]!.includes(j) ? 2 / rows[i]!.length : 0));
    const single = { classes: 3, dimension: d, features: values.subarray(0, 6 * d), labels: labels.subarray(0, 6) };
    const input = metricInput(single);
    const two = metricInput({
      classes: 3,
      dimension: d,
      features: values.subarray(6 * d),
      labels: Int32Array.from([0, 0, 1, 1, 2, 2]),
    }).statistics;
    const tagStatistics = {
      classes: 3,
      multiplicities: [{ size: 2, sets: sets.slice(3), statistics: two }],
    };
    const samples = new PictureSamples(input.statistics, { labels, tags }, tagStatistics);
    samples.add({ start: 0, count: rows.length, values, dimension: d });
    const picture = present(measureGeometry({ ...input, tags: tagStatistics }, samples.finish())!.picture);
    assert.deepEqual(picture.pairs!.labels, [
      [0, 1],
      [1, 2],
      [0, 2],
    ]);
    assert.equal(picture.pairs!.samples.pairs.length, 6);
    picture.pairs!.labels.forEach(([a, b], at) => {
      for (let j = 0; j < 2; j++) {
        const middle = (picture.means[2 * a + j]! + picture.means[2 * b + j]!) / 2;
        near(picture.pairs!.means[2 * at + j]!, middle, 1e-5);
        near(picture.pairs!.samples.coordinates[2 * (2 * at) + j]!, middle, 2e-3);
      }
    });
  });
});
