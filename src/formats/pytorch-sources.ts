/** Tensors of a PyTorch file as arrays that can be read, whatever order they lie in. */
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayFile, ArrayInfo, SkippedArray } from './array';
import { ArrayCollection, type ArraySource } from './array-file';
import type { Bytes } from './bytes';
import { ITEM_SIZE } from './dtype';
import { memoryBytes } from './memory-bytes';
import { arrayNameOf } from './names';
import type { NumpyArray } from './numpy-pickle';
import { leavesOf, type Leaf } from './pickle-leaves';
import { Unread, type PickleValue } from './pickle-values';
import { isLeaf, isSetting, TorchStorage, TorchTensor, type TorchLeaf } from './pytorch-pickle';
import { checkSize } from './stored';
import { storedSource } from './stored-source';
import { isContiguous, spanOf, stridedRows } from './strided';

/** Where the numbers of a storage lie. */
export interface StorageBytes {
  /** From an offset on, counted from the storage's first byte. */
  from(offset: number, label: string): Bytes & Required<Pick<Bytes, 'readAt'>>;
  /** Bytes that there are. */
  size: number;
}

export interface TorchFile {
  /** Absolute path. */
  path: string;
  littleEndian: boolean;
  /** @returns undefined where the file has no storage of that key */
  storage(key: string): StorageBytes | undefined;
  release(): Promise<void>;
}

/** Expanded tensors repeat their numbers; beyond so many, and so many times, it is no data. */
const REPEATED = 16 * 1024 * 1024;
const REPEATS = 64;

/**
 * @param root what the pickle holds
 * @throws Fault E_PICKLE where no tensor can be read, E_TRUNCATED and E_DAMAGED where one promises more than there is
 */
export function torchArrays(file: TorchFile, root: PickleValue): ArrayFile {
  const base = path.basename(file.path);
  const leaves = leavesOf<TorchLeaf>(root, isLeaf, isSetting);
  if (!leaves) throw new Fault('E_TOO_LARGE', `${base} holds too many nested values; save its tensors on their own.`);
  const sources: ArraySource[] = [];
  const skipped: SkippedArray[] = [];
  let first: string | undefined;
  const refused = new Set<string>();
  const repeated = repeatedNames(leaves);
  for (const { name: inside, value } of leaves) {
    const name = inside === '' ? arrayNameOf(file.path) : inside;
    const label = `${base}: ${name}`;
    const reason = repeated.has(inside)
      ? `stands for several tensors whose names are the same once joined by dots; rename them.`
      : whyUnread(value);
    if (reason !== undefined) {
      first ??= reason;
      if (!refused.has(name)) skipped.push({ name, reason: `${label} ${reason}` });
      refused.add(name);
    } else if (!(value instanceof Unread)) sources.push(sourceOf(file, value, name, label));
  }
  if (sources.length > 0) return new ArrayCollection(file.path, sources, () => file.release(), skipped);
  if (first !== undefined) throw new Fault('E_PICKLE', `${base} ${first}`);
  throw new Fault('E_NOT_AN_ARRAY_FILE', `${base} holds no tensors; save tensors, for example a state_dict.`);
}

function repeatedNames(leaves: readonly Leaf<TorchLeaf>[]): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { name } of leaves) {
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  return repeated;
}

/** What a sentence says of an array that is not read. */
function whyUnread(value: TorchLeaf | Unread): string | undefined {
  if (value instanceof Unread) {
    return value.reason === undefined
      ? `holds ${value.global}, which is not read: nothing in a pickle is executed; save tensors only, for example model.state_dict().`
      : `holds ${value.reason}.`;
  }
  if (value instanceof TorchTensor && value.storage.dtype instanceof Unread && !(value.dtype instanceof Unread)) {
    return `lies in a storage of ${value.storage.dtype.global}, which is not read; save it again with torch.save.`;
  }
  if (value.dtype instanceof Unread) return `holds ${value.dtype.reason ?? value.dtype.global}.`;
  if (!(value instanceof TorchTensor) || value.shape.includes(0)) return undefined;
  const elements = value.shape.reduce((product, axis) => product * axis, 1);
  const span = spanOf(value.shape, value.strides);
  return elements > REPEATED && elements > REPEATS * span
    ? `repeats ${span} numbers as ${elements}, which is not read; save it before it is expanded.`
    : undefined;
}

function sourceOf(file: TorchFile, leaf: TorchLeaf, name: string, label: string): ArraySource {
  if (leaf instanceof TorchTensor) return tensorSource(file, leaf, name, label);
  if (leaf instanceof TorchStorage) {
    return tensorSource(file, new TorchTensor(leaf, leaf.dtype, 0, [leaf.length], [1]), name, label);
  }
  return numpySource(leaf, name, label);
}

function tensorSource(file: TorchFile, tensor: TorchTensor, name: string, label: string): ArraySource {
  const { shape, strides, storage } = tensor;
  const dtype = readable(tensor.dtype);
  const itemSize = ITEM_SIZE[dtype];
  const info: ArrayInfo = { name, dtype, shape };
  checkSize(shape, 0, 0, label);
  const found = file.storage(storage.key);
  if (!found) {
    throw new Fault('E_DAMAGED', `${label} has no data in the file (storage ${storage.key}): save it again.`);
  }
  const begin = storage.offset * storage.itemSize;
  const promised = begin + storage.length * storage.itemSize;
  const span = spanOf(shape, strides);
  const needed = span === 0 ? 0 : begin + (tensor.offset + span) * itemSize;
  if (!(needed <= Math.min(found.size, promised))) {
    throw new Fault(
      'E_TRUNCATED',
      `${label} needs ${needed} bytes, but its storage holds only ${Math.min(found.size, promised)}: it was cut off or is damaged; save it again.`,
    );
  }
  const rowMajor = span === 0 || isContiguous(shape, strides);
  const fortran = !rowMajor && isContiguous([...shape].reverse(), [...strides].reverse());
  if (rowMajor || fortran) {
    const data = found.from(begin + tensor.offset * itemSize, label);
    return storedSource({ info, itemSize, littleEndian: file.littleEndian, fortran, data, label });
  }
  const strided = { info, itemSize, littleEndian: file.littleEndian, offset: tensor.offset, strides, label };
  return { info, rows: (options) => stridedRows({ ...strided, data: found.from(begin, label) }, options) };
}

function numpySource(array: NumpyArray, name: string, label: string): ArraySource {
  const dtype = readable(array.dtype);
  const { shape, littleEndian, fortran, data } = array;
  checkSize(shape, ITEM_SIZE[dtype], data.length, label);
  const bytes = memoryBytes(data, label);
  return storedSource({
    info: { name, dtype, shape },
    itemSize: ITEM_SIZE[dtype],
    littleEndian,
    fortran,
    data: bytes,
    label,
  });
}

function readable(dtype: TorchTensor['dtype']): Exclude<TorchTensor['dtype'], Unread> {
  if (dtype instanceof Unread) throw new TypeError('an unread type has no size');
  return dtype;
}
