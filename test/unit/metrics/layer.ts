/** Features by formula, and both passes over them: what an engine does, in a few lines. */
import { measureAll } from '../../../src/metrics/registry';
import type { MetricInput } from '../../../src/metrics/metric';
import { ClassMoments } from '../../../src/statistics/class-moments';
import { CovarianceSums } from '../../../src/statistics/covariance-sums';
import { analyseSpan } from '../../../src/statistics/mean-span';
import { SecondPass } from '../../../src/statistics/second-pass';
import { UnitMoments, unitRows } from '../../../src/statistics/unit-moments';
import type { UnitFeatures } from '../../../src/statistics/unit-features';

export interface Layer {
  classes: number;
  dimension: number;
  /** N×d. */
  features: Float64Array;
  labels: Int32Array;
  /** K×d. */
  weight?: Float64Array;
  bias?: Float64Array;
}

/**
 * The portable test vector: samples ordered by class, all indices from 0.
 * Its noise has rank 2; with a twist it has every direction.
 */
export function portableLayer(counts: readonly number[], d: number, eps: number, shift: number, twist = 0): Layer {
  const K = counts.length;
  const mean = (k: number, j: number) => Math.cos(k + 0.7 * (k + 1) * (j + 1));
  const labels = Int32Array.from(counts.flatMap((count, k) => new Array<number>(count).fill(k)));
  const features = matrix(labels.length, d, (i, j) => {
    return mean(labels[i]!, j) + (shift * (j + 1)) / d + eps * Math.sin(1 + 3 * i + 7 * j + twist * i * j);
  });
  return {
    classes: K,
    dimension: d,
    features,
    labels,
    weight: matrix(K, d, (k, j) => mean(k, j) + 0.1 * Math.sin(2 + 5 * k + j)),
    bias: Float64Array.from({ length: K }, (_, k) => 0.05 * k),
  };
}

export function matrix(rows: number, columns: number, entry: (row: number, column: number) => number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => entry(Math.floor(at / columns), at % columns));
}

/** argmax of W h + b, the smaller class on a tie. */
export function decisions(layer: Layer): Int32Array {
  const { classes: K, dimension: d, features, labels, weight, bias } = layer;
  return labels.map((_, i) => {
    let best = 0;
    let most = -Infinity;
    for (let c = 0; c < K; c++) {
      let z = bias?.[c] ?? 0;
      for (let j = 0; j < d; j++) z += weight![c * d + j]! * features[i * d + j]!;
      if (z > most) {
        most = z;
        best = c;
      }
    }
    return best;
  });
}

/** Everything the metrics may ask for, from both passes. */
export function metricInput(layer: Layer): MetricInput {
  const { classes: K, dimension: d, features, labels, weight, bias } = layer;
  const moments = new ClassMoments(K, d);
  moments.add(features, labels, labels.length);
  const statistics = moments.finish();
  const pass = new SecondPass(statistics, { span: analyseSpan(statistics), withinMatrix: true });
  const covariance = new CovarianceSums(statistics);
  covariance.add(features, labels, labels.length);
  const network = weight && decisions(layer);
  pass.add(features, labels, labels.length, network);
  const { span, nearestCentre } = pass.finish();
  const input: MetricInput = {
    statistics: { ...statistics, span: span! },
    role: 'penultimate',
    nearestCentre,
    within: covariance.finish(),
  };
  input.unit = unitFeatures(layer);
  if (weight) {
    input.classifier = bias ? { weight, bias } : { weight };
    input.next = { rows: K, weight };
  }
  if (network) input.accuracy = network.filter((c, i) => c === labels[i]).length / labels.length;
  return input;
}

export function measure(layer: Layer): Record<string, number> {
  return measureAll(metricInput(layer)).metrics;
}

/** Numbers in (−½, ½) that are the same on every machine. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
    return mixed / 4294967296 - 0.5;
  };
}

/** A rotation of R^d (d×d, orthonormal rows), by Gram-Schmidt on random rows, twice for orthogonality. */
export function rotation(d: number, seed: number): Float64Array {
  const random = randomNumbers(seed);
  const q = matrix(d, d, random);
  for (let r = 0; r < d; r++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let s = 0; s < r; s++) {
        let inner = 0;
        for (let j = 0; j < d; j++) inner += q[r * d + j]! * q[s * d + j]!;
        for (let j = 0; j < d; j++) q[r * d + j]! -= inner * q[s * d + j]!;
      }
    }
    const norm = Math.hypot(...q.subarray(r * d, (r + 1) * d));
    for (let j = 0; j < d; j++) q[r * d + j]! /= norm;
  }
  return q;
}

/** X Q for X rows×d. */
export function rotated(x: Float64Array, q: Float64Array, d: number): Float64Array {
  return matrix(x.length / d, d, (i, j) => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += x[i * d + k]! * q[k * d + j]!;
    return sum;
  });
}

/** A copy without some of its parts. */
export function without<T extends object, K extends keyof T>(whole: T, ...keys: K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => !(keys as string[]).includes(key))) as Omit<T, K>;
}

/** Features scaled to unit length, from both passes over them. */
export function unitFeatures({ classes, dimension, features, labels }: Layer): UnitFeatures {
  const moments = new UnitMoments(classes, dimension);
  moments.add(features, labels, labels.length);
  const found = moments.finish();
  if (found.statistics.samples === 0) return found;
  const pass = new SecondPass(found.statistics, { span: analyseSpan(found.statistics) });
  const unit = unitRows(features, labels, labels.length, dimension);
  pass.add(unit.values, unit.labels, unit.rows);
  return { ...found, statistics: { ...found.statistics, span: pass.finish().span! } };
}
