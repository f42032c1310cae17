/** From a report to what each chart draws: curves, axes and limits as plain data. */
import type { Metric } from '../../src/metrics/metric';
import { metricById, metrics } from '../../src/metrics/registry';
import { zeroErrorSince } from '../../src/findings/course';
import { type CheckpointReport, type Report, valueOf } from '../../src/protocol/report';
import { type Axis, epochAxis, stepAxis, type Tick, valueAxis } from './axis';
import { type FitLine, fitsOf } from './fit-line';
import { type FigurePlan, planFigures } from './layout';
import { drawnMetrics } from './selection';
import { splitCurves, splitLayerCurves, type SplitName } from './split-curves';
import { type Range, zoomAxis } from './zoom';
import { formatExact, formatLimit } from '../../src/metrics/number-format';
import { t } from '../words';

export interface CurvePoint {
  /** Epoch, or index of the checkpoint, or depth of the layer. */
  x: number;
  y: number;
  /** Path of the checkpoint. */
  checkpoint: string;
  /** Where the point is, in words. */
  where: string;
}

export interface Curve {
  metric: string;
  label: string;
  points: CurvePoint[];
  /** Colour, line and point style: the curve's place in its figure. */
  style: number;
  /** How strongly a curve of another epoch shows, in (0, 1]; absent for the figure's own curves. */
  ghost?: number;
  /** Id of the run, where several are compared; empty for the panel's own. */
  run?: string;
  /** The data that it is of, where that is not the training data. */
  split?: SplitName;
  /** What the theory says: a dashed line without points. */
  ideal?: boolean;
}

export interface Limit {
  value: number;
  label: string;
}

/** A place on the x axis that means something for the whole run. */
export interface Moment {
  x: number;
  /** In words: "zero training error from epoch 40". */
  label: string;
}

export interface FigureData {
  /** Id of its plan, or `layers`. */
  id: string;
  title: string;
  x: Axis;
  y: Axis;
  curves: Curve[];
  limits: Limit[];
  /** x of the chosen checkpoint. */
  marked?: number;
  moments?: Moment[];
  /** Laws fitted to the figure's own curve. */
  fits?: FitLine[];
  /** Every place on the x axis with its full name; its ticks may be fewer and shortened. */
  steps: Tick[];
  /** The x axis from end to end where only a part of it is shown. */
  whole?: Axis;
}

/** Where checkpoints stand on the x axis, and how they are called. */
export interface Timeline {
  axis: Axis;
  x: (checkpoint: CheckpointReport) => number;
  name: (checkpoint: CheckpointReport) => string;
  /** Every checkpoint's place with its name. */
  steps: Tick[];
}

/** Epochs where every checkpoint has its own; else the order of the files, with their names. */
export function timeline(checkpoints: readonly CheckpointReport[]): Timeline {
  const epochs = checkpoints.flatMap(({ epoch }) => (epoch === undefined ? [] : [epoch]));
  if (epochs.length === checkpoints.length && new Set(epochs).size === epochs.length) {
    const steps = epochs.map((value) => ({ value, label: String(value) }));
    return { axis: epochAxis(epochs), x: (checkpoint) => checkpoint.epoch!, name: checkpointName, steps };
  }
  const index = new Map(checkpoints.map(({ path }, i) => [path, i]));
  const steps = checkpoints.map(({ path }, i) => ({ value: i, label: fileName(path).replace(/\.\w+$/, '') }));
  const axis = stepAxis(steps, t('checkpoint'));
  return { axis, x: ({ path }) => index.get(path) ?? 0, name: ({ path }) => fileName(path), steps };
}

/** "epoch 120", or the file's name. */
export function checkpointName({ epoch, path }: CheckpointReport): string {
  return epoch === undefined ? fileName(path) : t('epoch {0}', epoch);
}

function fileName(path: string): string {
  return path.split('/').at(-1) || path;
}

/**
 * The figures of the metrics drawn that have at least one value, in the order of the families.
 * @param zoom the part of the x axis to show; the y axes then fit what is in it
 * @param splits sets that are drawn beside the training data
 */
export function epochFigures(
  report: Report,
  chosen: CheckpointReport | undefined,
  drawn: readonly Metric[] = drawnMetrics(report, undefined),
  zoom?: Range,
  splits: readonly SplitName[] = [],
): FigureData[] {
  const time = timeline(report.checkpoints);
  const moments = momentsOf(report, time);
  return planFigures(drawn).flatMap((plan) => {
    const figure = epochFigure(plan, report, time, zoom, splits);
    if (figure === undefined) return [];
    return [{ ...figure, moments, ...(chosen === undefined ? {} : { marked: time.x(chosen) }) }];
  });
}

/** Where the terminal phase begins, if training error is zero at the end. */
function momentsOf(report: Report, time: Timeline): Moment[] {
  const since = report.checkpoints.length > 1 ? zeroErrorSince(report) : undefined;
  return since ? [{ x: time.x(since), label: t('zero training error from {0}', time.name(since)) }] : [];
}

function epochFigure(
  { id, title, axis, metrics }: FigurePlan,
  report: Report,
  time: Timeline,
  zoom: Range | undefined,
  splits: readonly SplitName[],
): FigureData | undefined {
  const curves: Curve[] = [];
  const shown: Metric[] = [];
  for (const metric of metrics) {
    const points: CurvePoint[] = [];
    for (const checkpoint of report.checkpoints) {
      const y = valueOf(checkpoint, metric.id);
      if (y === undefined) continue;
      points.push({ x: time.x(checkpoint), y, checkpoint: checkpoint.path, where: time.name(checkpoint) });
    }
    if (points.length === 0) continue;
    const style = shown.length;
    curves.push({ metric: metric.id, label: metric.name, points, style });
    curves.push(...splitCurves(metric, report, time, splits, style));
    shown.push(metric);
  }
  if (curves.length === 0) return undefined;
  const limits = limitsOf(shown, report.run.classes);
  const y = yAxis(curves, shown, limits, axis, zoom);
  return { id, title, ...xAxis(time.axis, time.steps, zoom), y, curves, limits };
}

/** The axis, or the part of it that is shown. */
export function xAxis(axis: Axis, steps: Tick[], zoom: Range | undefined): Pick<FigureData, 'x' | 'steps' | 'whole'> {
  return { x: zoomAxis(axis, zoom, steps), steps, ...(zoom ? { whole: axis } : {}) };
}

/** Metrics that at least one layer has, in the registry's order; those of several layers only, if there are any. */
export function layerMetrics(report: Report): Metric[] {
  const known = metricsOfLayers.get(report);
  if (known) return known;
  const layers = report.checkpoints.flatMap((checkpoint) => checkpoint.layers);
  const hidden = layers.filter(({ role }) => role === 'hidden');
  const asked = hidden.length > 0 ? hidden : layers;
  const found = metrics.filter(({ id }) => asked.some((layer) => layer.metrics[id] !== undefined));
  metricsOfLayers.set(report, found);
  return found;
}

/** A report is never changed, only replaced; looking through every layer of a long run takes too long to do twice. */
const metricsOfLayers = new WeakMap<Report, Metric[]>();

/** What the layer chart starts with. */
export const DEFAULT_LAYER_METRIC = 'nc1.traceRatio';

/** The metric of the layer chart: the chosen one if it was measured, else the default, else the first. */
export function layerMetric(report: Report, chosen: string | undefined): Metric | undefined {
  const available = layerMetrics(report);
  const find = (id: string | undefined): Metric | undefined => available.find((metric) => metric.id === id);
  return find(chosen) ?? find(DEFAULT_LAYER_METRIC) ?? available[0];
}

/** More faint curves than this are a smear, and slow to draw. */
export const MOST_GHOSTS = 24;

/** So many of the others, evenly spread, the last among them. */
function spread<T>(others: readonly T[], most: number): T[] {
  if (others.length <= most) return [...others];
  return Array.from({ length: most }, (_, i) => others[Math.round((i * (others.length - 1)) / (most - 1))]!);
}

/** The chosen checkpoint's curve over depth first, then other checkpoints' as ghosts, latest strongest. */
export function layerFigure(
  report: Report,
  chosen: CheckpointReport,
  metricId: string,
  zoom?: Range,
  splits: readonly SplitName[] = [],
): FigureData | undefined {
  const metric = metricById(metricId);
  if (metric === undefined) return undefined;
  const own: Curve = layerCurve(chosen, metric);
  if (own.points.length === 0) return undefined;
  const others = spread(
    report.checkpoints.filter((other) => other !== chosen),
    MOST_GHOSTS,
  );
  const ghosts = others.map((other, i) => ({ ...layerCurve(other, metric), ghost: (i + 1) / others.length }));
  const beside = splitLayerCurves(chosen, metric, splits);
  const curves = [own, ...beside, ...ghosts.filter(({ points }) => points.length > 0)];
  const limits = limitsOf([metric], report.run.classes);
  const steps = chosen.layers.map(({ depth, name }) => ({ value: depth, label: name }));
  return {
    id: 'layers',
    title: metric.name,
    ...xAxis(stepAxis(steps, t('layer, in depth order')), steps, zoom),
    y: yAxis(curves, [metric], limits, metric.percent ? `${metric.name} (%)` : metric.name, zoom),
    curves,
    limits,
    fits: fitsOf(metric, chosen),
  };
}

/** A checkpoint's values against depth; without points where it has none. */
export function layerCurve(checkpoint: CheckpointReport, metric: Metric): Curve {
  const points: CurvePoint[] = [];
  for (const layer of checkpoint.layers) {
    const y = layer.metrics[metric.id];
    if (y === undefined) continue;
    const where = `${checkpointName(checkpoint)} · ${layer.name}`;
    points.push({ x: layer.depth, y, checkpoint: checkpoint.path, where });
  }
  return { metric: metric.id, label: checkpointName(checkpoint), points, style: 0 };
}

export function yAxis(
  curves: readonly Curve[],
  shown: readonly Metric[],
  limits: readonly Limit[],
  title: string,
  zoom?: Range,
): Axis {
  const points = curves.flatMap((curve) => curve.points);
  const inside = zoom ? points.filter(({ x }) => x >= zoom.from && x <= zoom.to) : points;
  return valueAxis(
    (inside.length > 0 ? inside : points).map(({ y }) => y),
    {
      scale: shown.every(({ scale }) => scale === 'log') ? 'log' : 'linear',
      limits: limits.map(({ value }) => value),
      percent: shown.every(({ percent }) => percent === true),
      title,
    },
  );
}

/** The values at perfect collapse, each once. */
export function limitsOf(shown: readonly Metric[], classes: number): Limit[] {
  const limits = new Map<number, Limit>();
  for (const { limit, percent } of shown) {
    const value = limit?.(classes);
    if (value === undefined || !Number.isFinite(value)) continue;
    limits.set(value, { value, label: t('perfect collapse: {0}', formatLimit(value, percent)) });
  }
  return [...limits.values()];
}

/** What a screen reader says of a figure. */
export function summary(figure: FigureData): string {
  const curves = figure.curves.filter(({ ghost }) => ghost === undefined);
  const parts = curves.map(({ label, metric, points }) => {
    const last = points.at(-1);
    const percent = metricById(metric)?.percent;
    const count = points.length === 1 ? t('1 point') : t('{0} points', points.length);
    return last ? t('{0}, {1}, last {2} at {3}', label, count, formatExact(last.y, percent), last.where) : label;
  });
  const said = [...parts, ...(figure.fits ?? []), ...(figure.moments ?? [])];
  const all = said.map((part) => (typeof part === 'string' ? part : part.label)).join('; ');
  return t('{0} against {1}: {2}', figure.title, figure.x.title, all);
}
