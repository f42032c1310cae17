/** How far apart class means lie, as the unit in which distances of samples are told. */
import type { ClassStatistics } from './class-statistics';

/**
 * Mean over all pairs of classes with samples of ‖μ_a − μ_b‖; NaN with fewer than two. From differences, so means that
 * nearly coincide keep their digits. Time K² d / 2.
 */
export function meanDistance({ classes, dimension, counts, centredMeans }: ClassStatistics): number {
  let sum = 0;
  let pairs = 0;
  for (let a = 0; a < classes; a++) {
    if (counts[a] === 0) continue;
    for (let b = 0; b < a; b++) {
      if (counts[b] === 0) continue;
      let squares = 0;
      for (let j = 0, x = a * dimension, y = b * dimension; j < dimension; j++, x++, y++) {
        const difference = centredMeans[x]! - centredMeans[y]!;
        squares += difference * difference;
      }
      sum += Math.sqrt(squares);
      pairs += 1;
    }
  }
  return pairs === 0 ? Number.NaN : sum / pairs;
}
