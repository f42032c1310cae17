/** NumPy's .npy, versions 1 to 3 (numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
import { Fault } from '../protocol/faults';
import type { DType } from './array';
import { fileBytes, type Bytes } from './bytes';
import { ITEM_SIZE } from './dtype';
import type { FileFormat } from './format';
import { arrayNameOf } from './names';
import { checkSize, type StoredArray } from './stored';
import { storedFile } from './stored-source';

/** NumPy itself refuses headers over 10,000 bytes unless told otherwise. */
export const NPY_HEADER_LIMIT = 1024 * 1024;

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

export function isNpy(head: Uint8Array): boolean {
  return Buffer.compare(head.subarray(0, 6), MAGIC) === 0;
}

export const npy: FileFormat = {
  matches: ({ head }) => isNpy(head),
  open: async ({ path: file, base, handle, size }) => {
    const bytes = fileBytes(handle, 0, base);
    const head = async (length: number): Promise<Uint8Array> => {
      const target = new Uint8Array(Math.min(length, size));
      await bytes.readAt(target, 0);
      return target;
    };
    const from = (offset: number): Bytes => fileBytes(handle, offset, base);
    return storedFile(file, handle, [await readNpy({ name: arrayNameOf(file), label: base, size, head, from })]);
  },
};

export interface NpySource {
  /** Array name. */
  name: string;
  /** File, and array where it lies in a container, for faults. */
  label: string;
  /** Size of the .npy as a whole; for compressed ones the most it can be. */
  size: number;
  /** Its first bytes: as many as asked for, fewer only at the end. */
  head(length: number): Promise<Uint8Array>;
  /** The bytes from an offset on. */
  from(offset: number): Bytes;
}

/** @throws Fault E_NOT_AN_ARRAY_FILE, E_TRUNCATED, E_DAMAGED, E_DTYPE */
export async function readNpy(source: NpySource): Promise<StoredArray> {
  const { label, name } = source;
  const start = Buffer.from(await source.head(12));
  if (!isNpy(start)) {
    throw new Fault('E_NOT_AN_ARRAY_FILE', `${label} does not begin like a .npy file; save it again with np.save.`);
  }
  const version = start[6] ?? 0;
  if (start.length < 12) throw cut(label);
  if (version < 1 || version > 3) {
    throw new Fault('E_NOT_AN_ARRAY_FILE', `${label} is a .npy file of version ${version}; versions 1 to 3 are read.`);
  }
  const begin = version === 1 ? 10 : 12;
  const length = version === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8);
  if (begin + length > source.size) throw cut(label);
  if (length > NPY_HEADER_LIMIT) {
    throw new Fault('E_DAMAGED', `${label} has a header of ${length} bytes: it is damaged; save it again.`);
  }
  const head = Buffer.from(await source.head(begin + length));
  if (head.length < begin + length) throw cut(label);
  const header = parseHeader(head.toString(version === 3 ? 'utf8' : 'latin1', begin), label);
  const type = parseDescr(header.descr, label);
  checkSize(header.shape, type.itemSize, source.size - begin - length, label);
  return {
    ...type,
    info: { name, dtype: type.dtype, shape: header.shape },
    fortran: header.fortran,
    data: source.from(begin + length),
    label,
  };
}

/** The header is a Python dict with the keys descr, fortran_order and shape. */
function parseHeader(text: string, label: string): { descr: string; fortran: boolean; shape: number[] } {
  const descr = /['"]descr['"]\s*:\s*(?:['"]([^'"]*)['"]|([[(]))/.exec(text);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text);
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(text);
  if (!descr || !order || !shape) {
    throw new Fault('E_DAMAGED', `${label} has a .npy header that cannot be read: it is damaged; save it again.`);
  }
  const axes = (shape[1] ?? '').split(',').map((axis) => axis.replace('L', '').trim());
  return {
    descr: descr[1] ?? 'structured',
    fortran: order[1] === 'True',
    shape: axes.filter((axis) => axis !== '').map(Number),
  };
}

const KINDS: Record<string, DType> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

type ElementType = Pick<StoredArray, 'itemSize' | 'littleEndian' | 'text'> & { dtype: DType };

/** A type as NumPy writes it: `<f4`. @throws Fault E_DTYPE */
export function parseDescr(descr: string, label: string): ElementType {
  const match = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(descr);
  const [, order = '', kind = '', size = ''] = match ?? [];
  const littleEndian = order !== '>';
  const dtype = KINDS[kind + size];
  if (dtype && dtype !== 'string') return { dtype, itemSize: ITEM_SIZE[dtype], littleEndian };
  if (kind === 'U' || kind === 'S') {
    const itemSize = Number(size) * (kind === 'U' ? 4 : 1);
    return { dtype: 'string', itemSize, littleEndian, text: kind === 'U' ? 'utf32' : 'utf8' };
  }
  throw new Fault(
    'E_DTYPE',
    kind === 'O'
      ? `${label} holds Python objects, which are not read; save it as a plain array of numbers.`
      : `${label} has element type ${descr}, which is not read; save it as integers or floats, for example float32.`,
  );
}

function cut(label: string): Fault {
  return new Fault('E_TRUNCATED', `${label} ends inside its header: it was cut off; save it again.`);
}
