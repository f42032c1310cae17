/** The picture of collapse: samples, class means and classifier rows in a basis of the drawn means' span. */
import { lacksSpread } from '../metrics/requirements';
import { frobenius } from '../metrics/class-means';
import type { MetricInput } from '../metrics/metric';
import type { Picture } from '../protocol/geometry';
import { presentClasses, type ClassStatistics } from '../statistics/class-statistics';
import { analyseSpan } from '../statistics/mean-span';
import { multiplyTransposed } from '../statistics/products';
import type { TagStatistics } from '../statistics/tag-statistics';
import { finiteWeight } from './finite-weight';
import { bySize, evenly } from './places';
import { coarseList, rounded, roundedList } from './rounding';

/**
 * Classes that can be drawn. Any three of them span a plane that lies in the span of all their means, at most 19
 * coordinates for each point; with all of, say, 1,000 classes a sample would take 999. They must be the same at every
 * checkpoint, or the animation would not show the same thing move: so they are chosen by size, which never changes, and
 * not by which classes happen to be close.
 */
export const MOST_DRAWN = 20;
/** Samples in one picture, and of one class: more hide each other. */
const MOST_SAMPLES = 240;
const MOST_OF_A_CLASS = 60;
/** The fewest that show a spread, for pairs of labels of which there are many. */
const FEWEST = 3;

/** The drawn classes, ascending: all up to 20, else 20 evenly spread over the order of size, largest and smallest included. */
export function drawnClasses(counts: ArrayLike<number>): number[] {
  return evenly(bySize(counts), MOST_DRAWN).sort((a, b) => a - b);
}

/**
 * Which rows are drawn: of each group the same number, evenly spread over its rows, whatever their order.
 * @param groupOf of each row; −1 for rows that are not drawn
 * @returns row numbers, ascending
 */
export function drawnRows(groupOf: Int32Array, groups: number): Int32Array {
  const most = Math.max(FEWEST, Math.min(MOST_OF_A_CLASS, Math.floor(MOST_SAMPLES / Math.max(1, groups))));
  const rowsOf: number[][] = Array.from({ length: groups }, () => []);
  groupOf.forEach((group, row) => group >= 0 && rowsOf[group]!.push(row));
  return Int32Array.from(rowsOf.flatMap((rows) => evenly(rows, most))).sort();
}

/** Coordinates of vectors, as seen from μ_G, in the span of the differences of the drawn class means. */
export class PictureBasis {
  readonly dimension: number;
  private readonly directions: Float64Array;
  private readonly centre: Float64Array;

  constructor(
    private readonly statistics: ClassStatistics,
    readonly classes: readonly number[],
  ) {
    const { dimension: d, centredMeans, globalMean } = statistics;
    const own = new Float64Array(classes.length * d);
    const middle = new Float64Array(d);
    classes.forEach((c, at) => {
      own.set(centredMeans.subarray(c * d, (c + 1) * d), at * d);
      for (let j = 0; j < d; j++) middle[j]! += own[at * d + j]! / classes.length;
    });
    for (let at = 0; at < own.length; at++) own[at]! -= middle[at % d]!;
    const counts = new Float64Array(classes.length).fill(1);
    const span = analyseSpan({ ...statistics, classes: classes.length, counts, centredMeans: own });
    this.dimension = span.rank;
    this.directions = span.directions;
    this.centre = globalMean;
  }

  /** Rows of features (rows×d) as rows×dimension; their distance from μ_G first, which keeps digits. */
  ofFeatures(values: Float32Array | Float64Array, rows: number): Float64Array {
    const centred = Float64Array.from(values.subarray(0, rows * this.centre.length));
    for (let at = 0; at < centred.length; at++) centred[at]! -= this.centre[at % this.centre.length]!;
    return this.ofVectors(centred, rows);
  }

  /** Rows of vectors that have no origin (rows×d), as rows×dimension. */
  ofVectors(values: Float64Array, rows: number): Float64Array {
    const out = new Float64Array(rows * this.dimension);
    if (out.length > 0) multiplyTransposed(values, rows, this.directions, this.dimension, this.centre.length, out);
    return out;
  }

  ofMeans(): Float64Array {
    const { centredMeans, dimension: d } = this.statistics;
    return this.ofVectors(rowsOf(centredMeans, this.classes, d), this.classes.length);
  }
}

export interface DrawnSamples {
  basis: PictureBasis;
  /** Class of each drawn sample. */
  classes: number[];
  /** samples×dimension. */
  coordinates: Float64Array;
  pairs?: { labels: [number, number][]; samples: { pairs: number[]; coordinates: Float64Array } };
}

/** @param samples gathered in the second pass */
export function pictureOf(input: MetricInput, samples: DrawnSamples | undefined): Picture | { notApplicable: string } {
  const { statistics } = input;
  const lack = lacksSpread(statistics);
  if (lack) return { notApplicable: lack };
  if (!samples) return { notApplicable: 'no samples were gathered for it' };
  const { basis } = samples;
  if (basis.dimension < 2) return { notApplicable: 'the class means lie on a line, and three of them span no plane' };
  const d = statistics.dimension;
  const size = frobenius(statistics.centredMeans);
  const unit = size / Math.sqrt(presentClasses(statistics));
  const found = finiteWeight(input);
  const weight = 'notApplicable' in found ? undefined : found.weight;
  const weightSize = weight ? frobenius(weight) : 0;
  const rows = weight && basis.ofVectors(rowsOf(weight, basis.classes, d), basis.classes.length);
  const { pairs } = samples;
  return {
    classes: [...basis.classes],
    dimension: basis.dimension,
    unit: rounded(unit),
    means: roundedList(basis.ofMeans()),
    ...(rows && weightSize > 0 ? { rows: roundedList(rows.map((value) => (value * size) / weightSize)) } : {}),
    samples: { classes: samples.classes, coordinates: coarseList(samples.coordinates) },
    ...(pairs && pairs.labels.length > 0
      ? {
          pairs: {
            labels: pairs.labels,
            means: roundedList(pairMeans(basis, input.tags, pairs.labels)),
            samples: { pairs: pairs.samples.pairs, coordinates: coarseList(pairs.samples.coordinates) },
          },
        }
      : {}),
  };
}

function pairMeans(basis: PictureBasis, tags: TagStatistics | undefined, labels: [number, number][]): Float64Array {
  const two = tags?.multiplicities.find(({ size }) => size === 2);
  if (!two) return new Float64Array(0);
  const at = new Map(two.sets.map((set, index) => [set.join(), index]));
  const indices = labels.map((pair) => at.get(pair.join())!);
  return basis.ofFeatures(rowsOf(two.statistics.means, indices, two.statistics.dimension), labels.length);
}

/** The sets of two labels that are measured and whose labels are both drawn. */
export function drawnPairs(tags: TagStatistics | undefined, classes: readonly number[]): [number, number][] {
  const drawn = new Set(classes);
  const two = tags?.multiplicities.find(({ size }) => size === 2);
  return (two?.sets ?? []).flatMap(([a, b]) => (drawn.has(a!) && drawn.has(b!) ? [[a!, b!] as [number, number]] : []));
}

function rowsOf(values: Float64Array, rows: readonly number[], d: number): Float64Array {
  const out = new Float64Array(rows.length * d);
  rows.forEach((row, at) => out.set(values.subarray(row * d, (row + 1) * d), at * d));
  return out;
}
