/** The records of a CSV or TSV file, one after the other. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { Fault } from '../protocol/faults';
import type { OpenedFile } from './format';

/** Characters of one record; a quote that is never closed ends here. */
const MOST_RECORD = 16 * 1024 * 1024;
const FIRST_LINE_BYTES = 64 * 1024;

export interface CsvFile {
  /** Absolute path. */
  path: string;
  /** Base name, for faults. */
  base: string;
  delimiter: string;
}

/** A comma, but for `.tsv` and for files whose first line has none: spreadsheets write semicolons where commas are decimal. */
export async function delimiterOf({ base, handle, size }: OpenedFile): Promise<string> {
  if (/\.tsv$/i.test(base)) return '\t';
  const start = Buffer.alloc(Math.min(FIRST_LINE_BYTES, size));
  await handle.read(start, 0, start.length, 0);
  const line = start.toString('latin1').split(/[\r\n]/, 1)[0] ?? '';
  return [',', ';', '\t'].find((delimiter) => line.includes(delimiter)) ?? ',';
}

/** All of the same length, without blank lines. Memory: a record. @throws Fault E_RAGGED, E_DAMAGED, E_TOO_LARGE */
export async function* recordsOf({ path, base, delimiter }: CsvFile): AsyncGenerator<string[]> {
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    trim: true,
    max_record_size: MOST_RECORD,
  });
  const source = createReadStream(path, { highWaterMark: 1024 * 1024 });
  // Errors of either end arrive through the parser, which is the one that is read.
  pipeline(source, parser, () => {});
  let cells: number | undefined;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      cells ??= record.length;
      yield record;
    }
  } catch (error) {
    throw asFault(error, base, cells);
  } finally {
    source.destroy();
    parser.destroy();
  }
}

function asFault(error: unknown, base: string, cells: number | undefined): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = `line ${Number(error.lines)}`;
  if (error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH') {
    const own = (error.record as string[] | undefined)?.length ?? 'another number of';
    return new Fault(
      'E_RAGGED',
      `${base} has ${own} cells in ${line}, but ${cells ?? 'another number'} before; every row needs the same number.`,
    );
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new Fault(
      'E_TOO_LARGE',
      `${base} has a row without end before ${line}; look for a quote that is not closed.`,
    );
  }
  const why = error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote that is not closed' : 'a quote where none can stand';
  return new Fault('E_DAMAGED', `${base} has ${why} in ${line}; put cells with quotes into quotes.`, error.message);
}
