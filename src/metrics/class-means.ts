/** The class means of the classes that have samples, and the products of all pairs of them. */
import { presentClasses, type ClassStatistics } from '../statistics/class-statistics';
import { dot } from '../statistics/products';
import { forEachProductRow, type RowVisitor } from './row-products';

export interface PresentMeans {
  /** K'. */
  rows: number;
  /** d. */
  dimension: number;
  /** Class of each row. */
  classOf: readonly number[];
  /** μ_c, K'×d. */
  means: Float64Array;
  /** μ_c − μ_G, K'×d. */
  centred: Float64Array;
  /** ‖μ_c‖, length K'. */
  norms: Float64Array;
}

const known = new WeakMap<ClassStatistics, PresentMeans>();

/** Made once for each statistics object, which must not change afterwards. */
export function presentMeans(statistics: ClassStatistics): PresentMeans {
  let found = known.get(statistics);
  if (!found) known.set(statistics, (found = collect(statistics)));
  return found;
}

function collect(statistics: ClassStatistics): PresentMeans {
  const { classes, dimension: d, counts } = statistics;
  const classOf = Array.from({ length: classes }, (_, c) => c).filter((c) => counts[c]! > 0);
  const all = classOf.length === classes;
  const means = all ? statistics.means : rowsOf(statistics.means, classOf, d);
  const centred = all ? statistics.centredMeans : rowsOf(statistics.centredMeans, classOf, d);
  return { rows: classOf.length, dimension: d, classOf, means, centred, norms: rowNorms(means, classOf.length, d) };
}

/** Euclidean norm of each row. */
export function rowNorms(values: Float64Array, rows: number, dimension: number): Float64Array {
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    norms[row] = Math.sqrt(dot(values, row * dimension, values, row * dimension, dimension));
  }
  return norms;
}

/** ‖V‖_F. */
export function frobenius(values: Float64Array): number {
  return Math.sqrt(dot(values, 0, values, 0, values.length));
}

/** The rows divided by their norms, none of which may be 0. */
export function normalisedRows(values: Float64Array, norms: Float64Array, dimension: number): Float64Array {
  return values.map((value, at) => value / norms[Math.floor(at / dimension)]!);
}

/** How many classes have no samples, in words, where a measure compares every class; undefined where all have some. */
export function lacksClasses(statistics: ClassStatistics, measure: string): string | undefined {
  const missing = statistics.classes - presentClasses(statistics);
  if (missing === 0) return undefined;
  return missing === 1
    ? `one class has no samples, and ${measure} the mean of every class`
    : `${missing} classes have no samples, and ${measure} the mean of every class`;
}

/**
 * Visits ⟨μ_a, μ_b⟩ of the uncentred means, K'×K', from the products of the centred ones, which other measures need as
 * well: ⟨μ_a, μ_b⟩ = ⟨Mc_a, Mc_b⟩ + ⟨Mc_a, μ_G⟩ + ⟨Mc_b, μ_G⟩ + ‖μ_G‖².
 */
export function forEachMeanProductRow(statistics: ClassStatistics, visit: RowVisitor): void {
  const { rows, dimension: d, centred } = presentMeans(statistics);
  const centre = statistics.globalMean;
  const along = Float64Array.from({ length: rows }, (_, row) => dot(centred, row * d, centre, 0, d));
  const square = dot(centre, 0, centre, 0, d);
  const shifted = new Float64Array(rows);
  forEachProductRow(centred, centred, rows, d, (row, products) => {
    for (let b = 0; b < rows; b++) shifted[b] = products[b]! + (along[row]! + along[b]!) + square;
    visit(row, shifted);
  });
}

/** The given rows of a matrix of `dimension` columns, packed in that order. */
export function rowsOf(values: Float64Array, rows: readonly number[], dimension: number): Float64Array {
  const out = new Float64Array(rows.length * dimension);
  rows.forEach((row, at) => out.set(values.subarray(row * dimension, (row + 1) * dimension), at * dimension));
  return out;
}
