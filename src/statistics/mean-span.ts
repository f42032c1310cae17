/** The span of the centred class means: their singular value decomposition, cut at its rank. */
import { presentClasses, type ClassStatistics, type MeanSpan } from './class-statistics';
import { orthogonaliseRows } from './orthogonal-rows';
import { gram, multiplyTransposed, transposed } from './products';
import { symmetricEigen } from './symmetric-eigen';

/** Bounds for hidden layers: operations (about twenty seconds) and entries of the centred means (128 MB, five times over). */
const MOST_OPERATIONS = 4e10;
const MOST_ENTRIES = 2 ** 24;

/**
 * Why a layer's class means are too many and too wide to be analysed at every layer and checkpoint, in words; undefined
 * where they are not. K = 10: d up to 1.6 million; K = 100: up to 167,000; K = 1,000: up to 8,000; K = 10,000: up to 900.
 */
export function tooCostlySpan(classes: number, dimension: number): string | undefined {
  const m = Math.min(classes, dimension);
  const n = Math.max(classes, dimension);
  if (m * n <= MOST_ENTRIES && 8 * m ** 3 + 4 * m ** 2 * n <= MOST_OPERATIONS) return undefined;
  return `the span of ${classes} class means in ${dimension} dimensions takes too much time or memory to analyse`;
}

type CentredMeans = Pick<ClassStatistics, 'classes' | 'dimension' | 'counts' | 'centredMeans'>;

/**
 * Mc = U S Vᵀ (Mc K×d), cut at ρ = #{s_r > max(K,d)·ε·s_1}, at most min(K'−1, d), K' the classes that have samples.
 *
 * One-sided Jacobi on Mc itself, so the condition of Mc is never squared. Its start is the eigenbasis of the small
 * Gram matrix: exact where that has digits, and put right by the rotations where it has none.
 * Time about 8 m³ + 4 m² n operations, m = min(K,d), n = max(K,d); memory 4 m² + 2 m n.
 * @param most directions kept at most, the strongest: where theory bounds the rank, what is beyond it is noise
 */
export function analyseSpan(statistics: CentredMeans, most = Infinity): MeanSpan {
  const { classes: K, dimension: d } = statistics;
  const rows = Math.min(K, d);
  const length = Math.max(K, d);
  const scale = powerOfTwoAbove(statistics.centredMeans);
  const cap = Math.max(0, Math.min(presentClasses(statistics) - 1, d, most));
  if (scale === 0 || cap === 0) return emptySpan(K);

  const wide = K <= d ? statistics.centredMeans.slice() : transposed(statistics.centredMeans, K, d);
  for (let i = 0; i < wide.length; i++) wide[i]! /= scale;
  const p = symmetricEigen(gram(wide, rows, length), rows).vectors;
  const b = new Float64Array(rows * length);
  multiplyTransposed(p, rows, transposed(wide, rows, length), length, rows, b);
  const floor = (longest: number) => Math.max(K, d) * Number.EPSILON * longest;
  sortByNorm(b, length, p, rows, rows);
  orthogonaliseRows(b, length, p, rows, rows, floor);
  const norms = sortByNorm(b, length, p, rows, rows);

  let rank = 0;
  while (rank < cap && norms[rank]! > floor(norms[0]!)) rank += 1;
  for (let r = 0; r < rank; r++) for (let j = r * length; j < (r + 1) * length; j++) b[j]! /= norms[r]!;
  const long = b.slice(0, rank * length);
  const short = p.slice(0, rank * rows);
  return {
    rank,
    singularValues: norms.subarray(0, rank).map((norm) => norm * scale),
    directions: K <= d ? long : short,
    left: K <= d ? transposed(short, rank, rows) : transposed(long, rank, length),
  };
}

function emptySpan(classes: number): MeanSpan {
  const none = new Float64Array(0);
  return { rank: 0, singularValues: none, directions: none, left: new Float64Array(classes * 0) };
}

/** A power of two, so that dividing by it is exact; 0 for a zero matrix. */
function powerOfTwoAbove(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest === 0 || !Number.isFinite(largest) ? 0 : 2 ** Math.ceil(Math.log2(largest));
}

/** Orders the rows of B (and of P alike) by falling norm, in place; returns the norms. */
function sortByNorm(b: Float64Array, length: number, p: Float64Array, width: number, rows: number): Float64Array {
  const norms = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let squares = 0;
    for (let j = r * length; j < (r + 1) * length; j++) squares += b[j]! * b[j]!;
    norms[r] = Math.sqrt(squares);
  }
  const order = Array.from(norms.keys()).sort((x, y) => norms[y]! - norms[x]!);
  permuteRows(b, length, order);
  permuteRows(p, width, order);
  return norms.sort().reverse();
}

function permuteRows(values: Float64Array, width: number, order: readonly number[]): void {
  const copy = values.slice();
  order.forEach((from, to) => values.set(copy.subarray(from * width, (from + 1) * width), to * width));
}
