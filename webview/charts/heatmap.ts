/** A metric at every layer of every checkpoint, as plain data for a heatmap. */
import { formatExact, formatValue } from '../../src/metrics/number-format';
import type { Metric } from '../../src/metrics/metric';
import type { CheckpointReport, Report } from '../../src/protocol/report';
import { type Axis, stepAxis, type Tick, valueAxis } from './axis';
import { checkpointName } from './figure';
import { t } from '../words';

export interface HeatCell {
  /** Index of the checkpoint. */
  column: number;
  /** Depth of the layer. */
  row: number;
  value: number;
}

export interface HeatColumn extends Tick {
  checkpoint: string;
}

export interface Heatmap {
  id: 'heatmap';
  title: string;
  metric: Metric;
  columns: HeatColumn[];
  /** Depth and full name of each layer. */
  rows: Tick[];
  cells: HeatCell[];
  x: Axis;
  y: Axis;
  /** From value to colour: 0 at `min`, 1 at `max`; logarithmic where that fits the metric. */
  colour: Axis;
  /** Column of the chosen checkpoint. */
  marked: number;
}

/** Undefined where there are not two checkpoints and two layers with values to compare. */
export function layerHeatmap(report: Report, chosen: CheckpointReport, metric: Metric): Heatmap | undefined {
  const { checkpoints } = report;
  const names = new Map<number, string>();
  const cells: HeatCell[] = [];
  checkpoints.forEach(({ layers }, column) => {
    for (const { depth, name, metrics } of layers) {
      const value = metrics[metric.id];
      if (value === undefined) continue;
      cells.push({ column, row: depth, value });
      names.set(depth, name);
    }
  });
  const used = new Set(cells.map(({ column }) => column));
  if (used.size < 2 || names.size < 2) return undefined;
  const rows = [...names].toSorted(([a], [b]) => a - b).map(([value, label]) => ({ value, label }));
  const columns = checkpoints.map((checkpoint, value) => ({
    value,
    label: checkpoint.epoch === undefined ? checkpointName(checkpoint) : String(checkpoint.epoch),
    checkpoint: checkpoint.path,
  }));
  const everyEpoch = checkpoints.every(({ epoch }) => epoch !== undefined);
  return {
    id: 'heatmap',
    title: everyEpoch ? t('{0}, layer by epoch', metric.name) : t('{0}, layer by checkpoint', metric.name),
    metric,
    columns,
    rows,
    cells,
    x: halfBeyond(stepAxis(columns, everyEpoch ? t('epoch') : t('checkpoint'))),
    y: halfBeyond(stepAxis(rows, t('layer, deepest on top'))),
    colour: colourAxis(
      cells.map(({ value }) => value),
      metric,
    ),
    marked: checkpoints.indexOf(chosen),
  };
}

/** Each step has a whole cell. */
function halfBeyond(axis: Axis): Axis {
  const values = axis.ticks.map(({ value }) => value);
  return { ...axis, min: Math.min(...values) - 0.5, max: Math.max(...values) + 0.5 };
}

function colourAxis(values: readonly number[], metric: Metric): Axis {
  let [low, lowest, high] = [Infinity, Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    if (value > 0) lowest = Math.min(lowest, value);
    high = Math.max(high, value);
  }
  const axis = valueAxis(Number.isFinite(lowest) ? [low, lowest, high] : [low, high], {
    scale: metric.scale,
    limits: [],
    percent: metric.percent === true,
    title: metric.percent ? `${metric.name} (%)` : metric.name,
  });
  const min = axis.kind === 'log' ? lowest : low;
  if (min === high) return { ...axis, ticks: [{ value: min, label: formatExact(min, metric.percent) }] };
  const ends = [min, high].map((value) => ({ value, label: formatValue(value, metric.percent) }));
  const between = axis.ticks.filter(({ value }) => value > min && value < high);
  return { ...axis, min, max: high, ticks: [ends[0]!, ...between, ends[1]!], zero: 0 };
}

/** Dark for the lowest value, bright for the highest; even steps for the eye, told apart without red and green too. */
const RAMP: readonly (readonly [number, number, number])[] = [
  [46, 30, 96],
  [52, 84, 140],
  [38, 133, 140],
  [62, 174, 110],
  [160, 206, 62],
  [250, 226, 60],
];

/** @param share from 0 to 1; what lies outside takes the colour of the end */
export function rampColour(share: number): string {
  const at = Math.max(0, Math.min(1, share)) * (RAMP.length - 1);
  const low = RAMP[Math.floor(at)]!;
  const high = RAMP[Math.min(RAMP.length - 1, Math.floor(at) + 1)]!;
  const mixed = low.map((value, i) => Math.round(value + (high[i]! - value) * (at - Math.floor(at))));
  return `rgb(${mixed.join(', ')})`;
}

/** What a screen reader says of a heatmap. */
export function heatmapSummary({ title, cells, columns, rows, metric }: Heatmap): string {
  const values = cells.map(({ value }) => value);
  const low = formatValue(
    values.reduce((a, b) => Math.min(a, b)),
    metric.percent,
  );
  const high = formatValue(
    values.reduce((a, b) => Math.max(a, b)),
    metric.percent,
  );
  return t('{0}: {1} layers, {2} checkpoints, from {3} to {4}', title, rows.length, columns.length, low, high);
}
