/** Which classes the classifier no longer tells apart: groups whose centred rows point the same way. */
import type { MergedClasses } from '../protocol/report';

/**
 * Cosine from which on two classes count as merged. Source: fang2021, where the minority's rows rise through 0.94 to 1
 * as they collapse onto one another; ours is a value between these, 18 degrees.
 */
export const MERGED_COSINE = 0.95;

/**
 * Groups of classes whose classifier rows, their common mean taken away, all have a cosine of at least
 * {@link MERGED_COSINE}, each with its least cosine. None where K > d + 1: there, neighbours on the sphere are close
 * without having merged. Source: minority collapse of fang2021.
 * @param weight W, K×d
 */
export function mergedClasses(weight: Float64Array, classes: number, d: number): MergedClasses[] {
  if (classes < 3 || classes > d + 1) return [];
  const rows = directions(weight, classes, d);
  const groups: MergedClasses[] = [];
  for (const [k, row] of rows.entries()) {
    if (!row) continue;
    let joined = false;
    for (const group of groups) {
      const least = Math.min(...group.classes.map((other) => dot(rows[other]!, row)));
      if (least < MERGED_COSINE) continue;
      group.classes.push(k);
      group.cosine = Math.min(group.cosine, least);
      joined = true;
      break;
    }
    if (!joined) groups.push({ classes: [k], cosine: 1 });
  }
  return groups.filter((group) => group.classes.length > 1);
}

/** Centred rows of unit length; undefined for one that is zero up to rounding. */
function directions(weight: Float64Array, classes: number, d: number): (Float64Array | undefined)[] {
  const mean = new Float64Array(d);
  for (let i = 0; i < classes * d; i++) mean[i % d]! += weight[i]! / classes;
  let largest = 0;
  for (let i = 0; i < classes * d; i++) largest = Math.max(largest, Math.abs(weight[i]!));
  return Array.from({ length: classes }, (_, k) => {
    const row = weight.slice(k * d, (k + 1) * d).map((value, j) => value - mean[j]!);
    const length = Math.sqrt(dot(row, row));
    // float32 weights: below their rounding nothing points anywhere.
    return length > 1e-6 * largest ? row.map((value) => value / length) : undefined;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
