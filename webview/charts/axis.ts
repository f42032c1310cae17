/** Axes as plain data: limits, ticks, and where a value lies. The chart's scale only turns this into pixels. */
import { formatExact } from '../../src/metrics/number-format';
import { t } from '../words';

export interface Tick {
  value: number;
  label: string;
}

export interface Axis {
  /** `log1p` places x at log(1 + x), so that epoch 0 has a place. */
  kind: 'linear' | 'log' | 'log1p';
  min: number;
  max: number;
  /** Candidates in order; the scale drops those that would touch. */
  ticks: Tick[];
  title: string;
  /** On a log axis: where zero is drawn, as a share of the axis; below it nothing has a place. */
  zero?: number;
}

/** Where `value` lies: 0 at `min`, 1 at `max`. On a log axis zero lies near the lower edge, under all else. */
export function position(axis: Axis, value: number): number {
  if (axis.kind === 'log' && value <= 0) return axis.zero ?? 0;
  const low = transform(axis, axis.min);
  return (transform(axis, value) - low) / (transform(axis, axis.max) - low);
}

/** Inverse of {@link position}. */
export function valueAt(axis: Axis, share: number): number {
  const low = transform(axis, axis.min);
  const at = low + share * (transform(axis, axis.max) - low);
  if (axis.kind === 'log') return 10 ** at;
  return axis.kind === 'log1p' ? Math.expm1(at) : at;
}

function transform(axis: Axis, value: number): number {
  if (axis.kind === 'log') return Math.log10(value);
  return axis.kind === 'log1p' ? Math.log1p(value) : value;
}

export interface ValueAxisOptions {
  /** The axis that fits the metrics by their nature. */
  scale: 'log' | 'linear';
  /** Values at perfect collapse, to be seen on the axis too. */
  limits: readonly number[];
  percent: boolean;
  title: string;
}

/** A logarithmic axis needs values that differ by this factor to say more than a linear one. */
const DECADE = 10;

/** The y axis for metric values: logarithmic where that fits them and they span a decade. */
export function valueAxis(values: readonly number[], options: ValueAxisOptions): Axis {
  const positive = values.filter((value) => value > 0);
  const low = Math.min(...positive);
  const high = Math.max(...positive);
  const fits = options.scale === 'log' && values.every((value) => value >= 0) && positive.length > 1;
  return fits && high / low >= DECADE ? logAxis(low, high, values, options) : linearAxis(values, options);
}

/** Share of the axis beyond a limit that no value passes: room for its label. */
const LABEL_ROOM = 0.115;
const MARGIN = 0.06;

function logAxis(low: number, high: number, values: readonly number[], options: ValueAxisOptions): Axis {
  const positiveLimits = options.limits.filter((limit) => limit > 0);
  const bottom = Math.log10(Math.min(low, ...positiveLimits));
  const top = Math.log10(Math.max(high, ...positiveLimits));
  // Room below for what lies at zero, so that it does not touch the smallest positive value.
  const atZero = values.includes(0) || options.limits.includes(0);
  const below = atZero ? LABEL_ROOM + 0.1 : MARGIN;
  const scale = (top - bottom) / (1 - below - MARGIN);
  const min = 10 ** (bottom - below * scale);
  const max = 10 ** (top + MARGIN * scale);
  const ticks = logTicks(10 ** (bottom - 0.05 * scale), max, options.percent);
  return { kind: 'log', min, max, ticks, title: options.title, ...(atZero ? { zero: LABEL_ROOM } : {}) };
}

function logTicks(min: number, max: number, percent: boolean): Tick[] {
  const steps = Math.log10(max / min) > 2.5 ? [1] : [1, 2, 5];
  const ticks: Tick[] = [];
  for (let exponent = Math.floor(Math.log10(min)); exponent <= Math.log10(max); exponent++) {
    for (const step of steps) {
      const value = Number(`${step}e${exponent}`);
      const impossible = percent && value > 1;
      if (value >= min && value <= max && !impossible) ticks.push({ value, label: formatExact(value, percent) });
    }
  }
  return ticks;
}

function linearAxis(values: readonly number[], options: ValueAxisOptions): Axis {
  const shown = [...values, ...options.limits];
  let low = Math.min(...shown);
  let high = Math.max(...shown);
  if (!(high > low)) {
    const room = Math.abs(low) * 0.1 || (options.percent ? 0.05 : 1);
    low -= low >= room ? room : 0;
    high += options.percent && high + room > 1 ? 0 : room;
  }
  const below = options.limits.some((limit) => limit <= low) ? LABEL_ROOM : MARGIN;
  const above = options.limits.some((limit) => limit >= high) ? LABEL_ROOM : MARGIN;
  const scale = (high - low) / (1 - below - above);
  const [min, max] = [low - below * scale, high + above * scale];
  const ticks = linearTicks(low, options.percent ? Math.min(1, max) : max, 4).map((value) => ({
    value,
    label: formatExact(value, options.percent),
  }));
  return { kind: 'linear', min, max, ticks, title: options.title };
}

/** About `count` round numbers in [low, high]. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999)!;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks;
}

/** The x axis for training time. Uneven epochs (0, 1, 3, 8, …, 500) are spread by log(1 + epoch). */
export function epochAxis(epochs: readonly number[]): Axis {
  const first = epochs[0] ?? 0;
  const last = epochs.at(-1) ?? first;
  const uneven = first >= 0 && isUneven(epochs);
  const axis: Axis = { kind: uneven ? 'log1p' : 'linear', min: first, max: last, ticks: [], title: t('epoch') };
  if (uneven || epochs.length <= 12) {
    axis.ticks = epochs.map((value) => ({ value, label: String(value) }));
  } else {
    axis.ticks = linearTicks(first, last, 6).map((value) => ({ value, label: String(value) }));
  }
  return withMargins(axis);
}

/** An x axis of named steps (layers, files without an epoch): 1, 2, 3, … with the names as ticks. */
export function stepAxis(steps: readonly Tick[], title: string): Axis {
  const first = steps[0]?.value ?? 0;
  const ticks = steps.map(({ value, label }) => ({ value, label: shorten(label) }));
  return withMargins({ kind: 'linear', min: first, max: steps.at(-1)?.value ?? first, ticks, title });
}

/** Room left and right, so that the first and last points are whole. */
function withMargins(axis: Axis): Axis {
  if (axis.max === axis.min) return { ...axis, kind: 'linear', min: axis.min - 1, max: axis.max + 1 };
  const low = transform(axis, axis.min);
  const margin = (transform(axis, axis.max) - low) * 0.04;
  const back = axis.kind === 'log1p' ? Math.expm1 : (value: number) => value;
  return { ...axis, min: back(low - margin), max: back(transform(axis, axis.max) + margin) };
}

/** Checkpoints that thin out: on a linear axis the early ones would lie on top of each other. */
function isUneven(epochs: readonly number[]): boolean {
  const gaps = epochs.slice(1).map((epoch, i) => epoch - epochs[i]!);
  return gaps.length >= 2 && Math.max(...gaps) >= 8 * Math.min(...gaps);
}

const LONGEST_LABEL = 24;

/** Long names keep their end, where they differ, from a whole part of the path on. */
function shorten(label: string): string {
  if (label.length <= LONGEST_LABEL) return label;
  const end = label.slice(1 - LONGEST_LABEL);
  const part = end.search(/[./ ]/);
  return `…${part >= 0 && part < LONGEST_LABEL / 2 ? end.slice(part) : end}`;
}

/** The ticks that can stand `gap` apart: the last and the first, then what fits between, in order. */
export function thin(
  ticks: readonly Tick[],
  pixels: (tick: Tick) => number,
  gap: (a: Tick, b: Tick) => number,
): Tick[] {
  const first = ticks[0];
  const last = ticks.at(-1);
  if (first === undefined || last === undefined || first === last) return [...ticks];
  const apart = (a: Tick, b: Tick): boolean => Math.abs(pixels(a) - pixels(b)) >= gap(a, b);
  const kept = apart(first, last) ? [first] : [];
  for (const tick of ticks.slice(1, -1)) {
    const before = kept.at(-1);
    if (before !== undefined && apart(before, tick) && apart(tick, last)) kept.push(tick);
  }
  return [...kept, last];
}
