/** One input of a model, sample by sample: from an array, or from what the input means where no array gives it. */
import path from 'node:path';
import { rowLength, type ArrayFile, type ArrayInfo, type RowBlock } from '../formats/array';
import { Fault } from '../protocol/faults';
import type { Preprocess } from '../protocol/engine';
import { preparation, sampleShape } from './preprocessing';
import type { ModelInput } from './session';

export interface InputSource {
  input: ModelInput;
  /** Shape of one sample. */
  dims: number[];
  /** float32 holds every 8-bit value and every float32 weight's precision; wider inputs keep theirs. */
  as: 'float32' | 'float64';
  /** Goes to the next sample of the data. Resolves to false behind the last one. */
  advance: () => Promise<boolean> | boolean;
  /** Writes the sample it stands on. */
  write: (to: Float32Array | Float64Array, into: number) => void;
  close: () => Promise<void>;
}

/** @param rows samples to read at once */
export function arraySource(
  file: ArrayFile,
  info: ArrayInfo,
  input: ModelInput,
  preprocess: Preprocess,
  rows: number,
): InputSource {
  const name = path.basename(file.path);
  const dims = sampleShape(info, input, name);
  const length = rowLength(info);
  const prepare = preparation(preprocess, info, input.type, dims, name);
  const as = ['float64', 'int32', 'int64'].includes(input.type) ? 'float64' : 'float32';
  const blocks = file.rows(info.name, { rows, as })[Symbol.asyncIterator]();
  let block: RowBlock | undefined;
  let at = -1;
  const refill = async (): Promise<boolean> => {
    const next = await blocks.next();
    block = next.done ? undefined : next.value;
    at = 0;
    return block !== undefined;
  };
  return {
    input,
    dims,
    as,
    advance: () => (block && ++at < block.count ? true : refill()),
    write: (to, into) => {
      if (!block) return;
      prepare(block.values, at * length, to, into);
      requireFinite(to, into, length, block.start + at, info.name, name);
    },
    close: async () => {
      await blocks.return?.(undefined);
    },
  };
}

/**
 * A mask of ones, segments of zeros, positions counted: what an input means where no data was given for it.
 * @param dims shape of one sample of the input that carries the samples
 * @throws Fault E_INPUTS for an input that has no such meaning
 */
export function defaultSource(input: ModelInput, dims: readonly number[], file: string): InputSource {
  const shape = input.shape.slice(1).map((axis, i) => axis ?? dims[i]);
  const length = shape.reduce<number>((product, axis) => product * (axis ?? NaN), 1);
  if (input.role === 'other' || !Number.isFinite(length)) {
    throw new Fault(
      'E_INPUTS',
      `${file} also takes ${input.name}, and no data gives it; name it in neural-collapse.json under train.inputs, as { "${input.name}": "file#array", … }, or export the model with it fixed.`,
    );
  }
  const value = (i: number): number => (input.role === 'mask' ? 1 : input.role === 'positions' ? i : 0);
  return {
    input,
    dims: shape.map((axis) => axis ?? 0),
    as: 'float32',
    advance: () => true,
    write: (to, into) => {
      for (let i = 0; i < length; i++) to[into + i] = value(i);
    },
    close: async () => {},
  };
}

/** NaN in the data would show as NaN in every layer, and the network would be blamed. */
function requireFinite(
  values: ArrayLike<number>,
  from: number,
  length: number,
  row: number,
  name: string,
  file: string,
): void {
  let sum = 0;
  for (let i = from; i < from + length; i++) sum += values[i]! * 0;
  if (sum === 0) return;
  throw new Fault(
    'E_NOT_FINITE',
    `${file}: ${name} is not finite (NaN or infinity) in sample ${row}; save the data again without it.`,
  );
}
