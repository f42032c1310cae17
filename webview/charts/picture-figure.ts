/** The picture of collapse as plain data: what lies where at one checkpoint, and what is between two of them. */
import { type Geometry, lacking, type Picture } from '../../src/protocol/geometry';
import type { Report } from '../../src/protocol/report';
import type { Missing } from './geometry-figures';
import { planeOf, sphereView, type Projection, type Spot, type Three } from './plane';

export type PictureKind = 'plane' | 'sphere';
export type Role = 'samples' | 'pairSamples' | 'pairMeans' | 'means' | 'rows';

export const ROLES: Record<Role, string> = {
  samples: 'sample',
  pairSamples: 'sample with both labels',
  pairMeans: 'mean of the samples with both labels',
  means: 'class mean',
  rows: 'row of the classifier',
};

export interface PictureSeries {
  role: Role;
  /** Place among the three classes, the first of a pair's two; 3 for all other classes. */
  style: number;
  /** The class, or the two labels, of each point. */
  of: (readonly number[])[];
  spots: Spot[];
}

export interface PictureFigure {
  kind: PictureKind;
  three: Three;
  series: PictureSeries[];
  /** On the sphere: share of the squared length of the class directions that is drawn. */
  share?: number;
}

/** A sphere whose three directions hold less than this share shows little of how the classes lie to each other. */
const TELLING = 0.5;

/** Which pictures a run has, the one that suits it first. */
export function pictureKinds(report: Report): PictureKind[] {
  const geometries = report.checkpoints.flatMap(({ geometry }) => geometry ?? []);
  const kinds: PictureKind[] = [];
  if (geometries.some(({ picture }) => !lacking(picture))) kinds.push('plane');
  // A simplex of K ≤ d + 1 classes fits into a plane of three; beyond, the sphere tells more.
  const d = report.checkpoints.at(-1)?.layers.at(-1)?.dimension ?? Infinity;
  const spheres = geometries.flatMap(({ sphere }) => sphere ?? []);
  if (spheres.length > 0) {
    if (report.run.classes > d + 1 && spheres.at(-1)!.share >= TELLING) kinds.unshift('sphere');
    else kinds.push('sphere');
  }
  return kinds;
}

/** The classes that a picture can be of, ascending. */
export function choosable(report: Report, kind: PictureKind): number[] {
  for (const { geometry } of report.checkpoints) {
    if (kind === 'sphere' && geometry?.sphere) return geometry.sphere.classes;
    if (kind === 'plane' && geometry && !lacking(geometry.picture)) return geometry.picture.classes;
  }
  return [];
}

/** The chosen three where they can be drawn; else, in imbalanced runs, the largest class with the two smallest. */
export function threeClasses(
  report: Report,
  kind: PictureKind,
  chosen: readonly number[] | undefined,
): Three | undefined {
  const classes = choosable(report, kind);
  if (chosen?.length === 3 && new Set(chosen).size === 3 && chosen.every((c) => classes.includes(c))) {
    return [chosen[0]!, chosen[1]!, chosen[2]!];
  }
  if (classes.length < 3) return undefined;
  const geometry = report.checkpoints.find((one) => one.geometry)?.geometry;
  const bySize = geometry?.places.flat().filter((c) => classes.includes(c)) ?? classes;
  if (geometry?.majority === undefined) return [classes[0]!, classes[1]!, classes[2]!];
  return [bySize[0]!, bySize.at(-2)!, bySize.at(-1)!];
}

/** Undefined where the checkpoint has no such picture of these classes. */
export function pictureFigure(geometry: Geometry, kind: PictureKind, three: Three): PictureFigure | Missing {
  const own = (c: number): number => (three.includes(c) ? three.indexOf(c) : 3);
  const { picture, sphere } = geometry;
  if (kind === 'sphere') {
    if (!sphere) return { missing: 'the directions of the classes are not known at this checkpoint' };
    const place = sphereView(sphere, three);
    if (!place) return { missing: 'the first class has no direction at this checkpoint' };
    const series = [3, 0, 1, 2].flatMap((style) => {
      const rows = sphere.classes.flatMap((c, row) => (own(c) === style ? [row] : []));
      const of = rows.map((row) => [sphere.classes[row]!]);
      const part = (role: Role, points: readonly number[]): PictureSeries => ({
        role,
        style,
        of,
        spots: rows.map((row) => place(points, row)),
      });
      return [...(sphere.rows ? [part('rows', sphere.rows)] : []), part('means', sphere.means)];
    });
    return { kind, three, series: byRole(series), share: sphere.share };
  }
  if (lacking(picture)) return { missing: picture.notApplicable };
  const place = planeOf(picture, three);
  if (!place) return { missing: 'the means of these three classes lie on a line at this checkpoint' };
  return { kind, three, series: byRole(planeSeries(picture, three, place)) };
}

function planeSeries(picture: Picture, three: Three, place: Projection): PictureSeries[] {
  const { samples, pairs, rows } = picture;
  const single = three.flatMap((c, style) => {
    const at = picture.classes.indexOf(c);
    const own = samples.classes.flatMap((label, row) => (label === c ? [row] : []));
    const series: PictureSeries[] = [
      { role: 'samples', style, of: own.map(() => [c]), spots: own.map((row) => place(samples.coordinates, row)) },
      { role: 'means', style, of: [[c]], spots: [place(picture.means, at)] },
    ];
    if (rows) series.push({ role: 'rows', style, of: [[c]], spots: [place(rows, at)] });
    return series;
  });
  if (!pairs) return single;
  const drawn = pairs.labels.flatMap((labels, at) => (labels.every((c) => three.includes(c)) ? [at] : []));
  const ofPairs = drawn.flatMap((at): PictureSeries[] => {
    const labels = pairs.labels[at]!;
    const own = pairs.samples.pairs.flatMap((pair, row) => (pair === at ? [row] : []));
    const style = three.indexOf(labels[0]);
    const spots = own.map((row) => place(pairs.samples.coordinates, row));
    return [
      { role: 'pairSamples', style, of: own.map(() => labels), spots },
      { role: 'pairMeans', style, of: [labels], spots: [place(pairs.means, at)] },
    ];
  });
  return [...single, ...ofPairs];
}

const ORDER: readonly Role[] = ['samples', 'pairSamples', 'pairMeans', 'rows', 'means'];

function byRole(series: PictureSeries[]): PictureSeries[] {
  return series.toSorted((x, y) => ORDER.indexOf(x.role) - ORDER.indexOf(y.role));
}

/** Part of the way from one checkpoint to the next: the same samples are in both. */
export function between(from: PictureFigure, to: PictureFigure, share: number): PictureFigure {
  const mix = (x: number, y: number): number => x + share * (y - x);
  const series = to.series.map((one, at) => {
    const before = from.series[at];
    if (before?.role !== one.role || before.spots.length !== one.spots.length) return one;
    const spots = one.spots.map((spot, i) => {
      const { x, y, z } = before.spots[i]!;
      return { x: mix(x, spot.x), y: mix(y, spot.y), z: mix(z, spot.z) };
    });
    return { ...one, spots };
  });
  return { ...to, series };
}

/** The frame shows the triangle at a good size; samples of the first epochs may lie outside. */
const LEAST_REACH = 1.35;
const MOST_REACH = 1.8;
/** Share of a checkpoint's samples that the frame holds, if that does not make the triangle too small. */
const HELD = 0.8;

/** Half the width of the frame, the same at every checkpoint, so that what moves is the points. */
export function reach(figures: readonly PictureFigure[]): number {
  if (figures[0]?.kind === 'sphere') return 1.12;
  let most = LEAST_REACH;
  for (const { series } of figures) {
    const far = (own: PictureSeries[]): number[] =>
      own
        .flatMap(({ spots }) => spots.map(({ x, y }) => 1.1 * Math.max(Math.abs(x), Math.abs(y))))
        .sort((a, b) => a - b);
    const samples = far(series.filter(({ role }) => role === 'samples'));
    most = Math.max(most, samples[Math.floor(HELD * (samples.length - 1))] ?? 0);
    most = Math.max(most, far(series.filter(({ role }) => role === 'means' || role === 'rows')).at(-1) ?? 0);
  }
  return Math.min(most, MOST_REACH);
}

/** How many of the samples lie outside the frame. @param ratio width over height */
export function outside({ series }: PictureFigure, half: number, ratio = 1): { outside: number; samples: number } {
  const spots = series.filter(({ role }) => role === 'samples' || role === 'pairSamples').flatMap((one) => one.spots);
  const out = spots.filter(({ x, y }) => Math.abs(x) > half * ratio || Math.abs(y) > half);
  return { outside: out.length, samples: spots.length };
}
