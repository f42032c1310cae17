/** Several runs over each other: one figure a metric with a curve a run, and the runs' chosen epochs against layer. */
import type { Metric } from '../../src/metrics/metric';
import { metricById } from '../../src/metrics/registry';
import { type CheckpointReport, type Report, valueOf } from '../../src/protocol/report';
import { chosenCheckpoint, type RunState } from '../state';
import { epochAxis, stepAxis } from './axis';
import {
  checkpointName,
  type Curve,
  type CurvePoint,
  type FigureData,
  layerCurve,
  limitsOf,
  type Timeline,
  timeline,
  xAxis,
  yAxis,
} from './figure';
import type { Range } from './zoom';
import { planFigures } from './layout';
import { t } from '../words';

/** A run among those that are shown. */
export interface ShownRun {
  /** Empty for the panel's own run. */
  id: string;
  name: string;
  report: Report;
  chosen: CheckpointReport | undefined;
  /** Colour, line and point style of its curves. */
  style: number;
}

/** The panel's own run first, then those compared with it. */
export function shownRuns({ report, others = [], choices }: RunState): ShownRun[] {
  const own: ShownRun = { id: '', name: report.run.path, report, chosen: chosenCheckpoint(report, choices), style: 0 };
  const rest = others.map(({ id, name, report: other }, i): ShownRun => {
    const checkpoint = choices.others?.[id];
    const chosen = chosenCheckpoint(other, checkpoint === undefined ? {} : { checkpoint });
    return { id, name, report: other, chosen, style: i + 1 };
  });
  return [own, ...rest];
}

/** Id of the figure that compares a metric. */
export function comparedId(metric: string): string {
  return `compare-${metric}`;
}

/** A figure for each metric that any of the runs has values of. */
export function comparedFigures(runs: readonly ShownRun[], drawn: readonly Metric[], zoom?: Range): FigureData[] {
  const time = commonTimeline(runs);
  return drawn.flatMap((metric) => {
    const curves = runs.map(({ id, name, report, style }): Curve => {
      const points = report.checkpoints.flatMap((checkpoint): CurvePoint[] => {
        const y = valueOf(checkpoint, metric.id);
        if (y === undefined) return [];
        const where = `${name} · ${checkpointName(checkpoint)}`;
        return [{ x: time.x(checkpoint), y, checkpoint: checkpoint.path, where }];
      });
      return { metric: metric.id, label: name, points, style, run: id };
    });
    if (curves.every(({ points }) => points.length === 0)) return [];
    return [figure(metric, curves, time, runs, zoom)];
  });
}

function figure(
  metric: Metric,
  curves: Curve[],
  time: Timeline,
  runs: readonly ShownRun[],
  zoom: Range | undefined,
): FigureData {
  const limits = commonLimits(metric, runs);
  const [plan] = planFigures([metric]);
  const drawn = curves.filter(({ points }) => points.length > 0);
  return {
    id: comparedId(metric.id),
    title: metric.name,
    ...xAxis(time.axis, time.steps, zoom),
    y: yAxis(drawn, [metric], limits, plan?.axis ?? metric.name, zoom),
    curves: drawn,
    limits,
  };
}

/** The chosen epoch of each run against depth. Undefined where none has values. */
export function comparedLayers(runs: readonly ShownRun[], metricId: string, zoom?: Range): FigureData | undefined {
  const metric = metricById(metricId);
  if (!metric) return undefined;
  const curves = runs.flatMap(({ id, name, chosen, style }): Curve[] => {
    if (!chosen) return [];
    const { points, ...curve } = layerCurve(chosen, metric);
    const named = points.map((point) => ({ ...point, where: `${name} · ${point.where}` }));
    return named.length > 0
      ? [{ ...curve, points: named, label: `${name}, ${checkpointName(chosen)}`, style, run: id }]
      : [];
  });
  if (curves.length === 0) return undefined;
  const limits = commonLimits(metric, runs);
  // Layers of the deepest run name the axis; those of the others stand at their depth.
  const deepest = runs.reduce((a, b) => (depthOf(b) > depthOf(a) ? b : a));
  const steps = (deepest.chosen?.layers ?? []).map(({ depth, name }) => ({ value: depth, label: name }));
  return {
    id: 'layers',
    title: metric.name,
    ...xAxis(stepAxis(steps, t('layer of {0}, in depth order', deepest.name)), steps, zoom),
    y: yAxis(curves, [metric], limits, metric.percent ? `${metric.name} (%)` : metric.name, zoom),
    curves,
    limits,
  };
}

function depthOf({ chosen }: ShownRun): number {
  return chosen?.layers.length ?? 0;
}

/** Limits that depend on K differ between runs of different K: then none is drawn. */
function commonLimits(metric: Metric, runs: readonly ShownRun[]): FigureData['limits'] {
  const [first, ...others] = runs.map(({ report }) => limitsOf([metric], report.run.classes));
  const same = others.every((other) => JSON.stringify(other) === JSON.stringify(first));
  return same ? (first ?? []) : [];
}

/** Epochs where every checkpoint of every run has its own within its run; else the checkpoints by their number. */
function commonTimeline(runs: readonly ShownRun[]): Timeline {
  const all = runs.flatMap(({ report }) => report.checkpoints);
  const byEpoch = runs.every(
    ({ report: { checkpoints } }) =>
      new Set(checkpoints.map(({ epoch }) => epoch)).size === checkpoints.length &&
      checkpoints.every(({ epoch }) => epoch !== undefined),
  );
  if (byEpoch) {
    const epochs = [...new Set(all.map(({ epoch }) => epoch!))].sort((a, b) => a - b);
    const axis = epochAxis(epochs);
    const steps = epochs.map((value) => ({ value, label: t('epoch {0}', value) }));
    return { axis, x: ({ epoch }) => epoch!, name: checkpointName, steps };
  }
  if (runs.length === 1) return timeline(all);
  const index = new Map(runs.flatMap(({ report }) => report.checkpoints.map((one, i) => [one, i] as const)));
  const longest = Math.max(0, ...runs.map(({ report }) => report.checkpoints.length));
  const steps = Array.from({ length: longest }, (_, i) => ({ value: i, label: String(i + 1) }));
  return { axis: stepAxis(steps, t('checkpoint')), x: (one) => index.get(one) ?? 0, name: checkpointName, steps };
}
