/** The pages of one column in one row group, read from the file one after the other. */
import type { FileHandle } from 'node:fs/promises';
import type { ColumnChunk, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { Fault } from '../protocol/faults';
import { fileBytes } from './bytes';
import type { ParquetColumn } from './parquet-columns';
import { readHybrid } from './parquet-levels';
import { decodeValues, decompress, type ParquetValues } from './parquet-values';

/** Writers make pages of about 1 MB. */
const PAGE_BYTES = 256 * 1024 * 1024;
const PAGE_VALUES = 16 * 1024 * 1024;
/** A header holds a few numbers and, at times, the least and greatest value, which may be long. */
const HEADER_BYTES = [16 * 1024, 4 * 1024 * 1024];

export interface Page {
  /** Values and missing ones. */
  count: number;
  /** Of each, 0 where a row begins; undefined: every one is a row. */
  repetition: Int32Array | undefined;
  /** Of each, less than the column's greatest where it is missing; undefined: all are there. */
  definition: Int32Array | undefined;
  values: ParquetValues;
}

export interface ParquetFile {
  handle: FileHandle;
  size: number;
  /** Base name, for faults. */
  base: string;
}

/**
 * Memory: a page, and the column's dictionary.
 * @param label names file and column in faults
 * @throws Fault E_TRUNCATED, E_DAMAGED, E_TOO_LARGE
 */
export async function* pagesOf(
  file: ParquetFile,
  column: ParquetColumn,
  chunk: ColumnChunk | undefined,
  label: string,
): AsyncGenerator<Page> {
  const facts = chunk?.meta_data;
  if (!facts) throw damaged(label, 'a row group says nothing of it');
  let at = Number(facts.dictionary_page_offset || facts.data_page_offset);
  const end = at + Number(facts.total_compressed_size);
  if (!(at >= 0 && end >= at)) throw damaged(label, 'its place in the file makes no sense');
  if (end > file.size) throw new Fault('E_TRUNCATED', `${label} lies behind the end of the file; save it again.`);
  const bytes = fileBytes(file.handle, 0, label);
  let dictionary: ParquetValues | undefined;
  let left = Number(facts.num_values);
  while (left > 0) {
    const { header, length } = await readHeader(file, at, end, label);
    at += length;
    const size = header.compressed_page_size;
    if (!(size >= 0 && at + size <= end)) throw damaged(label, 'a page is longer than its column');
    if (!(header.uncompressed_page_size >= 0 && header.uncompressed_page_size <= PAGE_BYTES)) {
      throw new Fault(
        'E_TOO_LARGE',
        `${label} has a page of ${header.uncompressed_page_size} bytes; save it in smaller pages.`,
      );
    }
    const packed = new Uint8Array(size);
    await bytes.readAt(packed, at);
    at += size;
    try {
      if (header.type === 'DICTIONARY_PAGE') {
        const plain = decompress(facts.codec, packed, header.uncompressed_page_size);
        dictionary = decodeValues(column, 'PLAIN', plain, header.dictionary_page_header!.num_values, undefined);
        continue;
      }
      const page = dataPage(
        column,
        header,
        packed,
        (part, into) => decompress(facts.codec, part, into),
        dictionary,
        left,
      );
      if (!page) continue;
      left -= page.count;
      yield page;
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw damaged(label, 'a page cannot be decoded', error);
    }
  }
}

async function readHeader(
  { handle, size }: ParquetFile,
  at: number,
  end: number,
  label: string,
): Promise<{ header: PageHeader; length: number }> {
  let problem: unknown;
  for (const most of HEADER_BYTES) {
    const window = new Uint8Array(Math.min(most, Math.max(0, Math.min(end, size) - at)));
    await fileBytes(handle, 0, label).readAt(window, at);
    const reader = { view: new DataView(window.buffer), offset: 0 };
    try {
      return { header: parquetHeader(reader), length: reader.offset };
    } catch (error) {
      problem = error;
    }
    if (window.length < most) break;
  }
  throw damaged(label, 'a page has no readable header', problem);
}

/** @param most values that the page can hold at most @returns nothing for pages that hold no data */
function dataPage(
  column: ParquetColumn,
  header: PageHeader,
  packed: Uint8Array,
  unpack: (bytes: Uint8Array, length: number) => Uint8Array,
  dictionary: ParquetValues | undefined,
  most: number,
): Page | undefined {
  const { maxDefinition, maxRepetition } = column;
  const second = header.data_page_header_v2;
  const facts = header.data_page_header ?? second;
  if (!facts) return undefined;
  const { num_values: count, encoding } = facts;
  if (!(count >= 0 && count <= Math.min(most, PAGE_VALUES))) throw new RangeError(`a page of ${count} values`);
  let rest: Uint8Array;
  let repetition: Int32Array | undefined;
  let definition: Int32Array | undefined;
  if (second) {
    const lengths = [second.repetition_levels_byte_length, second.definition_levels_byte_length] as const;
    const behind = lengths[0] + lengths[1];
    if (!(lengths[0] >= 0 && lengths[1] >= 0 && behind <= packed.length)) throw new RangeError('levels behind the end');
    repetition = levels(packed.subarray(0, lengths[0]), maxRepetition, count);
    definition = levels(packed.subarray(lengths[0], behind), maxDefinition, count);
    const length = header.uncompressed_page_size - behind;
    // Nothing compressed is not always a valid stream.
    const compressed = second.is_compressed !== false && length > 0;
    rest = compressed ? unpack(packed.subarray(behind), length) : packed.subarray(behind);
  } else {
    rest = unpack(packed, header.uncompressed_page_size);
    const prefixed = (greatest: number, coding: string | undefined): Int32Array | undefined => {
      if (greatest === 0) return undefined;
      if (coding !== 'RLE') throw new RangeError(`levels in the encoding ${coding}`);
      const length = new DataView(rest.buffer, rest.byteOffset, rest.byteLength).getUint32(0, true);
      const own = rest.subarray(4, 4 + length);
      rest = rest.subarray(4 + length);
      return levels(own, greatest, count);
    };
    repetition = prefixed(maxRepetition, header.data_page_header?.repetition_level_encoding);
    definition = prefixed(maxDefinition, header.data_page_header?.definition_level_encoding);
  }
  const present = definition ? definition.reduce((sum, level) => sum + (level === maxDefinition ? 1 : 0), 0) : count;
  if (present === count) definition = undefined;
  const values = decodeValues(column, encoding, rest, present, dictionary);
  return { count, repetition, definition, values };
}

function levels(bytes: Uint8Array, greatest: number, count: number): Int32Array | undefined {
  return greatest === 0 ? undefined : readHybrid(bytes, 32 - Math.clz32(greatest), count);
}

export function damaged(label: string, why: string, error?: unknown): Fault {
  const details = error instanceof Error ? error.message : undefined;
  return new Fault('E_DAMAGED', `${label} cannot be read: ${why}, so the file is damaged; save it again.`, details);
}
