/** Classes as people save them: numbers, floats that are numbers, N×1, one-hot, multi-hot, text, or one column of more. */
import type { ArrayFile, ArrayInfo } from '../formats/array';
import { rowLength } from '../formats/array';
import { findArray } from '../formats/array-file';
import { columnOf } from '../formats/column';
import { openArrays } from '../formats/open';
import { parseReference, shortReference } from '../formats/reference';
import { shapeText } from '../formats/stored';
import { Fault } from '../protocol/faults';
import type { ArrayReference } from '../protocol/engine';
import { readHot } from './hot-labels';

/** Labels are kept in memory; a header that claims more samples than this is refused. */
const MOST_LABELS = 200_000_000;

export interface Labels {
  /** Class of each sample; −1 where a sample has none, or several. */
  classes: Int32Array;
  /** Present where samples may have any number of classes (multi-hot rows). */
  tags?: Tags;
}

/** The classes of each sample: those of sample i are `indices[starts[i]]` to `indices[starts[i + 1] − 1]`, ascending. */
export interface Tags {
  starts: Int32Array;
  indices: Int32Array;
}

/**
 * The class of each sample. Text labels are numbered in alphabetical order, as ImageFolder and LabelEncoder do.
 * @param classes K: every label must lie in [0, K); without it, the labels say themselves
 * @throws Fault E_LABELS, E_LABEL_RANGE, and what opening and reading throws
 */
export async function readLabels(reference: ArrayReference, classes?: number): Promise<Labels> {
  const { file: path, array, column } = parseReference(reference);
  const file = await openArrays(path);
  try {
    const info = findArray(file, array);
    const label = shortReference(reference);
    if (column !== undefined) return { classes: await readNumbers(columnNumbers(file, info, column), classes, label) };
    if (info.dtype === 'string') return { classes: numberTexts(await labelTexts(file, info, label), classes, label) };
    const samples = info.shape[0] ?? 0;
    const columns = rowLength(info);
    if (info.shape.length === 0 || (info.shape.length > 2 && columns !== 1)) {
      throw new Fault(
        'E_LABELS',
        `${label} has shape ${shapeText(info.shape)}, which is not one label a sample; choose an array of N class numbers.`,
      );
    }
    if (samples * columns === 0) throw new Fault('E_LABELS', `${label} holds no labels; choose another array.`);
    if (samples > MOST_LABELS) {
      throw new Fault('E_TOO_LARGE', `${label} holds ${samples} labels, more than can be read; choose another array.`);
    }
    if (columns > 1) return await readHot(file, info, columns, classes, label);
    return { classes: await readNumbers(wholeArray(file, info), classes, label) };
  } finally {
    await file.close();
  }
}

/** Names of the classes where labels are text, in the order of the numbers that `readLabels` gives them. */
export async function textClasses(reference: ArrayReference): Promise<string[] | undefined> {
  const { file: path, array, column } = parseReference(reference);
  if (column !== undefined) return undefined;
  const file = await openArrays(path);
  try {
    const info = findArray(file, array);
    if (info.dtype !== 'string') return undefined;
    return distinct(await labelTexts(file, info, shortReference(reference)));
  } finally {
    await file.close();
  }
}

/** One number a sample. */
interface Numbers {
  samples: number;
  rows: (options: { rows: number; as: 'float64' }) => ReturnType<ArrayFile['rows']>;
}

function wholeArray(file: ArrayFile, info: ArrayInfo): Numbers {
  return { samples: info.shape[0] ?? 0, rows: (options) => file.rows(info.name, options) };
}

/** @throws Fault E_NO_SUCH_COLUMN */
function columnNumbers(file: ArrayFile, info: ArrayInfo, column: number): Numbers {
  const source = columnOf(file, info, column);
  return { samples: source.info.shape[0] ?? 0, rows: (options) => source.rows(options) };
}

async function readNumbers(
  { samples, rows }: Numbers,
  classes: number | undefined,
  label: string,
): Promise<Int32Array> {
  const out = new Int32Array(samples);
  let outside: { value: number; position: number } | undefined;
  let least = Infinity;
  let most = -Infinity;
  for await (const { start, count, values } of rows({ rows: 65_536, as: 'float64' })) {
    for (let i = 0; i < count; i++) {
      const value = values[i]!;
      if (!Number.isInteger(value)) {
        throw new Fault(
          'E_LABELS',
          `${label} holds ${value} at position ${start + i}, which is not a class number; labels must be whole numbers from 0.`,
        );
      }
      if (value < least) least = value;
      if (value > most) most = value;
      if (!outside && (value < 0 || value >= (classes ?? 2 ** 31))) outside = { value, position: start + i };
      out[start + i] = value;
    }
  }
  if (outside) throw outOfRange(label, outside, classes, least === 1 && most === classes);
  return out;
}

function outOfRange(
  label: string,
  { value, position }: { value: number; position: number },
  classes: number | undefined,
  fromOne: boolean,
): Fault {
  const range = classes === undefined ? 'the class numbers, which start at 0' : `0 to ${classes - 1}`;
  const why = classes === undefined ? '' : ` (there are ${classes} classes)`;
  const advice = fromOne
    ? 'count the classes from 0, that is, subtract 1'
    : 'choose the labels that belong to this run';
  return new Fault(
    'E_LABEL_RANGE',
    `${label} holds label ${value} at position ${position}, outside ${range}${why}; ${advice}.`,
  );
}

async function labelTexts(file: ArrayFile, info: ArrayInfo, label: string): Promise<string[]> {
  if (info.shape.length === 0 || rowLength(info) !== 1) {
    throw new Fault(
      'E_LABELS',
      `${label} has shape ${shapeText(info.shape)}, which is not one label a sample; choose an array of N labels.`,
    );
  }
  return file.texts(info.name);
}

function distinct(texts: readonly string[]): string[] {
  // Code units, as Python's sort orders plain text: this is what the training saw.
  return [...new Set(texts)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function numberTexts(texts: readonly string[], classes: number | undefined, label: string): Int32Array {
  const names = distinct(texts);
  if (names.length === 0) throw new Fault('E_LABELS', `${label} holds no labels; choose another array.`);
  if (classes !== undefined && names.length !== classes) {
    throw new Fault(
      'E_LABEL_RANGE',
      `${label} holds ${names.length} different texts, but there are ${classes} classes, so it is open which is which; save class numbers instead.`,
    );
  }
  const numbers = new Map(names.map((name, index) => [name, index]));
  return Int32Array.from(texts, (text) => numbers.get(text) ?? 0);
}
