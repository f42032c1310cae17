/** From stored samples to what the model sees: shape, layout, scale, mean and std. */
import type { ArrayInfo } from '../formats/array';
import { rowLength } from '../formats/array';
import type { ImageTransform } from '../formats/image-transform';
import type { Preprocess } from '../protocol/engine';
import { Fault } from '../protocol/faults';
import { toHalf } from './half';
import type { InputType, ModelInput, TensorValues } from './session';

/** Writes one sample, prepared. */
export type Prepare = (from: ArrayLike<number>, at: number, to: Float32Array | Float64Array, into: number) => void;

/** Shape of one sample as the model wants it; the file's own axes where the model leaves them open. */
export function sampleShape(info: ArrayInfo, model: ModelInput, file: string): number[] {
  const stored = info.shape.slice(1);
  const wanted = model.shape.slice(1);
  const length = rowLength(info);
  if (wanted.length === stored.length && wanted.every((axis, i) => axis === null || axis === stored[i]))
    return [...stored];
  const open = wanted.filter((axis) => axis === null).length;
  const known = wanted.reduce<number>((product, axis) => product * (axis ?? 1), 1);
  if (open <= 1 && length % known === 0 && (open === 1 || length === known)) {
    return wanted.map((axis) => axis ?? length / known);
  }
  const shown = wanted.map((axis) => axis ?? '?').join('×');
  throw new Fault(
    'E_SHAPE',
    `${file}: ${info.name} has samples of shape ${stored.join('×')}, but ${model.name} wants ${shown}; choose other data or name it in neural-collapse.json.`,
  );
}

/** Which axis of a sample holds the colours: the last one where it is the only one short enough to. */
function channelsLast(dims: readonly number[]): boolean {
  const colours = (axis: number | undefined): boolean => axis === 1 || axis === 3 || axis === 4;
  return dims.length === 3 && colours(dims[2]) && !colours(dims[0]);
}

/**
 * (x·scale − mean)/std per channel, after moving images to the model's layout.
 * @param dims shape of one sample as the model wants it
 * @throws Fault E_PREPROCESS
 */
export function preparation(
  preprocess: Preprocess,
  info: ArrayInfo,
  type: InputType,
  dims: readonly number[],
  file: string,
): Prepare {
  const length = rowLength(info);
  const floating = isFloating(type);
  const given = preprocess.scale !== undefined || preprocess.mean !== undefined || preprocess.std !== undefined;
  const image = info.dtype === 'uint8' && floating;
  const scale = preprocess.scale ?? (image && !given ? 1 / 255 : 1);
  const mean = preprocess.mean ?? [0];
  const std = preprocess.std ?? [1];
  const channels = Math.max(mean.length, std.length);
  const last = channelsLast(dims);
  const modelChannels = dims.length >= 2 ? ((last ? dims[2] : dims[0]) ?? 1) : 1;
  if (!floating && given) {
    throw new Fault(
      'E_PREPROCESS',
      `The model takes ${type} input, so scale, mean and std do not apply; remove preprocess from neural-collapse.json.`,
    );
  }
  if (
    channels > 1 &&
    (channels !== modelChannels || (mean.length > 1 && std.length > 1 && mean.length !== std.length))
  ) {
    throw new Fault(
      'E_PREPROCESS',
      `preprocess names ${channels} channels, but ${file} gives the model ${modelChannels}; correct mean and std in neural-collapse.json.`,
    );
  }
  if (std.some((value) => value === 0))
    throw new Fault('E_PREPROCESS', 'preprocess.std contains 0; correct it in neural-collapse.json.');
  const plane = length / modelChannels;
  // Stored as the model wants it, unless something says otherwise: the manifest, or images whose colours come last.
  const storedLast = preprocess.layout === undefined ? last : preprocess.layout === 'hwc';
  const step = (isLast: boolean): [number, number] => (isLast ? [1, modelChannels] : [plane, 1]);
  const [fromChannel, fromPlace] = step(storedLast && modelChannels > 1);
  const [toChannel, toPlace] = step(last && modelChannels > 1);
  const multiply = Float64Array.from({ length: modelChannels }, (_, c) => scale / pick(std, c));
  const add = Float64Array.from({ length: modelChannels }, (_, c) => -pick(mean, c) / pick(std, c));
  return (from, at, to, into) => {
    for (let c = 0; c < modelChannels; c++) {
      const factor = multiply[c]!;
      const offset = add[c]!;
      let source = at + c * fromChannel;
      let target = into + c * toChannel;
      for (let p = 0; p < plane; p++) {
        to[target] = from[source]! * factor + offset;
        source += fromPlace;
        target += toPlace;
      }
    }
  };
}

function pick(list: readonly number[], channel: number): number {
  return list.length === 1 ? list[0]! : list[channel]!;
}

export function isFloating(type: InputType): boolean {
  return type === 'float32' || type === 'float64' || type === 'float16';
}

/**
 * How pictures become the model's input.
 * @throws Fault E_PREPROCESS where neither the model nor the manifest gives a size, E_SHAPE where the model takes none
 */
export function imageTransform(preprocess: Preprocess, model: ModelInput, file: string): ImageTransform {
  const wanted = model.shape.slice(1);
  const last = channelsLast(wanted.map((axis) => axis ?? 0));
  const [channels, height, width] = last ? [wanted[2], wanted[0], wanted[1]] : [wanted[0], wanted[1], wanted[2]];
  if (wanted.length !== 3 || (channels !== null && channels !== 1 && channels !== 3)) {
    const shown = wanted.map((axis) => axis ?? '?').join('×');
    throw new Fault(
      'E_SHAPE',
      `${file} holds images, but ${model.name} wants samples of shape ${shown}; choose other data.`,
    );
  }
  const crop = pair(preprocess.crop);
  const fallback = crop ?? (Array.isArray(preprocess.resize) ? preprocess.resize : undefined);
  const size = [height ?? fallback?.[0], width ?? fallback?.[1]];
  if (size[0] === undefined || size[1] === undefined) {
    throw new Fault(
      'E_PREPROCESS',
      `The model takes images of any size; say which one as preprocess.resize (height and width) or preprocess.crop in neural-collapse.json.`,
    );
  }
  return {
    channels: channels === 1 ? 1 : 3,
    size: [size[0], size[1]],
    ...(preprocess.resize === undefined ? {} : { resize: preprocess.resize }),
    ...(crop ? { crop } : {}),
    ...(preprocess.interpolation === undefined ? {} : { interpolation: preprocess.interpolation }),
  };
}

function pair(value: number | [number, number] | undefined): [number, number] | undefined {
  return typeof value === 'number' ? [value, value] : value;
}

/** Numbers as the model's element type. */
export function typed(values: Float32Array | Float64Array, type: InputType): TensorValues {
  switch (type) {
    case 'float32':
    case 'float64':
      return values;
    case 'float16':
      return toHalf(values);
    case 'int8':
      return Int8Array.from(values);
    case 'int16':
      return Int16Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'uint8':
    case 'bool':
      return Uint8Array.from(values);
    case 'int64':
      return BigInt64Array.from(values as Float64Array, (value: number) => BigInt(Math.round(value)));
  }
}
