/** Resizing and centre cropping with torchvision's arithmetic. */
import { Fault } from '../protocol/faults';
import type { ImageTransform } from './image-transform';
import { resample, type Picture } from './resample';

/** What a thin picture may grow to between its resizing and its crop. */
const MOST_PIXELS = 256 * 1024 * 1024;

/**
 * Resize, then centre crop, then the size wanted, where that is still another.
 * @param label names the file in faults
 * @throws Fault E_TOO_LARGE
 */
export function resizeAndCrop(picture: Picture, transform: ImageTransform, label: string): Picture {
  const { resize, crop, interpolation = 'bilinear', size } = transform;
  const [width, height] = resize === undefined ? [picture.width, picture.height] : resizedSize(picture, resize);
  if (width * height > MOST_PIXELS) {
    throw new Fault(
      'E_TOO_LARGE',
      `${label} (${picture.width}×${picture.height}) would become ${width}×${height} by resizing, which is too large; crop it first.`,
    );
  }
  const resized = resample(picture, width, height, interpolation);
  const cropped = crop === undefined ? resized : centreCrop(resized, crop);
  return resample(cropped, size[1], size[0], interpolation);
}

/** Width and height; a single number is the shorter side, the longer one keeps the shape. */
function resizedSize(
  { width, height }: Picture,
  resize: NonNullable<ImageTransform['resize']>,
): [width: number, height: number] {
  if (typeof resize !== 'number') return [resize[1], resize[0]];
  const long = Math.max(1, Math.trunc((resize * Math.max(width, height)) / Math.min(width, height)));
  return width <= height ? [resize, long] : [long, resize];
}

/** What a picture lacks is black. */
function centreCrop(picture: Picture, [height, width]: readonly [number, number]): Picture {
  const padded = pad(picture, width, height);
  if (padded.width === width && padded.height === height) return padded;
  const { channels } = padded;
  const top = halfToEven(padded.height - height);
  const left = halfToEven(padded.width - width);
  const out = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * padded.width + left) * channels;
    out.set(padded.pixels.subarray(from, from + width * channels), y * width * channels);
  }
  return { width, height, channels, pixels: out };
}

/** At least so wide and so high; the smaller half of what is added comes first. */
function pad(picture: Picture, width: number, height: number): Picture {
  const wide = Math.max(width, picture.width);
  const high = Math.max(height, picture.height);
  if (wide === picture.width && high === picture.height) return picture;
  const { channels, pixels } = picture;
  const left = Math.floor((wide - picture.width) / 2);
  const top = Math.floor((high - picture.height) / 2);
  const out = new Uint8Array(wide * high * channels);
  const stride = picture.width * channels;
  for (let y = 0; y < picture.height; y++) {
    out.set(pixels.subarray(y * stride, (y + 1) * stride), ((top + y) * wide + left) * channels);
  }
  return { width: wide, height: high, channels, pixels: out };
}

/** Half of a whole number; a half is rounded to the even side, as Python does. */
function halfToEven(value: number): number {
  const half = Math.floor(value / 2);
  return value % 2 !== 0 && half % 2 !== 0 ? half + 1 : half;
}
