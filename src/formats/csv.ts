/** CSV and TSV: every column an array, of numbers where all its cells are numbers, else of text. */
import { Fault } from '../protocol/faults';
import { requireRows, type ArrayFile, type ArrayInfo, type RowBlock, type RowOptions } from './array';
import { ArrayCollection, type ArraySource } from './array-file';
import { asNumber, CsvColumn, hasHeader } from './csv-columns';
import { delimiterOf, recordsOf, type CsvFile } from './csv-records';
import type { FileFormat, OpenedFile } from './format';
import { missingValue } from './missing-value';
import { TEXT_BYTES, tooMuchText } from './stored-source';
import { textNotNumbers } from './text-not-numbers';

const MOST_COLUMNS = 20_000;
/** Values of the one column that are handed out at a time. */
const MOST_ROWS = 1024 * 1024;

export const csv: FileFormat = {
  matches: ({ base }) => /\.(csv|tsv)$/i.test(base),
  open: openCsv,
};

/**
 * Reads the file once, to find out what its columns are; nothing is kept.
 * @throws Fault E_NOT_AN_ARRAY_FILE, E_RAGGED, E_DAMAGED, E_TOO_LARGE
 */
async function openCsv(opened: OpenedFile): Promise<ArrayFile> {
  const { path, base, handle, head } = opened;
  const utf16 = head[0] === 0xff && head[1] === 0xfe;
  if (head.includes(0) && !utf16) {
    throw new Fault('E_NOT_AN_ARRAY_FILE', `${base} is not text, whatever its name says; look what it is.`);
  }
  const file: CsvFile = { path, base, delimiter: await delimiterOf(opened) };
  let first: string[] | undefined;
  let columns: CsvColumn[] = [];
  let rows = 0;
  for await (const record of recordsOf(file)) {
    if (!first) {
      first = record;
      if (first.length > MOST_COLUMNS) {
        throw new Fault('E_TOO_LARGE', `${base} has ${first.length} columns; at most ${MOST_COLUMNS} are read.`);
      }
      columns = first.map((cell) => new CsvColumn(cell));
      continue;
    }
    for (let i = 0; i < columns.length; i++) columns[i]!.see(record[i]!);
    rows++;
  }
  if (!first) throw new Fault('E_NOT_AN_ARRAY_FILE', `${base} holds no rows; save it again.`);
  const header = hasHeader(first, columns);
  if (!header) {
    first.forEach((cell, i) => columns[i]!.see(cell));
    rows++;
  }
  const table: Table = { file, header, rows };
  const names = first.map((cell, i) => (header && cell !== '' ? cell : String(i)));
  const sources = columns.map((column, i) =>
    sourceOf(table, i, { name: names[i]!, dtype: column.dtype, shape: [rows] }),
  );
  return new ArrayCollection(path, sources, () => handle.close());
}

interface Table {
  file: CsvFile;
  /** The first record names the columns. */
  header: boolean;
  rows: number;
}

function sourceOf(table: Table, column: number, info: ArrayInfo): ArraySource {
  const label = `${table.file.base}: ${info.name}`;
  return {
    info,
    rows: (options) => rowsOf(table, column, info, options, label),
    ...(info.dtype === 'string' ? { texts: () => textsOf(table, column, label) } : {}),
  };
}

/** As `ArrayFile.rows`. @throws Fault E_DTYPE, E_MISSING_VALUE, E_DAMAGED, and what parsing throws */
async function* rowsOf(
  table: Table,
  column: number,
  info: ArrayInfo,
  options: RowOptions,
  label: string,
): AsyncGenerator<RowBlock> {
  if (info.dtype === 'string') throw textNotNumbers(label, 'column');
  requireRows(options);
  const size = Math.max(1, Math.min(Math.floor(options.rows), MOST_ROWS, table.rows));
  const out = options.as === 'float32' ? new Float32Array(size) : new Float64Array(size);
  let start = 0;
  let count = 0;
  for await (const cell of cellsOf(table, column)) {
    const value = asNumber(cell);
    if (value === undefined) throw missingValue(label, start + count);
    out[count++] = value;
    if (count < size) continue;
    yield { start, count, values: out.subarray(0, count) };
    start += count;
    count = 0;
  }
  if (count > 0) yield { start, count, values: out.subarray(0, count) };
  start += count;
  if (start !== table.rows) throw changed(label);
}

async function textsOf(table: Table, column: number, label: string): Promise<string[]> {
  const texts: string[] = [];
  let length = 0;
  for await (const cell of cellsOf(table, column)) {
    texts.push(cell);
    length += cell.length;
    if (length > TEXT_BYTES) throw tooMuchText(label);
  }
  if (texts.length !== table.rows) throw changed(label);
  return texts;
}

async function* cellsOf({ file, header }: Table, column: number): AsyncGenerator<string> {
  let skip = header;
  for await (const record of recordsOf(file)) {
    if (!skip) yield record[column] ?? '';
    skip = false;
  }
}

function changed(label: string): Fault {
  return new Fault('E_DAMAGED', `${label} was changed while it was read; read it again.`);
}
