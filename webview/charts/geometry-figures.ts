/** From a checkpoint's geometry to what its matrices, bars and spectrum draw, as plain data with a text of each. */
import { formatValue } from '../../src/metrics/number-format';
import {
  type Eigenvalues,
  type Geometry,
  lacking,
  type PlaceValues,
  triangleIndex,
  type VectorGeometry,
} from '../../src/protocol/geometry';
import { neutralCosine } from './diverging';
import { similarityOrder } from './similarity-order';

/** Nothing to draw, and why. */
export interface Missing {
  missing: string;
}

export interface Cell {
  x: number;
  y: number;
  /** Cosine; undefined on the diagonal. */
  v: number | undefined;
}

export interface MatrixFigure {
  names: string[];
  cells: Cell[];
  neutral: number;
  /** How many of the first places hold the majority; absent where they are in another order. */
  boundary?: number;
  summary: string;
}

export interface BarSeries {
  label: string;
  values: number[];
  ranges?: [number, number][];
}

export interface BarFigure {
  names: string[];
  series: BarSeries[];
  boundary?: number;
  /** Mean of a single series: where all bars end at perfect collapse. */
  mean?: number;
  axis: string;
  summary: string;
}

export interface SpectrumFigure {
  series: { label: string; points: { x: number; y: number }[] }[];
  /** K' − 1, where there are more dimensions. */
  gap?: number;
  /** What is not there, and why. */
  lacks?: string;
  summary: string;
}

/** The class's name, or its number. */
export function className(classNames: readonly string[], c: number): string {
  return classNames[c] || `class ${c}`;
}

/** A place's name: its class, or "cat … dog". */
export function placeNames(geometry: Geometry, classNames: readonly string[]): string[] {
  return geometry.places.map((classes) => {
    const first = className(classNames, classes[0]!);
    return classes.length === 1 ? first : `${first} … ${className(classNames, classes.at(-1)!)}`;
  });
}

/** By size, or with similar class means side by side: the same order for means and rows, so that both can be compared. */
export function placeOrder(geometry: Geometry, sorted: boolean): number[] {
  const n = geometry.places.length;
  const vectors = [geometry.means, geometry.rows].find((part) => !lacking(part)) as VectorGeometry | undefined;
  if (!sorted || !vectors) return Array.from({ length: n }, (_, at) => at);
  return similarityOrder(n, (a, b) => cosineOf(vectors, a, b, n));
}

function cosineOf({ cosines }: VectorGeometry, a: number, b: number, n: number): number | null {
  return cosines[triangleIndex(Math.min(a, b), Math.max(a, b), n)] ?? null;
}

/** @param order of places, from the top left */
export function matrixFigure(
  geometry: Geometry,
  which: 'means' | 'rows',
  classNames: readonly string[],
  order: readonly number[],
): MatrixFigure | Missing {
  const vectors = geometry[which];
  if (lacking(vectors)) return { missing: vectors.notApplicable };
  const n = order.length;
  const names = placeNames(geometry, classNames);
  const cells: Cell[] = [];
  const off: { a: number; b: number; v: number }[] = [];
  order.forEach((a, y) =>
    order.forEach((b, x) => {
      const v = cosineOf(vectors, a, b, n) ?? undefined;
      cells.push({ x, y, v });
      if (x > y && v !== undefined) off.push({ a, b, v });
    }),
  );
  const bySize = order.every((place, at) => place === at);
  const own = which === 'means' ? 'centred class means' : 'classifier rows';
  const neutral = neutralCosine(geometry.present);
  const largest = off.reduce((most, pair) => (pair.v > most.v ? pair : most), off[0] ?? { a: 0, b: 0, v: Number.NaN });
  const smallest = off.reduce((least, pair) => (pair.v < least.v ? pair : least), largest);
  const between = ({ a, b, v }: typeof largest): string => `${formatValue(v)} between ${names[a]} and ${names[b]}`;
  return {
    names: order.map((place) => names[place]!),
    cells,
    neutral,
    ...(bySize && geometry.majority !== undefined ? { boundary: geometry.majority } : {}),
    summary:
      `Cosines of the ${own}, ${n} by ${n}; at perfect collapse all are ${formatValue(neutral)}. ` +
      (off.length > 0 ? `Largest ${between(largest)}, smallest ${between(smallest)}.` : 'No two can be compared.'),
  };
}

export function normFigure(
  geometry: Geometry,
  which: 'means' | 'rows',
  classNames: readonly string[],
): BarFigure | Missing {
  const vectors = geometry[which];
  if (lacking(vectors)) return { missing: vectors.notApplicable };
  const label = which === 'means' ? 'class mean' : 'classifier row';
  return barFigure(geometry, classNames, [{ label, ...vectors.norms }], {
    axis: which === 'means' ? 'norm (units of features)' : 'norm (units of weights)',
    what: which === 'means' ? 'Norms of the centred class means' : 'Norms of the classifier rows',
    equal: true,
  });
}

export function separationFigure(geometry: Geometry, classNames: readonly string[]): BarFigure | Missing {
  const { kind, means, rows } = geometry.separation;
  const series: BarSeries[] = [];
  const add = (label: string, part: PlaceValues | { notApplicable: string } | undefined): void => {
    if (part && !lacking(part)) series.push({ label, ...part });
  };
  add('class mean', means);
  add('classifier row', rows);
  if (series.length === 0) return { missing: lacking(means) ? means.notApplicable : 'nothing was measured' };
  return kind === 'nearest'
    ? barFigure(geometry, classNames, series, {
        axis: 'distance (units of features)',
        what: 'Distance of each class mean to the nearest other one',
        equal: true,
      })
    : barFigure(geometry, classNames, series, {
        axis: 'distance of unit vectors',
        what: 'One-versus-rest distance of each class',
        equal: false,
      });
}

function barFigure(
  geometry: Geometry,
  classNames: readonly string[],
  series: BarSeries[],
  { axis, what, equal }: { axis: string; what: string; equal: boolean },
): BarFigure {
  const names = placeNames(geometry, classNames);
  const [first] = series;
  const mean = first!.values.reduce((sum, value) => sum + value, 0) / first!.values.length;
  const parts = series.map(({ label, values }) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const at = (value: number): string => `${formatValue(value)} at ${names[values.indexOf(value)]}`;
    return `${label}: smallest ${at(low)}, largest ${at(high)}`;
  });
  return {
    names,
    series,
    axis,
    ...(geometry.majority === undefined ? {} : { boundary: geometry.majority }),
    ...(equal && series.length === 1 ? { mean } : {}),
    summary: `${what}, ${names.length} ${names.length === 1 ? 'bar' : 'bars'}; ${parts.join('; ')}.`,
  };
}

export const BETWEEN = 'between classes, Σ_B';
export const WITHIN = 'within classes, Σ_W';

export function spectrumFigure({ spectrum, present }: Geometry): SpectrumFigure | Missing {
  const { between, within } = spectrum;
  const series: SpectrumFigure['series'] = [];
  if (!lacking(between)) series.push({ label: BETWEEN, points: ranked(between) });
  if (!lacking(within)) series.push({ label: WITHIN, points: ranked(within) });
  const lacks = [
    ...(lacking(between) ? [`Between classes: ${between.notApplicable}.`] : []),
    ...(lacking(within) ? [`Within classes: ${within.notApplicable}.`] : []),
  ].join(' ');
  if (series.length === 0) return { missing: lacks };
  const { total } = (lacking(between) ? within : between) as Eigenvalues;
  const told = series.map(({ label, points }) => {
    const last = points.at(-1)!;
    return `${label}: ${last.x} above rounding, from ${formatValue(points[0]!.y)} down to ${formatValue(last.y)}`;
  });
  return {
    series,
    ...(present > 1 && present - 1 < total ? { gap: present - 1 } : {}),
    ...(lacks ? { lacks } : {}),
    summary:
      `Eigenvalues of the covariance of ${total} features against their rank; ${told.join('; ')}. ${lacks}`.trim(),
  };
}

function ranked({ values, ranks }: Eigenvalues): { x: number; y: number }[] {
  return values.map((y, at) => ({ x: ranks?.[at] ?? at + 1, y }));
}
