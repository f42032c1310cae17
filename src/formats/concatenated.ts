/** Several arrays of the same rows, one after another, as one. */
import type { ArrayInfo, RowBlock, RowOptions } from './array';
import type { ArraySource } from './array-file';

/**
 * @param parts at least one; types and axes behind the first must agree
 * @param name of the whole
 */
export function concatenated(name: string, parts: readonly ArraySource[]): ArraySource {
  const [, ...axes] = parts[0]?.info.shape ?? [];
  const total = parts.reduce((sum, { info }) => sum + (info.shape[0] ?? 1), 0);
  const info: ArrayInfo = { name, dtype: parts[0]?.info.dtype ?? 'uint8', shape: [total, ...axes] };
  return { info, rows: (options) => rows(parts, options) };
}

async function* rows(parts: readonly ArraySource[], options: RowOptions): AsyncGenerator<RowBlock> {
  let before = 0;
  for (const part of parts) {
    for await (const block of part.rows(options)) yield { ...block, start: before + block.start };
    before += part.info.shape[0] ?? 1;
  }
}
