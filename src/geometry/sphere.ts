/** Directions of the classes on the unit sphere, for runs with more classes than dimensions. */
import { normalisedRows, presentMeans } from '../metrics/class-means';
import type { MetricInput } from '../metrics/metric';
import { classifierRows, lacksUnit, uncentredMeans } from '../metrics/requirements';
import type { Sphere } from '../protocol/geometry';
import { analyseSpan } from '../statistics/mean-span';
import { multiplyTransposed } from '../statistics/products';
import { finiteWeight } from './finite-weight';
import { bySize, evenly } from './places';
import { rounded, roundedList } from './rounding';

/** Points on one sphere that can still be told apart. */
const MOST_POINTS = 200;

/** The features' own axes for d ≤ 3; beyond, the three orthogonal directions that hold most of the class directions. */
export function sphereOf(input: MetricInput): Sphere | undefined {
  const { classes: K, dimension: d, counts } = input.statistics;
  if (K <= d || d < 2 || lacksUnit(input.unit)) return undefined;
  const unit = input.unit!.statistics;
  const means = uncentredMeans(unit);
  if ('notApplicable' in means) return undefined;
  const rowOf = new Map(presentMeans(unit).classOf.map((c, row) => [c, row]));
  const classes = evenly(
    bySize(counts).filter((c) => rowOf.has(c)),
    MOST_POINTS,
  ).sort((a, b) => a - b);
  const directions = normalisedRows(means.values, means.norms, d);
  const axes = d <= 3 ? identity(d) : leading(directions, means.rows, d);
  const dimension = axes.length / d;
  if (dimension < 2) return undefined;
  const drawn = (values: Float64Array, rows: number, at: (c: number) => number): Float64Array => {
    const all = new Float64Array(rows * dimension);
    multiplyTransposed(values, rows, axes, dimension, d, all);
    return Float64Array.from(classes.flatMap((c) => [...all.subarray(at(c) * dimension, (at(c) + 1) * dimension)]));
  };
  const points = drawn(directions, means.rows, (c) => rowOf.get(c)!);
  const weight = classifierRows(input);
  return {
    classes,
    dimension,
    share: d <= 3 ? 1 : rounded(points.reduce((sum, value) => sum + value * value, 0) / classes.length),
    means: roundedList(points),
    ...('notApplicable' in weight || 'notApplicable' in finiteWeight(input)
      ? {}
      : { rows: roundedList(drawn(normalisedRows(weight.values, weight.norms, d), K, (c) => c)) }),
  };
}

function identity(d: number): Float64Array {
  return Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0));
}

function leading(directions: Float64Array, rows: number, d: number): Float64Array {
  const none = new Float64Array(0);
  const statistics = { classes: rows, dimension: d, samples: rows, counts: new Float64Array(rows).fill(1) };
  const rest = { means: none, globalMean: none, scatters: none, traceWithin: 0, traceBetween: 0 };
  return analyseSpan({ ...statistics, ...rest, centredMeans: directions }, 3).directions;
}
