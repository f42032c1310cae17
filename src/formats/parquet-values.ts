/** The values of a Parquet page: decompressed, decoded, as numbers or text. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { snappyUncompress, type CompressionCodec, type DecodedArray, type Encoding } from 'hyparquet';
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { decompressLz4, decompressLz4Raw, decompressZstd } from 'hyparquet-compressors';
import type { DType } from './array';
import { decode } from './dtype';
import type { ParquetColumn } from './parquet-columns';
import { readHybrid } from './parquet-levels';

/** Present values alone, in order. */
export type ParquetValues = Float64Array | string[];

/** @param length bytes that come out, as the page's header says @throws Error of any kind */
export function decompress(codec: CompressionCodec, bytes: Uint8Array, length: number): Uint8Array {
  if (codec === 'UNCOMPRESSED') return bytes;
  const out = unpack(codec, bytes, length);
  if (out.length !== length) throw new RangeError(`${out.length} bytes came out instead of ${length}`);
  return out;
}

/** Nothing here makes more than `length` bytes, whatever the compressed bytes claim. */
function unpack(codec: CompressionCodec, bytes: Uint8Array, length: number): Uint8Array {
  if (codec === 'GZIP') return gunzipSync(bytes, { maxOutputLength: Math.max(1, length) });
  if (codec === 'BROTLI') return brotliDecompressSync(bytes, { maxOutputLength: Math.max(1, length) });
  if (codec === 'ZSTD') return decompressZstd(bytes, new Uint8Array(length));
  if (codec === 'LZ4') return decompressLz4(bytes, length);
  if (codec === 'LZ4_RAW') return decompressLz4Raw(bytes, length);
  if (codec !== 'SNAPPY') throw new RangeError(`compression ${codec} is not known`);
  const out = new Uint8Array(length);
  snappyUncompress(bytes, out);
  return out;
}

/**
 * @param bytes of the page, behind its levels
 * @param count values that there are
 * @param dictionary of the chunk
 * @throws Error of any kind where the bytes do not hold that
 */
export function decodeValues(
  column: ParquetColumn,
  encoding: Encoding,
  bytes: Uint8Array,
  count: number,
  dictionary: ParquetValues | undefined,
): ParquetValues {
  if (count === 0) return column.dtype === 'string' ? [] : new Float64Array(0);
  if (encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY') {
    return lookUp(dictionary, readHybrid(bytes.subarray(1), bytes[0] ?? 0, count));
  }
  const { type, type_length: size } = column.path.at(-1)!.element;
  if (encoding === 'RLE' && type === 'BOOLEAN') return Float64Array.from(readHybrid(bytes.subarray(4), 1, count));
  // The views of hyparquet need no alignment, but count from the start of the buffer.
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  let values: DecodedArray;
  if (encoding === 'PLAIN') {
    // Only booleans take less than a byte.
    if (count > 8 * bytes.length) throw new RangeError(`${count} values in ${bytes.length} bytes`);
    values = readPlain(reader, type!, count, size);
  } else if (encoding === 'DELTA_BINARY_PACKED') {
    values = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
    deltaBinaryUnpack(reader, count, values);
  } else if (encoding === 'DELTA_LENGTH_BYTE_ARRAY' || encoding === 'DELTA_BYTE_ARRAY') {
    const texts = new Array<Uint8Array>(count);
    if (encoding === 'DELTA_BYTE_ARRAY') deltaByteArray(reader, count, texts);
    else deltaLengthByteArray(reader, count, texts);
    values = texts;
  } else if (encoding === 'BYTE_STREAM_SPLIT') {
    if (count > bytes.length) throw new RangeError(`${count} values in ${bytes.length} bytes`);
    values = byteStreamSplit(reader, count, type!, size);
  } else throw new RangeError(`encoding ${encoding} is not known`);
  return convert(column.dtype, values);
}

function lookUp(dictionary: ParquetValues | undefined, positions: Int32Array): ParquetValues {
  if (!dictionary) throw new RangeError('there is no dictionary');
  for (const position of positions) if (position >= dictionary.length) throw new RangeError('not in the dictionary');
  if (dictionary instanceof Float64Array) return Float64Array.from(positions, (position) => dictionary[position]!);
  return Array.from(positions, (position) => dictionary[position]!);
}

function convert(dtype: DType, values: DecodedArray): ParquetValues {
  if (dtype === 'string') return Array.from(values as Uint8Array[], text);
  if (dtype === 'float16') {
    const bytes = new Uint8Array(2 * values.length);
    (values as Uint8Array[]).forEach((value, i) => {
      bytes.set(value, 2 * i);
    });
    const out = new Float64Array(values.length);
    decode('float16', bytes.buffer, 0, values.length, out);
    return out;
  }
  const out = new Float64Array(values.length);
  if (dtype === 'uint64') for (let i = 0; i < out.length; i++) out[i] = Number(BigInt.asUintN(64, values[i] as bigint));
  else if (dtype === 'uint32') for (let i = 0; i < out.length; i++) out[i] = (values[i] as number) >>> 0;
  else for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
  return out;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
