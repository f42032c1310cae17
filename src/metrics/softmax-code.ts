/** Softmax codes: how far each class vector lies from the hull of all others, which training makes as far as it can. */
import { halfSquaredDistance } from '../statistics/close-rows';
import { hullDistances, hullWork } from '../statistics/convex-hull';
import { normalisedRows } from './class-means';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';
import { classifierRows, lacksUnit, uncentredMeans, type Vectors, type VectorsOrReason } from './requirements';
import { forEachProductRow } from './row-products';

/** More operations would take longer than anybody waits for: beyond K = 1,000 in d = 128. */
const MOST_WORK = 4e9;
/** A distance whose lower bound is further away has not been found. */
const MOST_GAP = 1e-9;
/** Up to so many classes these measures say something also where a simplex is possible. */
const FEW_CLASSES = 200;

const shared = {
  scale: 'linear',
  family: 'manyClasses',
  papers: ['jiang2023'],
  where: 'penultimate',
  needs: ['classifier'],
  runs: 'runs with at most 200 classes, or with K > d + 1',
  belongs: ({ statistics: { classes, dimension } }: MetricInput) => classes <= FEW_CLASSES || classes > dimension + 1,
} as const;

const asFarAsPossible = {
  ...shared,
  limitText: 'as large as possible: K/(K−1) while K ≤ d+1, 1 while K ≤ 2d, less beyond',
  range: '[0, 2]',
} as const;

/** ρ = min_k dist(w_k, conv{w_j : j≠k}) for unit rows of W (K×d). Larger is better, range [0,2]. Source: jiang2023. */
export const oneVersusRest: Metric = {
  ...asFarAsPossible,
  id: 'gnc2.oneVsRest',
  name: 'GNC2 smallest one-versus-rest distance, classifier',
  plain:
    'Smallest distance of one classifier row, scaled to unit length, from the convex hull of all others. Training makes it as large as possible; at 0 two classes share a row.',
  formula: String.raw`\rho=\min_k\ \mathrm{dist}\bigl(\hat w_k,\ \mathrm{conv}\{\hat w_j\}_{j\neq k}\bigr)`,
  compute: (input) => of(distancesFromOthers(classifierRows(input)), smallest),
};

/** The mean over k of the same distances: the rows that are not the worst. Range [0,2]. Source: jiang2023. */
export const meanOneVersusRest: Metric = {
  ...asFarAsPossible,
  id: 'gnc2.oneVsRest.mean',
  name: 'GNC2 mean one-versus-rest distance, classifier',
  plain:
    'Mean distance of a classifier row, scaled to unit length, from the convex hull of all others. Where it is clearly larger than the smallest distance, a few classes crowd each other.',
  formula: String.raw`\tfrac1K\sum_k\mathrm{dist}\bigl(\hat w_k,\ \mathrm{conv}\{\hat w_j\}_{j\neq k}\bigr)`,
  compute: (input) => of(distancesFromOthers(classifierRows(input)), mean),
};

/**
 * ρ of the class means of unit features, scaled to unit length, not centred; classes without samples are left out.
 * Larger is better, range [0,2]. Source: jiang2023.
 */
export const meansOneVersusRest: Metric = {
  ...asFarAsPossible,
  id: 'gnc2.means',
  name: 'GNC2 smallest one-versus-rest distance, class means',
  plain:
    'Smallest distance of one mean direction of a class from the convex hull of all others. Training makes it as large as possible; at 0 two classes have the same mean direction.',
  formula: String.raw`\min_k\ \mathrm{dist}\bigl(\hat\mu_k,\ \mathrm{conv}\{\hat\mu_j\}_{j\neq k}\bigr)`,
  needs: ['unit'],
  compute({ unit }) {
    const lack = lacksUnit(unit);
    return lack ? notApplicable(lack) : of(distancesFromOthers(uncentredMeans(unit!.statistics)), smallest);
  },
};

/** min_{k≠j} ‖w_k − w_j‖ for unit rows of W (K×d), the Tammes distance. Range [0,2]. Source: jiang2023. */
export const oneVersusOne: Metric = {
  ...shared,
  id: 'gnc2.oneVsOne',
  name: 'GNC2 smallest one-versus-one distance, classifier',
  plain:
    'Smallest distance between two classifier rows, each scaled to unit length. It is the reference for the one-versus-rest distance, which is never larger.',
  formula: String.raw`\min_{k\neq j}\ \lVert \hat w_k-\hat w_j\rVert`,
  limitText: 'as large as possible: √(2K/(K−1)) while K ≤ d+1',
  range: '[0, 2]',
  compute(input) {
    const rows = classifierRows(input);
    if ('notApplicable' in rows) return rows;
    const unit = unitRows(rows);
    const scratch = new Float64Array(rows.dimension);
    let least = Infinity;
    forEachProductRow(rows.values, rows.values, rows.rows, rows.dimension, (a, products) => {
      for (let b = 0; b < a; b++) {
        const cosine = products[b]! / rows.norms[a]! / rows.norms[b]!;
        least = Math.min(least, halfSquaredDistance(1, cosine, unit, a, b, scratch));
      }
    });
    return Math.sqrt(2 * least);
  },
};

/**
 * ρ/ρ* of the classifier, ρ* the largest possible where it is known: K/(K−1) for K ≤ d+1, 1 − cos(2π/K) for d = 2,
 * 1 for d+2 ≤ K ≤ 2d. Limit 1, range [0,1]. Source: jiang2023.
 */
export const shareOfOptimum: Metric = {
  ...shared,
  id: 'gnc2.ratio',
  name: 'GNC2 distance as a share of the best possible',
  plain:
    'Smallest one-versus-rest distance of the classifier over the largest that any arrangement of as many classes can have. At 1 the classifier is a softmax code.',
  formula: String.raw`\frac{\rho}{\rho^{*}}`,
  limit: () => 1,
  range: '[0, 1]',
  compute(input) {
    const { classes, dimension } = input.statistics;
    const best = bestDistance(classes, dimension);
    if (best === undefined)
      return notApplicable(
        `the largest possible distance of ${classes} classes in ${dimension} dimensions is not known`,
      );
    return of(distancesFromOthers(classifierRows(input)), (distances) => smallest(distances) / best);
  },
};

/** ρ* for K ≥ 2 unit vectors in R^d, where it is known and not 0. */
export function bestDistance(classes: number, dimension: number): number | undefined {
  if (classes <= dimension + 1) return classes / (classes - 1);
  if (dimension === 2) return 2 * Math.sin(Math.PI / classes) ** 2;
  return classes <= 2 * dimension ? 1 : undefined;
}

const known = new WeakMap<Float64Array, Float64Array | { notApplicable: string }>();

/** The distances of all rows, scaled to unit length, from the hull of the others; found once for each set of rows. */
export function distancesFromOthers(rows: VectorsOrReason): Float64Array | { notApplicable: string } {
  if ('notApplicable' in rows) return rows;
  let found = known.get(rows.values);
  if (!found) known.set(rows.values, (found = findHulls(rows)));
  return found;
}

function findHulls(rows: Vectors): Float64Array | { notApplicable: string } {
  const { rows: count, dimension } = rows;
  if (hullWork(count, dimension) > MOST_WORK) {
    return notApplicable(`distances from the hull of ${count} classes in ${dimension} dimensions would take minutes`);
  }
  if (!rows.norms.every(Number.isFinite)) return notApplicable('some vectors are NaN, infinite or too large');
  const { distances, gap } = hullDistances(unitRows(rows), count, dimension);
  return gap <= MOST_GAP ? distances : notApplicable('the search for the nearest points of the hulls did not settle');
}

function unitRows({ values, norms, dimension }: Vectors): Float64Array {
  return normalisedRows(values, norms, dimension);
}

function of(
  distances: Float64Array | { notApplicable: string },
  summary: (distances: Float64Array) => number,
): MetricResult {
  return 'notApplicable' in distances ? distances : summary(distances);
}

function smallest(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
