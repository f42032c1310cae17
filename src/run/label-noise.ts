/** How many labels differ from the true classes. */
import type { ArrayReference } from '../protocol/engine';
import { readLabels } from './labels';

/**
 * @returns share of the samples with one class in both whose classes differ, in [0, 1]; undefined where there is none
 * @throws Fault of reading
 */
export async function labelNoise(
  labels: ArrayReference,
  clean: ArrayReference,
  classes: number,
  names?: readonly string[],
): Promise<number | undefined> {
  const noisy = (await readLabels(labels, classes, names)).classes;
  const truth = (await readLabels(clean, classes, names)).classes;
  let both = 0;
  let differ = 0;
  for (let i = 0; i < noisy.length; i++) {
    if (noisy[i]! < 0 || truth[i]! < 0) continue;
    both++;
    if (noisy[i] !== truth[i]) differ++;
  }
  return both === 0 ? undefined : differ / both;
}
