/** Parquet (parquet.apache.org/docs/file-format): every column that is numbers, text or lists of numbers of one length. */
import { parquetMetadata, parquetSchema, type FileMetaData } from 'hyparquet';
import { Fault } from '../protocol/faults';
import {
  requireRows,
  type ArrayFile,
  type ArrayInfo,
  type RowBlock,
  type RowOptions,
  type SkippedArray,
} from './array';
import { ArrayCollection, type ArraySource } from './array-file';
import { fileBytes } from './bytes';
import type { FileFormat, OpenedFile } from './format';
import { missingValue } from './missing-value';
import { parquetColumns, type ParquetColumn } from './parquet-columns';
import { damaged, pagesOf, type ParquetFile } from './parquet-pages';
import { ColumnRows } from './parquet-rows';
import { TEXT_BYTES, tooMuchText } from './stored-source';
import { textNotNumbers } from './text-not-numbers';

const MOST_METADATA = 64 * 1024 * 1024;

export const parquet: FileFormat = {
  matches: ({ head }) => magic(head, 0) === 'PAR1' || magic(head, 0) === 'PARE',
  open: openParquet,
};

function magic(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
}

/** @throws Fault E_TRUNCATED, E_DAMAGED, E_FORMAT, E_TOO_LARGE; columns of other kinds are skipped with a reason */
async function openParquet(opened: OpenedFile): Promise<ArrayFile> {
  const { path, base, handle, size } = opened;
  if (magic(opened.head, 0) === 'PARE') throw encrypted(base);
  const metadata = await readMetadata(opened);
  const file: ParquetFile = { handle, size, base };
  const sources: ArraySource[] = [];
  const skipped: SkippedArray[] = [];
  const rows = Number(metadata.num_rows);
  const sum = metadata.row_groups.reduce((total, group) => total + Number(group.num_rows), 0);
  if (!Number.isSafeInteger(rows) || rows < 0 || rows !== sum || metadata.row_groups.some((g) => g.num_rows < 0n)) {
    throw damaged(base, 'its numbers of rows make no sense');
  }
  for (const column of columnsOf(metadata, base)) {
    const label = `${base}: ${column.name}`;
    if ('what' in column) {
      const reason = `${label} holds ${column.what}, which are not read; save a column of plain numbers or text.`;
      skipped.push({ name: column.name, reason });
      continue;
    }
    const chunks = metadata.row_groups.map(({ columns }) => columns[column.index]);
    if (chunks.some((chunk) => chunk?.file_path)) {
      skipped.push({ name: column.name, reason: `${label} lies in another file, which is not followed.` });
      continue;
    }
    sources.push(sourceOf(file, metadata, column, rows, label));
  }
  return new ArrayCollection(path, sources, () => handle.close(), skipped);
}

async function readMetadata({ base, handle, size }: OpenedFile): Promise<FileMetaData> {
  const bytes = fileBytes(handle, 0, base);
  const tail = Buffer.alloc(8);
  if (size < 12) throw cutOff(base);
  await bytes.readAt(tail, size - 8);
  if (magic(tail, 4) === 'PARE') throw encrypted(base);
  if (magic(tail, 4) !== 'PAR1') throw cutOff(base);
  const length = tail.readUInt32LE(0);
  if (length + 12 > size) throw damaged(base, `its metadata claims ${length} bytes`);
  if (length > MOST_METADATA) {
    throw new Fault(
      'E_TOO_LARGE',
      `${base} has ${length} bytes of metadata, more than are read; save fewer row groups.`,
    );
  }
  const footer = new Uint8Array(length + 8);
  await bytes.readAt(footer, size - length - 8);
  try {
    return parquetMetadata(footer, { geoparquet: false });
  } catch (error) {
    throw damaged(base, 'its metadata cannot be decoded', error);
  }
}

function columnsOf(metadata: FileMetaData, base: string): ReturnType<typeof parquetColumns> {
  try {
    return parquetColumns(metadata, parquetSchema(metadata));
  } catch (error) {
    throw damaged(base, 'its schema makes no sense', error);
  }
}

function sourceOf(
  file: ParquetFile,
  metadata: FileMetaData,
  column: ParquetColumn,
  rows: number,
  label: string,
): ArraySource {
  const shape = column.listLength === undefined ? [rows] : [rows, column.listLength];
  const info: ArrayInfo = { name: column.name, dtype: column.dtype, shape };
  return {
    info,
    rows: (options) => rowsOf(file, metadata, column, info, options, label),
    ...(column.dtype === 'string' ? { texts: () => textsOf(file, metadata, column, label) } : {}),
  };
}

/** As `ArrayFile.rows`. @throws Fault E_DTYPE, E_MISSING_VALUE, E_RAGGED, and what reading pages throws */
async function* rowsOf(
  file: ParquetFile,
  metadata: FileMetaData,
  column: ParquetColumn,
  info: ArrayInfo,
  options: RowOptions,
  label: string,
): AsyncGenerator<RowBlock> {
  if (info.dtype === 'string') throw textNotNumbers(label, 'column');
  requireRows(options);
  const rows = new ColumnRows(column, info, options, label);
  for (const { columns, num_rows: count } of metadata.row_groups) {
    const end = rows.done + Number(count);
    for await (const page of pagesOf(file, column, columns[column.index], label)) yield* rows.take(page, end);
    if (rows.done !== end) throw damaged(label, 'a row group has not the rows that it promises');
  }
  yield* rows.rest();
}

async function textsOf(
  file: ParquetFile,
  metadata: FileMetaData,
  column: ParquetColumn,
  label: string,
): Promise<string[]> {
  const texts: string[] = [];
  let length = 0;
  for (const { columns } of metadata.row_groups) {
    for await (const { definition, values } of pagesOf(file, column, columns[column.index], label)) {
      const missing = definition?.findIndex((level) => level < column.maxDefinition) ?? -1;
      if (missing >= 0) throw missingValue(label, texts.length + missing);
      for (const text of values as string[]) {
        length += text.length;
        texts.push(text);
      }
      if (length > TEXT_BYTES) throw tooMuchText(label);
    }
  }
  return texts;
}

function encrypted(base: string): Fault {
  return new Fault('E_FORMAT', `${base} is encrypted, which is not read; save it without encryption.`);
}

function cutOff(base: string): Fault {
  return new Fault('E_TRUNCATED', `${base} does not end as Parquet does: it was cut off; save it again.`);
}
