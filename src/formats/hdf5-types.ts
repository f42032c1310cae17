/** What the values of an HDF5 dataset are, as h5wasm describes them. */
import type { Metadata } from 'h5wasm';
import type { DType } from './array';

/** Classes of types as HDF5 numbers them (H5T_class_t). */
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const ENUM = 8;
const OTHERS: Readonly<Record<number, string>> = {
  2: 'times',
  4: 'bit fields',
  5: 'opaque bytes',
  6: 'records of several fields (or complex numbers)',
  7: 'references',
  9: 'sequences of varying length',
  10: 'arrays as elements',
  11: 'complex numbers',
};

export interface Hdf5Type {
  dtype: DType;
  /** Bytes per element as the library hands it out; text of varying length is an address. */
  itemSize: number;
  /** The library turns byte orders around itself, but for enumerations. */
  swapped: boolean;
}

/** @returns the type, or what the values are that are not read: "complex numbers" */
export function hdf5Type(metadata: Metadata): Hdf5Type | string {
  const { type, size, signed, littleEndian } = metadata;
  const numbers = (dtype: DType | undefined, what: string, swapped = false): Hdf5Type | string =>
    dtype ? { dtype, itemSize: size, swapped } : `${what} of ${8 * size} bits`;
  if (type === INTEGER) return numbers(integerType(size, signed), 'integers');
  if (type === FLOAT) {
    const dtype = ({ 2: 'float16', 4: 'float32', 8: 'float64' } as const)[size];
    return numbers(dtype, 'floating-point numbers');
  }
  if (type === STRING) return { dtype: 'string', itemSize: metadata.vlen ? 4 : size, swapped: false };
  if (type === ENUM) {
    const swapped = size > 1 && !littleEndian;
    return numbers(isBool(metadata) ? 'bool' : integerType(size, signed), 'enumerations', swapped);
  }
  return OTHERS[type] ?? `values of type class ${type}`;
}

function integerType(size: number, signed: boolean): DType | undefined {
  const bits = ({ 1: 8, 2: 16, 4: 32, 8: 64 } as const)[size];
  return bits && (signed ? `int${bits}` : `uint${bits}`);
}

/** As h5py writes bool. */
function isBool({ size, enum_type: { members } = { members: {}, nmembers: 0, type: 0 } }: Metadata): boolean {
  return size === 1 && Object.keys(members).sort().join() === 'FALSE,TRUE' && members.FALSE === 0 && members.TRUE === 1;
}

/** Filters that this build of the library holds; others come as plugins, which it has none of. */
const FILTERS: Readonly<Record<number, true>> = { 1: true, 2: true, 3: true, 5: true, 6: true };
const FILTER_NAMES: Readonly<Record<number, string>> = {
  4: 'szip',
  307: 'bzip2',
  32000: 'lzf',
  32001: 'blosc',
  32004: 'lz4',
  32008: 'bitshuffle',
  32013: 'zfp',
  32015: 'zstd',
  32026: 'blosc2',
};

/** Name of the first filter that cannot be undone, if there is one. */
export function unknownFilter(filters: readonly { id: number; name: string }[]): string | undefined {
  const unknown = filters.find(({ id }) => !Object.hasOwn(FILTERS, id));
  return unknown && (FILTER_NAMES[unknown.id] ?? (unknown.name || `number ${unknown.id}`));
}
