/** How far each of K points lies from the convex hull of all others. */
import { GrowingQr, orthogonalise } from './growing-qr';
import { dot } from './products';

export interface HullDistances {
  /** Length K. Each is attained by a point of the hull, so never too small but for rounding. */
  distances: Float64Array;
  /** Largest difference between a distance and the lower bound that its last point proves. */
  gap: number;
}

/** A distance is good when its lower bound is this close, as a share of it or of the longest difference. */
const RELATIVE = 1e-12;
const ABSOLUTE = 32 * Number.EPSILON;

/** About how many operations all K distances take: a few looks at all points, and a least-squares problem, for each. */
export function hullWork(count: number, dimension: number): number {
  const r = Math.min(count, dimension);
  return count * r * (8 * count + r * r);
}

/**
 * dist(p_k, conv{p_j : j≠k}) for the rows of `points` (K×d, K ≥ 2), each by non-negative least squares (Lawson and
 * Hanson 1974): with v_j = p_j − p_k and any σ > 0, the u ≥ 0 that minimises ‖Σ u_j v_j‖² + σ²(1 − Σ u_j)² has the
 * weights of the nearest point of the hull after division by Σ u_j. Differences, never a Gram matrix: nearly equal
 * points keep their digits. Memory 2 K r, time about `hullWork` operations.
 */
export function hullDistances(points: Float64Array, count: number, dimension: number): HullDistances {
  const { coordinates, width } = inSpan(points, count, dimension);
  const distances = new Float64Array(count);
  const search = new HullSearch(coordinates, count, width);
  let gap = 0;
  for (let k = 0; k < count; k++) {
    distances[k] = search.distance(k);
    gap = Math.max(gap, search.gap);
  }
  return { distances, gap };
}

/** The points in coordinates of their span, where that has fewer dimensions: all distances stay. */
function inSpan(points: Float64Array, count: number, d: number): { coordinates: Float64Array; width: number } {
  if (d <= count) return { coordinates: points, width: d };
  const basis = new Float64Array(count * d);
  const coordinates = new Float64Array(count * count);
  let rank = 0;
  for (let k = 0; k < count; k++) {
    const row = points.slice(k * d, (k + 1) * d);
    const own = coordinates.subarray(k * count, (k + 1) * count);
    const left = orthogonalise(basis, rank, d, row, own);
    if (left === 0) continue;
    for (let j = 0; j < d; j++) basis[rank * d + j] = row[j]! / left;
    own[rank] = left;
    rank += 1;
  }
  return { coordinates, width: count };
}

/** The search for one point's distance, its arrays kept for the next. */
class HullSearch {
  readonly #differences: Float64Array;
  readonly #column: Float64Array;
  readonly #right: Float64Array;
  readonly #qr: GrowingQr;
  readonly #solution: Float64Array;
  /** ⟨v_j, x⟩: the smallest belongs to the point that lets the distance fall fastest. */
  readonly #prices: Float64Array;
  /** x, the point of the hull that has been reached, as seen from p_k. */
  readonly #reached: Float64Array;
  readonly #others: number;
  #active: number[] = [];
  #weights: number[] = [];
  #longest = 0;
  gap = 0;

  constructor(
    readonly points: Float64Array,
    readonly count: number,
    readonly dimension: number,
  ) {
    this.#others = count - 1;
    this.#differences = new Float64Array(this.#others * dimension);
    this.#column = new Float64Array(dimension + 1);
    this.#right = new Float64Array(dimension + 1);
    this.#qr = new GrowingQr(dimension + 1, this.#right, this.#others);
    this.#solution = new Float64Array(this.#others);
    this.#prices = new Float64Array(this.#others);
    this.#reached = new Float64Array(dimension);
  }

  distance(k: number): number {
    const nearest = this.#look(k);
    this.#active = [];
    this.#weights = [];
    this.#qr.clear();
    this.gap = 0;
    // The scale of 1 − Σu: that of the answer, so that small distances are not lost beside it.
    const scale = this.#norm(nearest);
    if (scale === 0) return 0;
    this.#right[this.dimension] = scale;
    this.#enter(nearest);
    const pool = Math.max(16, 2 * this.dimension);
    // Every round but the last shortens the distance, so the search ends; the bound is for rounding that goes in circles.
    for (let round = 0; round < 50 + this.#others; round++) {
      const least = this.#price();
      const square = dot(this.#reached, 0, this.#reached, 0, this.dimension);
      const distance = Math.sqrt(square);
      // No hull is nearer than 0: that bound holds for points inside it, where the other one has no digits.
      this.gap = distance === 0 ? 0 : Math.min(distance, Math.max(0, distance - least / distance));
      if (this.gap <= this.#tolerance(distance) || !this.#improve(this.#candidates(square, pool))) return distance;
    }
    return Math.sqrt(dot(this.#reached, 0, this.#reached, 0, this.dimension));
  }

  #tolerance(distance: number): number {
    return RELATIVE * distance + ABSOLUTE * this.#longest;
  }

  /** Fills the differences from p_k; returns the index of the nearest. */
  #look(k: number): number {
    const d = this.dimension;
    let nearest = 0;
    let least = Infinity;
    let most = 0;
    for (let j = 0; j < this.#others; j++) {
      const from = (j < k ? j : j + 1) * d;
      for (let i = 0; i < d; i++) this.#differences[j * d + i] = this.points[from + i]! - this.points[k * d + i]!;
      const norm = this.#norm(j);
      if (norm < least) [least, nearest] = [norm, j];
      most = Math.max(most, norm);
    }
    this.#longest = most;
    return nearest;
  }

  #norm(j: number): number {
    return Math.sqrt(dot(this.#differences, j * this.dimension, this.#differences, j * this.dimension, this.dimension));
  }

  #price(): number {
    let least = Infinity;
    for (let j = 0; j < this.#others; j++) least = Math.min(least, this.#priceOf(j));
    return least;
  }

  #priceOf(j: number): number {
    const price = dot(this.#differences, j * this.dimension, this.#reached, 0, this.dimension);
    this.#prices[j] = price;
    return price;
  }

  /** The `most` points that promise most, best first: looking at all of them each time would take most of the time. */
  #candidates(square: number, most: number): number[] {
    const found: number[] = [];
    const active = new Set(this.#active);
    let limit = square;
    for (let j = 0; j < this.#others; j++) {
      const price = this.#prices[j]!;
      if (!(price < limit) || active.has(j)) continue;
      let low = 0;
      for (let high = found.length; low < high;) {
        const middle = (low + high) >>> 1;
        if (this.#prices[found[middle]!]! <= price) low = middle + 1;
        else high = middle;
      }
      found.splice(low, 0, j);
      if (found.length > most) found.pop();
      if (found.length === most) limit = this.#prices[found[most - 1]!]!;
    }
    return found;
  }

  /** Lets candidates in until none of them shortens the distance; false where none did. */
  #improve(candidates: number[]): boolean {
    let improved = false;
    while (candidates.length > 0) {
      const square = dot(this.#reached, 0, this.#reached, 0, this.dimension);
      let best = 0;
      for (let i = 0; i < candidates.length; i++) {
        if (this.#priceOf(candidates[i]!) < this.#prices[candidates[best]!]!) best = i;
      }
      const distance = Math.sqrt(square);
      if (!(distance - this.#prices[candidates[best]!]! / distance > this.#tolerance(distance))) break;
      const [entering] = candidates.splice(best, 1);
      if (this.#enter(entering!)) improved = true;
    }
    return improved;
  }

  /** Lets point j in and moves to the nearest point of the hull of the active points; false where j cannot help. */
  #enter(j: number): boolean {
    const d = this.dimension;
    this.#column.set(this.#differences.subarray(j * d, (j + 1) * d));
    this.#column[d] = this.#right[d]!;
    if (!this.#qr.add(this.#column)) return false;
    this.#active.push(j);
    this.#weights.push(0);
    this.#qr.solve(this.#solution);
    if (!(this.#solution[this.#active.length - 1]! > 0)) {
      this.#drop(this.#active.length - 1);
      return false;
    }
    while (this.#leaveBorder()) this.#qr.solve(this.#solution);
    for (let i = 0; i < this.#active.length; i++) this.#weights[i] = this.#solution[i]!;
    this.#reach();
    return true;
  }

  /** Goes towards the solution as far as weights stay non-negative and drops the points that lose theirs, if any. */
  #leaveBorder(): boolean {
    let step = 1;
    let first = -1;
    for (let i = 0; i < this.#active.length; i++) {
      if (this.#solution[i]! > 0) continue;
      const share = this.#weights[i]! / (this.#weights[i]! - this.#solution[i]!);
      if (share < step) [step, first] = [share, i];
    }
    if (first < 0) return false;
    for (let i = 0; i < this.#active.length; i++) {
      this.#weights[i]! += step * (this.#solution[i]! - this.#weights[i]!);
    }
    this.#weights[first] = 0;
    for (let i = this.#active.length - 1; i >= 0; i--) if (!(this.#weights[i]! > 0)) this.#drop(i);
    return true;
  }

  #drop(index: number): void {
    this.#active.splice(index, 1);
    this.#weights.splice(index, 1);
    this.#qr.remove(index);
  }

  #reach(): void {
    const d = this.dimension;
    let total = 0;
    for (const weight of this.#weights) total += weight;
    this.#reached.fill(0);
    this.#active.forEach((j, at) => {
      const share = this.#weights[at]! / total;
      for (let i = 0; i < d; i++) this.#reached[i]! += share * this.#differences[j * d + i]!;
    });
  }
}
