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
  /** The labels counted the classes from 1; here they count from 0. */
  fromOne?: true;
  /** Names of the classes where labels are text that was numbered here. */
  names?: readonly string[];
}

/** The classes of each sample: those of sample i are `indices[starts[i]]` to `indices[starts[i + 1] − 1]`, ascending. */
export interface Tags {
  starts: Int32Array;
  indices: Int32Array;
}

/**
 * The class of each sample; −1 stands for none. Text that is whole numbers is these numbers; other text is numbered in
 * the order of `names`, or alphabetically, as LabelEncoder and (always, by the folders' names) ImageFolder do.
 * @param classes K: every label must lie in [0, K), or all in [1, K]; without it, the labels say themselves
 * @param names of the classes in order, where someone gave them
 * @throws Fault E_LABELS, E_LABEL_RANGE, E_CLASS_NAMES, and what opening and reading throws
 */
export async function readLabels(
  reference: ArrayReference,
  classes?: number,
  names?: readonly string[],
): Promise<Labels> {
  const { file: path, array, column } = parseReference(reference);
  const file = await openArrays(path);
  try {
    const info = findArray(file, array);
    const label = shortReference(reference);
    if (column !== undefined) return await readNumbers(columnNumbers(file, info, column), classes, label);
    if (info.dtype === 'string') {
      const folders = file.arrays.some((array) => array.images);
      return textLabels(await labelTexts(file, info, label), classes, names, folders, label);
    }
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
    return await readNumbers(wholeArray(file, info), classes, label);
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

async function readNumbers({ samples, rows }: Numbers, classes: number | undefined, label: string): Promise<Labels> {
  const out = new Int32Array(samples);
  for await (const { start, count, values } of rows({ rows: 65_536, as: 'float64' })) {
    for (let i = 0; i < count; i++) {
      const value = values[i]!;
      if (!Number.isInteger(value)) {
        throw new Fault(
          'E_LABELS',
          `${label} holds ${Number(value.toPrecision(6))} at position ${start + i}, which is not a class number; labels must be whole numbers from 0.`,
        );
      }
      if (value < -1 || value >= 2 ** 31) throw outOfRange(label, { value, position: start + i }, classes, false);
      out[start + i] = value;
    }
  }
  return numbered(out, classes, label);
}

/** Class numbers checked against K; those that count from 1 are put right where K tells that they do. */
function numbered(labels: Int32Array, classes: number | undefined, label: string): Labels {
  let least = Infinity;
  let most = -Infinity;
  for (const value of labels) {
    if (value < 0) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (most < 0) throw new Fault('E_LABELS', `${label} gives no sample a class; choose another array.`);
  if (classes === undefined || most < classes) return { classes: labels };
  if (least === 1 && most === classes) {
    return { classes: labels.map((value) => (value < 0 ? value : value - 1)), fromOne: true };
  }
  const position = labels.findIndex((value) => value >= classes);
  throw outOfRange(label, { value: labels[position]!, position }, classes, least >= 1);
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

/** Whole numbers written as text, none of them with a sign or a leading zero. */
const NUMBER = /^(0|[1-9]\d{0,8})$/;

function textLabels(
  texts: readonly string[],
  classes: number | undefined,
  given: readonly string[] | undefined,
  folders: boolean,
  label: string,
): Labels {
  const found = distinct(texts);
  if (found.length === 0) throw new Fault('E_LABELS', `${label} holds no labels; choose another array.`);
  const order = given && found.every((text) => given.includes(text)) ? given : undefined;
  if (!order && !folders && found.every((text) => NUMBER.test(text))) {
    return numbered(Int32Array.from(texts, Number), classes, label);
  }
  // Folders may be called otherwise than the classes are shown.
  if (given && !order && !folders) {
    const strange = found.find((text) => !given.includes(text)) ?? '';
    throw new Fault(
      'E_CLASS_NAMES',
      `${label} holds the class ${strange.slice(0, 60)}, which classNames in neural-collapse.json does not name; list all classes there in the order of their numbers.`,
    );
  }
  const names = order ?? found;
  if (classes !== undefined && names.length !== classes) {
    throw new Fault(
      'E_LABEL_RANGE',
      `${label} holds ${names.length} different texts, but there are ${classes} classes, so it is open which is which; list them as classNames in neural-collapse.json, in the order of their numbers.`,
    );
  }
  const numbers = new Map(names.map((name, index) => [name, index]));
  return { classes: Int32Array.from(texts, (text) => numbers.get(text) ?? -1), names };
}
