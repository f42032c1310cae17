/** Norms and cosines of one vector a class: of the centred class means, or of the classifier's rows. */
import { rowNorms } from '../metrics/class-means';
import { forEachProductRow } from '../metrics/row-products';
import type { VectorGeometry } from '../protocol/geometry';
import { dot } from '../statistics/products';
import { placeValues } from './places';
import { rounded } from './rounding';

/** Rows of a row-major matrix with d columns; `rowOf` gives the row of a class. */
export interface ClassVectors {
  values: Float64Array;
  rows: number;
  dimension: number;
  rowOf: (c: number) => number;
}

type Places = readonly (readonly number[])[];

/** More pairs would be looked at for nothing: their products are not kept from the metrics. */
const MOST_COMPARED = 2048;
const CLOSEST = 20;

/** Time d for each pair of at most 100 classes; beyond, d for each class and each pair of blocks. */
export function vectorGeometry(vectors: ClassVectors, places: Places): VectorGeometry {
  const norms = rowNorms(vectors.values, vectors.rows, vectors.dimension);
  const normOf = (c: number): number => norms[vectors.rowOf(c)]!;
  const own = { norms: placeValues(places, normOf) };
  if (places.every(({ length }) => length === 1)) {
    return {
      ...own,
      cosines: pairCosines(
        vectors,
        norms,
        places.map(([c]) => vectors.rowOf(c!)),
      ),
    };
  }
  const cosines = blockCosines(vectors, norms, places);
  if (vectors.rows > MOST_COMPARED) return { ...own, cosines };
  return { ...own, cosines, closest: closestPairs(vectors, norms, places.flat()) };
}

/** Upper triangle with an empty diagonal. */
function pairCosines({ values, rows, dimension }: ClassVectors, norms: Float64Array, at: number[]): (number | null)[] {
  const place = new Map(at.map((row, i) => [row, i]));
  const n = at.length;
  const full = new Float64Array(n * n);
  forEachProductRow(values, values, rows, dimension, (row, products) => {
    const a = place.get(row);
    if (a !== undefined) at.forEach((other, b) => (full[a * n + b] = products[other]!));
  });
  return triangle(n, (a, b) => {
    const scale = norms[at[a]!]! * norms[at[b]!]!;
    return a === b || scale === 0 ? null : full[a * n + b]! / scale;
  });
}

/** Through sums of unit vectors: the mean of all products of two sums' terms is the product of the sums. */
function blockCosines(vectors: ClassVectors, norms: Float64Array, places: Places): (number | null)[] {
  const { values, dimension: d, rowOf } = vectors;
  const sums = new Float64Array(places.length * d);
  const members = places.map((classes, block) => {
    const rows = classes.map(rowOf).filter((row) => norms[row]! > 0);
    for (const row of rows) for (let j = 0; j < d; j++) sums[block * d + j]! += values[row * d + j]! / norms[row]!;
    return rows.length;
  });
  return triangle(places.length, (a, b) => {
    const product = dot(sums, a * d, sums, b * d, d);
    const n = members[a]!;
    const pairs = a === b ? n * (n - 1) : n * members[b]!;
    return pairs === 0 ? null : (a === b ? product - n : product) / pairs;
  });
}

function triangle(n: number, value: (a: number, b: number) => number | null): (number | null)[] {
  const out: (number | null)[] = [];
  for (let a = 0; a < n; a++) {
    for (let b = a; b < n; b++) {
      const found = value(a, b);
      out.push(found === null || !Number.isFinite(found) ? null : rounded(found));
    }
  }
  return out;
}

function closestPairs(vectors: ClassVectors, norms: Float64Array, classes: number[]): [number, number, number][] {
  const { values, rows, dimension, rowOf } = vectors;
  const classAt = new Map(classes.map((c) => [rowOf(c), c]));
  let found: [number, number, number][] = [];
  let least = -Infinity;
  forEachProductRow(values, values, rows, dimension, (row, products) => {
    const a = classAt.get(row);
    if (a === undefined || norms[row] === 0) return;
    for (const [other, b] of classAt) {
      if (other >= row || norms[other] === 0) continue;
      const cosine = products[other]! / (norms[row]! * norms[other]!);
      if (!(cosine > least)) continue;
      found.push([Math.min(a, b), Math.max(a, b), cosine]);
      if (found.length < 8 * CLOSEST) continue;
      found = found.sort((x, y) => y[2] - x[2]).slice(0, CLOSEST);
      least = found.at(-1)![2];
    }
  });
  found.sort((x, y) => y[2] - x[2]);
  return found.slice(0, CLOSEST).map(([a, b, cosine]) => [a, b, rounded(cosine)]);
}
