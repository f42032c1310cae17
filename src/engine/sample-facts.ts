/** What is known of each sample that is used: its class, all its classes, its true class. */
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayReference } from '../protocol/engine';
import { readLabels, type Tags } from '../run/labels';
import { pickLabels, sampleRows } from './sampling';

export interface SampleFacts {
  /** Class; −1 where a sample has none, or several. */
  labels: Int32Array;
  /** All classes of each sample; present for multi-hot labels. */
  tags?: Tags;
  /** True class, where labels are noisy and it is known. */
  clean?: Int32Array;
}

/**
 * @param classes K: labels must lie in [0, K); text labels are among the classes' names
 * @returns the row numbers used (undefined = all), and the facts of those rows
 * @throws Fault of reading; E_LABEL_COUNT where labels and clean labels differ in number
 */
export async function readFacts(
  { labels: reference, cleanLabels }: { labels: ArrayReference; cleanLabels?: ArrayReference },
  { classes, classNames }: { classes: number; classNames: readonly string[] },
  maxSamples?: number,
): Promise<{ used: Int32Array | undefined; facts: SampleFacts }> {
  const { classes: labels, tags } = await readLabels(reference, classes, classNames);
  const used = sampleRows(labels, maxSamples);
  const clean = cleanLabels === undefined ? undefined : (await readLabels(cleanLabels, classes, classNames)).classes;
  if (clean && clean.length !== labels.length) {
    throw new Fault(
      'E_LABEL_COUNT',
      `${path.basename(cleanLabels ?? '')} has ${clean.length} labels, but ${path.basename(reference)} has ${labels.length}; save both of the same samples.`,
    );
  }
  return {
    used,
    facts: {
      labels: pickLabels(labels, used),
      ...(tags ? { tags: pickTags(tags, used) } : {}),
      ...(clean ? { clean: pickLabels(clean, used) } : {}),
    },
  };
}

/** How many of the samples have exactly one class. */
export function samplesWithClass(labels: Int32Array): number {
  let count = 0;
  for (const label of labels) if (label >= 0) count++;
  return count;
}

function pickTags({ starts, indices }: Tags, used: Int32Array | undefined): Tags {
  if (!used) return { starts, indices };
  const picked = new Int32Array(used.length + 1);
  const values: number[] = [];
  used.forEach((row, i) => {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) values.push(indices[at]!);
    picked[i + 1] = values.length;
  });
  return { starts: picked, indices: Int32Array.from(values) };
}
