/** Where classes stand in matrices and bars: each in a place of its own, or several in one where they are many. */
import type { PlaceValues } from '../protocol/geometry';
import { rounded, roundedList } from './rounding';

/** Up to so many classes a matrix of all pairs is sent (about 50 kB) and each cell can still be seen. */
export const MOST_PLACES = 100;
/** Beyond, a class matrix would be larger than what it is part of; so many blocks are sent instead. */
export const BLOCKS = 64;

/** Classes that have samples, largest first; equally large ones by number. */
export function bySize(counts: ArrayLike<number>): number[] {
  return Array.from(counts, (_, c) => c)
    .filter((c) => counts[c]! > 0)
    .sort((a, b) => counts[b]! - counts[a]! || a - b);
}

/** Classes that have samples, by number. */
export function byNumber(counts: ArrayLike<number>): number[] {
  return bySize(counts).sort((a, b) => a - b);
}

/** Neighbouring classes share a place where they are more than {@link MOST_PLACES}, as evenly as it goes. */
export function placesOf(order: readonly number[]): number[][] {
  if (order.length <= MOST_PLACES) return order.map((c) => [c]);
  const start = (block: number): number => Math.round((block * order.length) / BLOCKS);
  return Array.from({ length: BLOCKS }, (_, block) => order.slice(start(block), start(block + 1)));
}

/** @param valueOf of a class */
export function placeValues(places: readonly (readonly number[])[], valueOf: (c: number) => number): PlaceValues {
  const all = places.map((classes) => classes.map(valueOf));
  const values = roundedList(all.map((own) => own.reduce((sum, value) => sum + value, 0) / own.length));
  if (places.every(({ length }) => length === 1)) return { values };
  return { values, ranges: all.map((own) => [rounded(Math.min(...own)), rounded(Math.max(...own))]) };
}

/** At most `most` of a list, evenly spread, the first and the last included. */
export function evenly<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!);
}
