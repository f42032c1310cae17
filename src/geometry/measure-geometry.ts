/** The geometry of a penultimate layer from what its two passes gathered. */
import { presentMeans } from '../metrics/class-means';
import type { MetricInput } from '../metrics/metric';
import { hasMinority, minorityClasses } from '../metrics/minority';
import { lacksSpread } from '../metrics/requirements';
import type { Geometry, Lacking, VectorGeometry } from '../protocol/geometry';
import { finiteWeight } from './finite-weight';
import { byNumber, bySize, placesOf } from './places';
import { type DrawnSamples, pictureOf } from './picture';
import { rowsByClass, separationOf } from './separation';
import { spectrumOf } from './spectrum';
import { sphereOf } from './sphere';
import { vectorGeometry } from './vectors';

/** Undefined where no class has samples. */
export function measureGeometry(input: MetricInput, samples?: DrawnSamples): Geometry | undefined {
  const { counts } = input.statistics;
  const order = bySize(counts);
  if (order.length === 0) return undefined;
  const majority = hasMinority(input) ? majorityPlaces(input, placesOf(order)) : undefined;
  // Where no class is small beside another, an order by size would only be hard to read.
  const places = placesOf(majority === undefined ? byNumber(counts) : order);
  const sphere = sphereOf(input);
  return {
    places,
    ...(majority === undefined ? {} : { majority }),
    present: order.length,
    means: meansGeometry(input, places),
    rows: rowsGeometry(input, places),
    separation: separationOf(input, places),
    spectrum: spectrumOf(input),
    picture: pictureOf(input, samples),
    ...(sphere ? { sphere } : {}),
  };
}

function meansGeometry({ statistics }: MetricInput, places: number[][]): VectorGeometry | Lacking {
  const lack = lacksSpread(statistics);
  if (lack) return { notApplicable: lack };
  const { centred, rows, dimension, classOf } = presentMeans(statistics);
  const rowOf = rowsByClass(classOf);
  return vectorGeometry({ values: centred, rows, dimension, rowOf: (c) => rowOf.get(c)! }, places);
}

function rowsGeometry(input: MetricInput, places: number[][]): VectorGeometry | Lacking {
  const found = finiteWeight(input);
  if ('notApplicable' in found) return found;
  const { classes: rows, dimension } = input.statistics;
  return vectorGeometry({ values: found.weight, rows, dimension, rowOf: (c) => c }, places);
}

/** How many places stand before the first of the minority; undefined where minority and majority alternate. */
function majorityPlaces(input: MetricInput, places: readonly (readonly number[])[]): number | undefined {
  const minority = new Set(minorityClasses(input));
  const first = places.findIndex((classes) => classes.some((c) => minority.has(c)));
  if (first <= 0) return undefined;
  const after = places.slice(first).flat();
  return after.every((c) => minority.has(c)) ? first : undefined;
}
