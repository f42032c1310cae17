/** One reference of a manifest, looked up on disk by its headers. */
import { stat } from 'node:fs/promises';
import { rowLength, type ArrayInfo } from '../formats/array';
import { findArray } from '../formats/array-file';
import { columnOf } from '../formats/column';
import { openArrays } from '../formats/open';
import { parseReference, resolveReference } from '../formats/reference';
import { asFault, type Fault } from '../protocol/faults';
import { readLabels } from './labels';

/** Labels are read for a check only where that is quick. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_VALUES = 16 * 1024 * 1024;

export interface Probe {
  /** Absent also where the file holds several arrays and none was named: inspecting chooses. */
  info?: ArrayInfo;
  fault?: Fault;
}

/** @param owner the file that a reference beginning with `#` is an array of */
export async function probe(folder: string, reference: string, owner?: string): Promise<Probe> {
  try {
    const { file, array, column } = parseReference(absolute(folder, reference, owner));
    const opened = await openArrays(file);
    try {
      if (array === undefined && opened.arrays.length > 1) return {};
      const info = findArray(opened, array);
      if (column !== undefined) columnOf(opened, info, column);
      return { info };
    } finally {
      await opened.close();
    }
  } catch (error) {
    return { fault: asFault(error) };
  }
}

/**
 * True where some sample has several classes, false where every one has one; undefined where the labels are too large
 * to be read for a check, or not there.
 * @throws Fault of readLabels
 */
export async function labelsAreMultiHot(folder: string, reference: string): Promise<boolean | undefined> {
  const { info } = await probe(folder, reference);
  const { file } = parseReference(absolute(folder, reference));
  const facts = await stat(file).catch(() => undefined);
  if (!info || !facts?.isFile() || facts.size > MOST_BYTES) return undefined;
  if ((info.shape[0] ?? 0) * rowLength(info) > MOST_VALUES) return undefined;
  return (await readLabels(absolute(folder, reference))).tags !== undefined;
}

function absolute(folder: string, reference: string, owner?: string): string {
  if (owner !== undefined) return owner + reference;
  return resolveReference(folder, reference);
}
