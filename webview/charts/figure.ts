/** From a report to what each chart draws: curves, axes and limits as plain data. */
import type { Metric } from '../../src/metrics/metric';
import { metricById, metrics } from '../../src/metrics/registry';
import { type CheckpointReport, type Report, valueOf } from '../../src/protocol/report';
import { type Axis, epochAxis, stepAxis, valueAxis } from './axis';
import { type FigurePlan, planFigures } from './layout';
import { drawnMetrics } from './selection';
import { formatExact, formatLimit } from '../../src/metrics/number-format';

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
  /** What the theory says: a dashed line without points. */
  ideal?: boolean;
}

export interface Limit {
  value: number;
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
}

/** Where checkpoints stand on the x axis, and how they are called. */
export interface Timeline {
  axis: Axis;
  x: (checkpoint: CheckpointReport) => number;
  name: (checkpoint: CheckpointReport) => string;
}

/** Epochs where every checkpoint has its own; else the order of the files, with their names. */
export function timeline(checkpoints: readonly CheckpointReport[]): Timeline {
  const epochs = checkpoints.flatMap(({ epoch }) => (epoch === undefined ? [] : [epoch]));
  if (epochs.length === checkpoints.length && new Set(epochs).size === epochs.length) {
    return { axis: epochAxis(epochs), x: (checkpoint) => checkpoint.epoch!, name: checkpointName };
  }
  const index = new Map(checkpoints.map(({ path }, i) => [path, i]));
  const steps = checkpoints.map(({ path }, i) => ({ value: i, label: fileName(path).replace(/\.\w+$/, '') }));
  const axis = stepAxis(steps, 'checkpoint');
  return { axis, x: ({ path }) => index.get(path) ?? 0, name: ({ path }) => fileName(path) };
}

/** "epoch 120", or the file's name. */
export function checkpointName({ epoch, path }: CheckpointReport): string {
  return epoch === undefined ? fileName(path) : `epoch ${epoch}`;
}

function fileName(path: string): string {
  return path.split('/').at(-1) || path;
}

/** The figures of the metrics drawn that have at least one value, in the order of the families. */
export function epochFigures(
  report: Report,
  chosen: CheckpointReport | undefined,
  drawn: readonly Metric[] = drawnMetrics(report, undefined),
): FigureData[] {
  const time = timeline(report.checkpoints);
  return planFigures(drawn).flatMap((plan) => {
    const figure = epochFigure(plan, report, time);
    if (figure === undefined) return [];
    return [chosen === undefined ? figure : { ...figure, marked: time.x(chosen) }];
  });
}

function epochFigure({ id, title, axis, metrics }: FigurePlan, report: Report, time: Timeline): FigureData | undefined {
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
    curves.push({ metric: metric.id, label: metric.name, points, style: shown.length });
    shown.push(metric);
  }
  if (curves.length === 0) return undefined;
  const limits = limitsOf(shown, report.run.classes);
  return { id, title, x: time.axis, y: yAxis(curves, shown, limits, axis), curves, limits };
}

/** Metrics that at least one layer has, in the registry's order; those of several layers only, if there are any. */
export function layerMetrics(report: Report): Metric[] {
  const layers = report.checkpoints.flatMap((checkpoint) => checkpoint.layers);
  const hidden = layers.filter(({ role }) => role === 'hidden');
  const asked = hidden.length > 0 ? hidden : layers;
  return metrics.filter(({ id }) => asked.some((layer) => layer.metrics[id] !== undefined));
}

/** What the layer chart starts with. */
export const DEFAULT_LAYER_METRIC = 'nc1.traceRatio';

/** The metric of the layer chart: the chosen one if it was measured, else the default, else the first. */
export function layerMetric(report: Report, chosen: string | undefined): Metric | undefined {
  const available = layerMetrics(report);
  const find = (id: string | undefined): Metric | undefined => available.find((metric) => metric.id === id);
  return find(chosen) ?? find(DEFAULT_LAYER_METRIC) ?? available[0];
}

/** The chosen checkpoint's curve over depth first, then the other checkpoints' as ghosts, latest strongest. */
export function layerFigure(report: Report, chosen: CheckpointReport, metricId: string): FigureData | undefined {
  const metric = metricById(metricId);
  if (metric === undefined) return undefined;
  const own: Curve = layerCurve(chosen, metric);
  if (own.points.length === 0) return undefined;
  const others = report.checkpoints.filter((other) => other !== chosen);
  const ghosts = others.map((other, i) => ({ ...layerCurve(other, metric), ghost: (i + 1) / others.length }));
  const curves = [own, ...ghosts.filter(({ points }) => points.length > 0)];
  const limits = limitsOf([metric], report.run.classes);
  const steps = chosen.layers.map(({ depth, name }) => ({ value: depth, label: name }));
  return {
    id: 'layers',
    title: metric.name,
    x: stepAxis(steps, 'layer, in depth order'),
    y: yAxis(curves, [metric], limits, metric.percent ? `${metric.name} (%)` : metric.name),
    curves,
    limits,
  };
}

function layerCurve(checkpoint: CheckpointReport, metric: Metric): Curve {
  const points: CurvePoint[] = [];
  for (const layer of checkpoint.layers) {
    const y = layer.metrics[metric.id];
    if (y === undefined) continue;
    const where = `${checkpointName(checkpoint)} · ${layer.name}`;
    points.push({ x: layer.depth, y, checkpoint: checkpoint.path, where });
  }
  return { metric: metric.id, label: checkpointName(checkpoint), points, style: 0 };
}

function yAxis(curves: readonly Curve[], shown: readonly Metric[], limits: readonly Limit[], title: string): Axis {
  return valueAxis(
    curves.flatMap(({ points }) => points.map(({ y }) => y)),
    {
      scale: shown.every(({ scale }) => scale === 'log') ? 'log' : 'linear',
      limits: limits.map(({ value }) => value),
      percent: shown.every(({ percent }) => percent === true),
      title,
    },
  );
}

/** The values at perfect collapse, each once. */
function limitsOf(shown: readonly Metric[], classes: number): Limit[] {
  const limits = new Map<number, Limit>();
  for (const { limit, percent } of shown) {
    const value = limit?.(classes);
    if (value === undefined || !Number.isFinite(value)) continue;
    limits.set(value, { value, label: `perfect collapse: ${formatLimit(value, percent)}` });
  }
  return [...limits.values()];
}

/** What a screen reader says of a figure. */
export function summary(figure: FigureData): string {
  const [own, ...rest] = figure.curves;
  const curves = figure.id === 'layers' && own ? [own] : own ? [own, ...rest] : [];
  const parts = curves.map(({ label, metric, points }) => {
    const last = points.at(-1);
    const percent = metricById(metric)?.percent;
    const count = `${points.length} ${points.length === 1 ? 'point' : 'points'}`;
    return last ? `${label}, ${count}, last ${formatExact(last.y, percent)} at ${last.where}` : label;
  });
  return `${figure.title} against ${figure.x.title}: ${parts.join('; ')}`;
}
