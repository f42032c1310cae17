/** One array of saved features, read block by block: the rows that are used, pooled. */
import { rowLength, type ArrayFile, type ArrayInfo, type RowBlock } from '../formats/array';
import { findArray } from '../formats/array-file';
import { openArrays } from '../formats/open';
import { parseReference } from '../formats/reference';
import type { ArrayReference, Plan } from '../protocol/engine';
import type { Pooling } from '../protocol/report';
import { pool, pooledDimension } from './pooling';

/** Rows per block are chosen so that a block stays within this. */
const BLOCK_BYTES = 8 * 1024 * 1024;

export interface Source {
  file: ArrayFile;
  info: ArrayInfo;
  pooling: Pooling;
}

export async function openSource(reference: ArrayReference, pooling: Plan['pooling']): Promise<Source> {
  const { file, info } = await openArray(reference);
  const asked = typeof pooling === 'string' ? pooling : (pooling[info.name] ?? pooling[reference] ?? 'auto');
  return { file, info, pooling: asked === 'auto' ? 'flatten' : asked };
}

export async function openArray(reference: ArrayReference): Promise<{ file: ArrayFile; info: ArrayInfo }> {
  const parsed = parseReference(reference);
  const file = await openArrays(parsed.file);
  try {
    return { file, info: findArray(file, parsed.array) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** d: length of the vector that the pooling makes of a saved row. */
export function dimensionOf({ info, pooling }: Source): number {
  return pooledDimension(info.shape, pooling);
}

export function pooled(block: RowBlock, { info, pooling }: Source): RowBlock {
  if (pooling === 'flatten' || info.shape.length < 3) return block;
  const length = block.count * rowLength(info);
  const { values } = pool(
    { dims: [block.count, ...info.shape.slice(1)], values: block.values.subarray(0, length) },
    pooling,
  );
  return { ...block, values };
}

export function withoutPrefix(name: string, prefix: string | undefined): string {
  return prefix !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function rowsPerBlock(info: ArrayInfo): number {
  return Math.max(1, Math.min(4096, Math.floor(BLOCK_BYTES / 8 / Math.max(1, rowLength(info)))));
}

export function blocks({ info }: Source): number {
  return Math.ceil((info.shape[0] ?? 0) / rowsPerBlock(info));
}

export function blocksOf({ file, info }: Source): ReturnType<ArrayFile['rows']> {
  return file.rows(info.name, { rows: rowsPerBlock(info), as: 'float64' });
}

/** The rows used, packed together; `start` then counts used rows. */
export async function* usedRows(
  blocks: AsyncIterable<RowBlock>,
  length: number,
  used: Int32Array | undefined,
): AsyncGenerator<RowBlock> {
  if (!used) {
    yield* blocks;
    return;
  }
  let next = 0;
  for await (const { start, count, values } of blocks) {
    const first = next;
    while (next < used.length && used[next]! < start + count) {
      const row = used[next]! - start;
      // Moves rows towards the front only, so none is overwritten before it was read.
      values.copyWithin((next - first) * length, row * length, (row + 1) * length);
      next++;
    }
    if (next > first) yield { start: first, count: next - first, values };
  }
}
