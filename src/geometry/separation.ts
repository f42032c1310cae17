/** How far each class keeps from the others: one-versus-rest distances for K > d, else the nearest other mean. */
import { presentMeans } from '../metrics/class-means';
import type { MetricInput } from '../metrics/metric';
import { classifierRows, lacksUnit, uncentredMeans } from '../metrics/requirements';
import { forEachProductRow } from '../metrics/row-products';
import { distancesFromOthers } from '../metrics/softmax-code';
import type { Lacking, PlaceValues, Separation } from '../protocol/geometry';
import { halfSquaredDistance } from '../statistics/close-rows';
import { placeValues } from './places';

type Places = readonly (readonly number[])[];

/** More classes would take a product of all pairs that no metric keeps. */
const MOST_COMPARED = 2048;

/** The hulls are those that the metrics of softmax codes have looked at: nothing is searched twice. */
export function separationOf(input: MetricInput, places: Places): Separation {
  const { classes, dimension } = input.statistics;
  if (classes <= dimension) return { kind: 'nearest', means: nearestMeans(input, places) };
  const lack = lacksUnit(input.unit);
  const unit = input.unit?.statistics;
  const means = lack || !unit ? { notApplicable: lack ?? '' } : distancesFromOthers(uncentredMeans(unit));
  const rowOf = unit ? rowsByClass(presentMeans(unit).classOf) : undefined;
  return {
    kind: 'oneVsRest',
    means: placed(means, places, (c) => rowOf?.get(c)),
    rows: placed(distancesFromOthers(classifierRows(input)), places, (c) => c),
  };
}

function placed(
  distances: Float64Array | Lacking,
  places: Places,
  rowOf: (c: number) => number | undefined,
): PlaceValues | Lacking {
  if ('notApplicable' in distances) return distances;
  const lost = places.flat().find((c) => rowOf(c) === undefined);
  if (lost !== undefined) return { notApplicable: `all features of class ${lost} are zero` };
  return placeValues(places, (c) => distances[rowOf(c)!]!);
}

/** Near-equal means from their difference, so that a distance near 0 keeps its digits. */
function nearestMeans({ statistics }: MetricInput, places: Places): PlaceValues | Lacking {
  const { rows, dimension: d, classOf, centred } = presentMeans(statistics);
  if (rows < 2) return { notApplicable: 'fewer than two classes have samples' };
  if (rows > MOST_COMPARED) return { notApplicable: `${rows} class means are too many to compare all pairs` };
  const squares = new Float64Array(rows);
  forEachProductRow(centred, centred, rows, d, (row, products) => (squares[row] = products[row]!));
  const nearest = new Float64Array(rows).fill(Infinity);
  const scratch = new Float64Array(d);
  forEachProductRow(centred, centred, rows, d, (a, products) => {
    for (let b = 0; b < a; b++) {
      const half = halfSquaredDistance((squares[a]! + squares[b]!) / 2, products[b]!, centred, a, b, scratch);
      const distance = Math.sqrt(2 * Math.max(0, half));
      nearest[a] = Math.min(nearest[a]!, distance);
      nearest[b] = Math.min(nearest[b]!, distance);
    }
  });
  const rowOf = rowsByClass(classOf);
  return placeValues(places, (c) => nearest[rowOf.get(c)!]!);
}

/** Row of each class among those that have samples. */
export function rowsByClass(classOf: readonly number[]): Map<number, number> {
  return new Map(classOf.map((c, row) => [c, row]));
}
