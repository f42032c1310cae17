/** What PyTorch's pickles say about tensors: the allow-list of the globals that are understood. */
import type { DType } from './array';
import { ITEM_SIZE } from './dtype';
import { numpyCall, NumpyArray } from './numpy-pickle';
import type { PickleHost } from './pickle';
import { count, counts, PickleError, PickleGlobal, tupleItems, Unread, type PickleValue } from './pickle-values';

/** Numbers that lie in the file under a key; several tensors may share them. */
export class TorchStorage {
  constructor(
    readonly key: string,
    readonly dtype: TorchType,
    /** Elements that the pickle promises. */
    readonly length: number,
    /** First element within what lies under the key; not 0 for the views of very old files only. */
    readonly offset: number,
    /** Bytes per element; 0 where it is not known. */
    readonly itemSize: number,
  ) {}
}

export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly dtype: TorchType,
    /** In elements of the tensor. */
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** An element type that is read, or the name of one that is not. */
export type TorchType = Exclude<DType, 'string'> | Unread;

const STORAGES: Readonly<Record<string, Exclude<DType, 'string'>>> = {
  BoolStorage: 'bool',
  ByteStorage: 'uint8',
  CharStorage: 'int8',
  ShortStorage: 'int16',
  IntStorage: 'int32',
  LongStorage: 'int64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  UntypedStorage: 'uint8',
};

/** Bytes per element of those that are not read, which has to be known to find the ones behind them. */
const OTHER_STORAGES: Readonly<Record<string, number>> = {
  ComplexFloatStorage: 8,
  ComplexDoubleStorage: 16,
  QInt8Storage: 1,
  QUInt8Storage: 1,
  QUInt4x2Storage: 1,
  QUInt2x4Storage: 1,
  QInt32Storage: 4,
};

const TYPES: Readonly<Record<string, Exclude<DType, 'string'>>> = {
  bool: 'bool',
  uint8: 'uint8',
  int8: 'int8',
  int16: 'int16',
  uint16: 'uint16',
  int32: 'int32',
  uint32: 'uint32',
  int64: 'int64',
  uint64: 'uint64',
  float16: 'float16',
  bfloat16: 'bfloat16',
  float32: 'float32',
  float64: 'float64',
  float8_e4m3fn: 'float8_e4m3fn',
  float8_e5m2: 'float8_e5m2',
  float8_e4m3fnuz: 'float8_e4m3fnuz',
  float8_e5m2fnuz: 'float8_e5m2fnuz',
  float8_e8m0fnu: 'float8_e8m0fnu',
};

/** Tensors of kinds that are not plain arrays, and what to save instead. */
const OTHER_TENSORS: Readonly<Record<string, string>> = {
  'torch._utils._rebuild_sparse_tensor': 'a sparse tensor, which is not read; save tensor.to_dense() instead',
  'torch._utils._rebuild_sparse_csr_tensor': 'a sparse tensor, which is not read; save tensor.to_dense() instead',
  'torch._utils._rebuild_qtensor': 'a quantised tensor, which is not read; save tensor.dequantize() instead',
  'torch._utils._rebuild_nested_tensor': 'a nested tensor, which is not read; save its parts instead',
  'torch._utils._rebuild_meta_tensor_no_storage': 'a tensor without data (device meta); save it from a real device',
};

export const torchHost: PickleHost = {
  call(name, args) {
    const other = OTHER_TENSORS[name];
    if (other !== undefined) return new Unread(name, other);
    switch (name) {
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        return rebuild(args, undefined, args[6]);
      case 'torch._utils._rebuild_tensor_v3':
        return rebuild(args, args[6], args[7]);
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        return args[0];
      case 'collections.OrderedDict':
        return orderedDict(args);
      case 'torch.Size':
        return args[0];
      case 'torch.device':
        return 'device';
      default:
        return numpyCall(name, args);
    }
  },
  persistent(id) {
    const [kind, type, key, , length, view] = tupleItems(id, 'the name of a storage');
    if (kind !== 'storage' || typeof key !== 'string') throw new PickleError('the name of a storage is not one');
    const [dtype, itemSize] = storageType(type);
    if (!view) return new TorchStorage(key, dtype, count(length, 'the size of a storage'), 0, itemSize);
    const [, offset, size] = tupleItems(view, 'the view of a storage');
    return new TorchStorage(key, dtype, count(size, 'a view'), count(offset, 'a view'), itemSize);
  },
};

function rebuild(
  args: readonly PickleValue[],
  type: PickleValue | undefined,
  metadata: PickleValue | undefined,
): TorchTensor | Unread {
  const [storage, offset, shape, strides] = args;
  if (!(storage instanceof TorchStorage)) throw new PickleError('a tensor has no storage');
  if (metadata instanceof Map && (metadata.get('neg') === true || metadata.get('conj') === true)) {
    return new Unread('torch', 'a view that negates or conjugates; save tensor.resolve_neg().resolve_conj() instead');
  }
  const axes = counts(shape, 'the shape of a tensor');
  const steps = counts(strides, 'the strides of a tensor');
  if (steps.length !== axes.length) throw new PickleError('a tensor has strides of another shape');
  const dtype = type instanceof PickleGlobal ? elementType(type) : storage.dtype;
  return new TorchTensor(storage, dtype, count(offset, 'the offset of a tensor'), axes, steps);
}

function storageType(type: PickleValue | undefined): [type: TorchType, itemSize: number] {
  if (!(type instanceof PickleGlobal)) throw new PickleError('a storage has no type');
  const name = type.name.split('.').at(-1) ?? '';
  const dtype = Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined;
  if (dtype) return [dtype, ITEM_SIZE[dtype]];
  const itemSize = Object.hasOwn(OTHER_STORAGES, name) ? OTHER_STORAGES[name] : undefined;
  return [unreadType(name.replace(/Storage$/, '')), itemSize ?? 0];
}

function elementType(type: PickleGlobal): TorchType {
  const name = type.name.replace(/^torch\./, '');
  return (Object.hasOwn(TYPES, name) ? TYPES[name] : undefined) ?? unreadType(name);
}

function unreadType(name: string): Unread {
  const complex = /^complex/i.test(name);
  const advice = complex ? 'save torch.view_as_real(tensor)' : 'save it as float32';
  return new Unread(name, `numbers of type ${name}, which are not read; ${advice} instead`);
}

/** Python writes the items afterwards, very old versions as a list of pairs. */
function orderedDict([pairs]: readonly PickleValue[]): Map<PickleValue, PickleValue> {
  const map = new Map<PickleValue, PickleValue>();
  if (pairs === undefined) return map;
  for (const pair of tupleItems(pairs, 'an ordered dict')) {
    const [key, value] = tupleItems(pair, 'an item of an ordered dict');
    map.set(key ?? null, value ?? null);
  }
  return map;
}

/** True for what is settings rather than data: it is neither read nor worth a word. */
export function isSetting(value: PickleValue): boolean {
  if (value instanceof PickleGlobal) return /^torch\.[a-z0-9_]+$/.test(value.name);
  return value === null || typeof value !== 'object' || value instanceof Uint8Array;
}

export type TorchLeaf = TorchTensor | TorchStorage | NumpyArray;

export function isLeaf(value: PickleValue): value is TorchLeaf {
  return value instanceof TorchTensor || value instanceof TorchStorage || value instanceof NumpyArray;
}
