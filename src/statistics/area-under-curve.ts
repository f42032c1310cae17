/** Area under the ROC curve, exact. */

/**
 * The probability that a known sample scores higher than an unknown one, ties counted half: over all pairs, by sorting
 * both (in place), so time n log n and no more memory. NaN where one side is empty.
 */
export function areaUnderCurve(known: Float64Array, unknown: Float64Array): number {
  known.sort();
  unknown.sort();
  let wins = 0;
  let below = 0;
  let upTo = 0;
  for (const score of known) {
    while (below < unknown.length && unknown[below]! < score) below += 1;
    upTo = Math.max(upTo, below);
    while (upTo < unknown.length && unknown[upTo]! === score) upTo += 1;
    wins += below + (upTo - below) / 2;
  }
  return wins / (known.length * unknown.length);
}
