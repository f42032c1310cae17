/** Angles between set means and sums of single-label means, in radians. */
import { dot, gram, multiplyTransposed } from '../statistics/products';
import type { MetricResult } from './metric';
import { choices, subsets } from './subsets';
import { addUp, type TagSums } from './tag-sums';

/** Sums S' that each set mean is compared with at most, and pairs (S, S') in all; beyond, a fixed sample of S'. */
const MOST_SUBSETS = 20_000;
const MOST_PAIRS = 2_000_000;
/** Below this 1−|cos| a cosine has too few digits for the angle, which is then taken from the vectors. */
const NEARLY_PARALLEL = 1e-9;
/** Below this share of the summands' squared length the Gram matrix has too few digits for that of their sum. */
const NEARLY_ZERO = 1e-10;

/**
 * Mean over S of ∠(h̄_S, Σ_{k∈S} h̄_k) over the mean over S and S' of ∠(h̄_S, Σ_{k∈S'} h̄_k), S' all subsets of that size
 * of the classes seen alone. Sums S' that are zero have no direction and are left out of the latter.
 */
export function angleRatio(composed: TagSums, size: number): MetricResult {
  const { singles, sets, means, sums } = composed;
  const d = singles.dimension;
  if (choices(singles.classes.length, size) < 2) {
    return { notApplicable: `only one set of ${size} classes is possible, so there is no other to compare with` };
  }
  let own = 0;
  for (let s = 0; s < sets.length; s++) {
    const name = `{${sets[s]!.join(', ')}}`;
    if (isZero(means, s * d, d)) return { notApplicable: `the mean of the samples of classes ${name} is zero` };
    if (isZero(sums, s * d, d)) return { notApplicable: `the single-label means of classes ${name} add up to zero` };
    own += angleBetween(means, s * d, sums, s * d, d) / sets.length;
  }
  const any = meanAngle(composed, size);
  if (!(any > 0)) return { notApplicable: 'the means of all sets point the same way' };
  return own / any;
}

/** Through inner products with the single-label means: one pair costs as many additions as a set has classes. */
function meanAngle({ singles, sets, means }: TagSums, size: number): number {
  const { dimension: d, values } = singles;
  const A = singles.classes.length;
  const most = Math.min(MOST_SUBSETS, Math.max(1, Math.floor(MOST_PAIRS / sets.length)));
  const products = new Float64Array(sets.length * A);
  multiplyTransposed(means, sets.length, values, A, d, products);
  const among = gram(values, A, d);
  const lengths = Float64Array.from(sets, (_, s) => Math.sqrt(dot(means, s * d, means, s * d, d)));
  const sum = new Float64Array(d);
  let total = 0;
  let pairs = 0;
  for (const subset of subsets(A, size, most)) {
    let squares = 0;
    let summands = 0;
    for (const a of subset) {
      summands += among[a * A + a]!;
      for (const b of subset) squares += among[a * A + b]!;
    }
    const nearlyZero = squares < NEARLY_ZERO * summands;
    if (nearlyZero) {
      addUp(singles, subset, sum, 0);
      if (isZero(sum, 0, d)) continue;
    }
    const length = Math.sqrt(squares);
    for (let s = 0; s < sets.length; s++) {
      let inner = 0;
      for (const a of subset) inner += products[s * A + a]!;
      const cosine = inner / (lengths[s]! * length);
      if (nearlyZero || !(1 - Math.abs(cosine) > NEARLY_PARALLEL)) {
        addUp(singles, subset, sum, 0);
        total += angleBetween(means, s * d, sum, 0, d);
      } else {
        total += Math.atan2(Math.sqrt((1 - cosine) * (1 + cosine)), cosine);
      }
      pairs += 1;
    }
  }
  return total / pairs;
}

/** 2 atan2(‖u−v‖, ‖u+v‖) on unit vectors: exact for small angles and for those near 180°. */
function angleBetween(x: Float64Array, xAt: number, y: Float64Array, yAt: number, d: number): number {
  const xNorm = Math.sqrt(dot(x, xAt, x, xAt, d));
  const yNorm = Math.sqrt(dot(y, yAt, y, yAt, d));
  let minus = 0;
  let plus = 0;
  for (let j = 0; j < d; j++) {
    const u = x[xAt + j]! / xNorm;
    const v = y[yAt + j]! / yNorm;
    minus += (u - v) ** 2;
    plus += (u + v) ** 2;
  }
  return 2 * Math.atan2(Math.sqrt(minus), Math.sqrt(plus));
}

function isZero(values: Float64Array, at: number, length: number): boolean {
  for (let j = at; j < at + length; j++) if (values[j] !== 0) return false;
  return true;
}
