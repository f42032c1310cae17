/** Showing a part of the x axis: which part, and how its axis looks. */
import { type Axis, position, type Tick, valueAt } from './axis';

/** The part of the x axis that is shown, in its values. */
export interface Range {
  from: number;
  to: number;
}

/** No closer than this share of the whole axis. */
const CLOSEST = 0.002;

/** From one share of the whole axis to another, in either order; undefined for (nearly) all of it. */
export function rangeBetween(whole: Axis, a: number, b: number): Range | undefined {
  let from = Math.max(0, Math.min(a, b));
  let to = Math.min(1, Math.max(a, b));
  if (to - from > 0.995) return undefined;
  if (to - from < CLOSEST) {
    from = Math.min(Math.max(0, (from + to - CLOSEST) / 2), 1 - CLOSEST);
    to = from + CLOSEST;
  }
  return { from: valueAt(whole, from), to: valueAt(whole, to) };
}

/** What is shown, made wider (`factor` above 1) or narrower around the value `at`. */
export function rangeAround(whole: Axis, shown: Axis, at: number, factor: number): Range | undefined {
  const [from, to, middle] = [shown.min, shown.max, at].map((value) => position(whole, value));
  return rangeBetween(whole, middle! - (middle! - from!) * factor, middle! + (to! - middle!) * factor);
}

/** What is shown, moved by a share of itself. */
export function rangeMoved(whole: Axis, shown: Axis, share: number): Range | undefined {
  const from = position(whole, shown.min);
  const to = position(whole, shown.max);
  const step = Math.max(-from, Math.min(1 - to, (to - from) * share));
  return rangeBetween(whole, from + step, to + step);
}

/** Fewer ticks than this leave a zoomed axis without a hold. */
const FEW_TICKS = 3;

/** @param stops every value that has a point: they become ticks where too few of the axis's own are left */
export function zoomAxis(axis: Axis, range: Range | undefined, stops: readonly Tick[]): Axis {
  if (!range) return axis;
  const inside = ({ value }: Tick): boolean => value >= range.from && value <= range.to;
  const own = axis.ticks.filter(inside);
  const ticks = own.length >= FEW_TICKS ? own : stops.filter(inside);
  return { ...axis, min: range.from, max: range.to, ticks: ticks.length > 0 ? ticks : own };
}

/** A range that was saved; anything else is none. */
export function savedRange(value: unknown): Range | undefined {
  const { from, to } = (value ?? {}) as Partial<Range>;
  return typeof from === 'number' && typeof to === 'number' && from < to ? { from, to } : undefined;
}
