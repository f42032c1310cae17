/** NumPy arrays inside a pickle: their bytes lie in the pickle itself. */
import type { DType } from './array';
import { ITEM_SIZE } from './dtype';
import { parseDescr } from './npy';
import { counts, PickleError, PickleGlobal, tupleItems, Unread, type PickleValue } from './pickle-values';

/** numpy.dtype('f4'), whose byte order comes with its state. */
export class NumpyType {
  littleEndian = true;

  constructor(readonly code: string) {}

  setState(state: PickleValue): void {
    const [, order] = tupleItems(state, 'the state of a NumPy type');
    this.littleEndian = order !== '>';
  }
}

/** numpy.ndarray, empty until its state comes. */
export class NumpyArray {
  shape: readonly number[] = [];
  dtype: Exclude<DType, 'string'> | Unread = new Unread('numpy.ndarray');
  littleEndian = true;
  fortran = false;
  data: Uint8Array = new Uint8Array(0);

  setState(state: PickleValue): void {
    const [, shape, type, fortran, data] = tupleItems(state, 'the state of a NumPy array');
    if (!(type instanceof NumpyType)) throw new PickleError('a NumPy array has no type');
    this.shape = counts(shape, 'the shape of a NumPy array');
    this.littleEndian = type.littleEndian;
    this.fortran = fortran === true;
    const known = elementType(type.code);
    this.dtype =
      known ??
      new Unread('numpy.ndarray', `a NumPy array of type ${type.code}, which is not read; save numbers instead`);
    if (!known) return;
    // Python 2 wrote bytes as a string.
    this.data = typeof data === 'string' ? latin1(data) : asBytes(data);
    const needed = this.shape.reduce((product, axis) => product * axis, ITEM_SIZE[known]);
    if (needed !== this.data.length) throw new PickleError('a NumPy array has other bytes than its shape needs');
  }
}

/** @returns what a call of one of NumPy's own globals makes, if it is one. @throws PickleError */
export function numpyCall(name: string, args: readonly PickleValue[]): PickleValue | undefined {
  switch (name) {
    case 'numpy.core.multiarray._reconstruct':
    case 'numpy._core.multiarray._reconstruct':
      return args[0] instanceof PickleGlobal && args[0].name === 'numpy.ndarray' ? new NumpyArray() : undefined;
    case 'numpy._core.numeric._frombuffer':
    case 'numpy.core.numeric._frombuffer':
      return fromBuffer(args);
    case 'numpy.dtype':
      return typeof args[0] === 'string' ? new NumpyType(args[0]) : undefined;
    case '_codecs.encode':
      return typeof args[0] === 'string' && args[1] === 'latin1' ? latin1(args[0]) : undefined;
    case '__builtin__.bytes':
    case 'builtins.bytes':
      return args.length === 0 ? new Uint8Array(0) : undefined;
    case '__builtin__.bytearray':
    case 'builtins.bytearray':
      return args[0] instanceof Uint8Array ? args[0] : undefined;
    default:
      return undefined;
  }
}

/** Protocol 5: (bytes, type, shape, 'C' or 'F'). */
function fromBuffer([data, type, shape, order]: readonly PickleValue[]): NumpyArray {
  const array = new NumpyArray();
  array.setState([1, shape ?? null, type ?? null, order === 'F', data ?? null]);
  return array;
}

function elementType(code: string): Exclude<DType, 'string'> | undefined {
  try {
    const { dtype } = parseDescr(code, '');
    return dtype === 'string' ? undefined : dtype;
  } catch {
    return undefined;
  }
}

function asBytes(data: PickleValue | undefined): Uint8Array {
  if (data instanceof Uint8Array) return data;
  throw new PickleError('a NumPy array has no bytes');
}

function latin1(text: string): Uint8Array {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 255) throw new PickleError('bytes written as text are beyond one byte');
  }
  return Buffer.from(text, 'latin1');
}
