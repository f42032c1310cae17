/** Does an array fit a model's input? */
import { isInteger, rowLength, type ArrayInfo } from '../formats/array';
import { shapeText } from '../formats/stored';
import type { ModelInputFacts } from './model-facts';

export type Fit =
  /** How the stored images are laid out, where the model wants them otherwise. */
  { fits: true; layout?: 'hwc' | 'chw' } | { fits: false; why: string };

/** Samples that Neural Collapse can be measured on at all. */
const FEWEST = 2;

/** Shapes are matched axis by axis, else by the number of values a sample; open axes take what is there. */
export function fitInput(info: ArrayInfo, input: ModelInputFacts): Fit {
  const samples = info.shape[0] ?? 0;
  const stored = info.shape.slice(1);
  const wanted = input.shape.slice(1);
  const length = rowLength(info);
  if (info.dtype === 'string') return { fits: false, why: 'it holds text' };
  if (info.shape.length === 0) return { fits: false, why: 'it is a single value' };
  if (samples < FEWEST) return { fits: false, why: `it has ${samples === 1 ? 'one sample' : 'no samples'}` };
  if (info.images) return fitPictures(input);
  if (isInteger(input.dtype) && !isInteger(info.dtype)) {
    return { fits: false, why: `it is ${info.dtype}, the model wants ${input.dtype}` };
  }
  // No shape in the model: any array with samples of more than one value may be it.
  if (input.shape.length === 0) return length > 1 ? { fits: true } : { fits: false, why: 'a sample is one value' };
  if (sameAxes(stored, wanted)) return { fits: true };
  const known = wanted.reduce<number>((product, axis) => product * (axis ?? 1), 1);
  const open = wanted.filter((axis) => axis === null).length;
  const counts = length > 0 && (open === 0 ? length === known : open === 1 && length % known === 0);
  if (!counts) return { fits: false, why: `a sample is ${shapeText(stored)}, the model wants ${wantedText(input)}` };
  // A vector of features has one open axis, which would swallow images and anything else.
  if (open === 1 && wanted.length === 1) {
    return { fits: false, why: `a sample has ${stored.length} axes, the model wants one` };
  }
  if (channelsLast(stored, wanted)) return { fits: true, layout: 'hwc' };
  return channelsFirst(stored, wanted) ? { fits: true, layout: 'chw' } : { fits: true };
}

/** Pictures are decoded to whatever size the model wants, as grey or as colours. */
function fitPictures(input: ModelInputFacts): Fit {
  const [first, second, third, more] = input.shape.slice(1);
  const colours = (axis: number | null | undefined): boolean => axis === null || axis === 1 || axis === 3;
  const fits =
    input.shape.length === 0 ||
    (third !== undefined && second !== undefined && more === undefined && (colours(first) || colours(third)));
  return fits ? { fits: true } : { fits: false, why: `it holds images, the model wants ${wantedText(input)}` };
}

/** `1×28×28`, `?` for an open axis. */
export function wantedText(input: ModelInputFacts): string {
  const axes = input.shape.slice(1);
  return axes.length === 0 ? 'single values' : axes.map((axis) => axis ?? '?').join('×');
}

function sameAxes(stored: readonly number[], wanted: readonly (number | null)[]): boolean {
  return stored.length === wanted.length && wanted.every((axis, i) => axis === null || axis === stored[i]);
}

function channelsLast(stored: readonly number[], [channels, ...space]: readonly (number | null)[]): boolean {
  return (
    stored.length >= 2 &&
    stored.at(-1) === channels &&
    (channels ?? 1) > 1 &&
    space.length === stored.length - 1 &&
    space.every((axis, i) => axis === null || axis === stored[i])
  );
}

/** C×H×W stored, H×W×C wanted. */
function channelsFirst([channels, ...space]: readonly number[], wanted: readonly (number | null)[]): boolean {
  const last = wanted.at(-1);
  return (
    space.length >= 1 &&
    space.length === wanted.length - 1 &&
    channels === last &&
    (last ?? 1) > 1 &&
    space.every((axis, i) => wanted[i] === null || axis === wanted[i])
  );
}
