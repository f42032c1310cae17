/** Which columns of a Parquet file can be read, and as what. */
import type { FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';
import type { DType } from './array';

export interface Leaf {
  /** Name of the table's column that the leaf belongs to. */
  name: string;
  /** From the root to the leaf. */
  path: readonly SchemaTree[];
  /** Position among the chunks of a row group. */
  index: number;
}

export interface ParquetColumn extends Leaf {
  dtype: DType;
  /** Values per row; undefined: one, not a list of one. */
  listLength: number | undefined;
  /** Levels that a value reaches which is there. */
  maxDefinition: number;
  maxRepetition: 0 | 1;
}

export interface Unread {
  name: string;
  /** "dates" */
  what: string;
}

/** The columns in their order in the file. @param root of the file's schema */
export function parquetColumns(metadata: FileMetaData, root: SchemaTree): (ParquetColumn | Unread)[] {
  let index = 0;
  const leaves = (node: SchemaTree, path: readonly SchemaTree[], name: string): Leaf[] =>
    node.children.length === 0
      ? [{ name, path: [...path, node], index: index++ }]
      : node.children.flatMap((child) => leaves(child, [...path, node], name));
  return root.children.map((child) => {
    const { name } = child.element;
    const [leaf, second] = leaves(child, [root], name);
    if (!leaf || second || !isPlain(leaf.path)) return { name, what: 'nested values' };
    if (root.children.filter(({ element }) => element.name === name).length > 1) {
      return { name, what: 'one of several columns of this name' };
    }
    return column(leaf, metadata);
  });
}

/** A value a row, or one list of values a row. */
function isPlain(path: readonly SchemaTree[]): boolean {
  const repeated = path.filter(({ element }) => element.repetition_type === 'REPEATED').length;
  if (repeated === 0) return path.length === 2;
  const { converted_type: converted, logical_type: logical } = path[1]!.element;
  return repeated === 1 && (path.length === 2 || converted === 'LIST' || logical?.type === 'LIST');
}

function column(leaf: Leaf, metadata: FileMetaData): ParquetColumn | Unread {
  const { name, path, index } = leaf;
  const elements = path.slice(1).map(({ element }) => element);
  const type = elementType(elements.at(-1)!);
  if (type.what !== undefined) return { name, what: type.what };
  const { dtype } = type;
  const maxDefinition = elements.filter(({ repetition_type: kind }) => kind !== 'REQUIRED').length;
  const isList = elements.some(({ repetition_type: kind }) => kind === 'REPEATED');
  if (!isList) return { ...leaf, dtype, listLength: undefined, maxDefinition, maxRepetition: 0 };
  if (dtype === 'string') return { name, what: 'lists of text' };
  const listLength = commonLength(metadata, index);
  if (listLength === undefined) return { name, what: 'lists of different lengths, or none in some rows' };
  return { ...leaf, dtype, listLength, maxDefinition, maxRepetition: 1 };
}

/** The length that all lists must have where they have the same; reading finds out whether they do. */
function commonLength({ row_groups: groups }: FileMetaData, index: number): number | undefined {
  const lengths = groups
    .filter(({ num_rows: rows }) => rows > 0n)
    .map(({ num_rows: rows, columns }) => Number(columns[index]?.meta_data?.num_values ?? 0n) / Number(rows));
  const [first = 0] = lengths;
  return Number.isInteger(first) && lengths.every((length) => length === first) ? first : undefined;
}

type ElementType = { dtype: DType; what?: undefined } | { what: string };

function elementType(element: SchemaElement): ElementType {
  const { type, type_length: size, logical_type: logical, converted_type: converted } = element;
  const kind = logical?.type ?? (/^(U?INT_|UTF8|ENUM)/.test(converted ?? '') ? undefined : converted);
  if (type === 'FIXED_LEN_BYTE_ARRAY' && kind === 'FLOAT16' && size === 2) return { dtype: 'float16' };
  if (type === 'BYTE_ARRAY' && (kind === 'STRING' || kind === 'ENUM' || /^(UTF8|ENUM)$/.test(converted ?? ''))) {
    return { dtype: 'string' };
  }
  if (kind !== undefined && kind !== 'INTEGER') return { what: `${kind.toLowerCase().replaceAll('_', ' ')} values` };
  if (type === 'BOOLEAN') return { dtype: 'bool' };
  if (type === 'FLOAT') return { dtype: 'float32' };
  if (type === 'DOUBLE') return { dtype: 'float64' };
  if (type === 'INT32' || type === 'INT64') return { dtype: integerType(element, type === 'INT32' ? 32 : 64) };
  return { what: type === 'INT96' ? 'times' : 'bytes without a type' };
}

function integerType({ logical_type: logical, converted_type: converted }: SchemaElement, stored: 32 | 64): DType {
  if (logical?.type === 'INTEGER') {
    const bits = ([8, 16, 32, 64] as const).find((width) => width === logical.bitWidth) ?? stored;
    return logical.isSigned ? `int${bits}` : `uint${bits}`;
  }
  return (converted ?? `INT_${stored}`).toLowerCase().replace('_', '') as DType;
}
