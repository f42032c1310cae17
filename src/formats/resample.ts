/**
 * Resampling of 8-bit images, bit for bit as Pillow does it: a horizontal pass, then a vertical one, each in 22-bit
 * fixed point and rounded to 8 bits; the filter is stretched when shrinking, so that no pixel is passed over.
 */
import type { Interpolation } from './image-transform';

/** Rows of pixels, channels interleaved. */
export interface Picture {
  width: number;
  height: number;
  channels: number;
  pixels: Uint8Array;
}

interface Filter {
  /** Pixels that the filter reaches to either side, before it is stretched. */
  support: number;
  weight(distance: number): number;
}

const FILTERS: Readonly<Record<Exclude<Interpolation, 'nearest'>, Filter>> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: (x) => cubic(Math.abs(x)) },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Keys' cubic convolution with a = −1/2. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}

/** Bits behind the point: 8 are left for the result, 2 for overshoot. */
const PRECISION = 22;

/** Which input pixels make each output pixel, along one axis. */
interface Taps {
  /** First input pixel, per output pixel. */
  first: Int32Array;
  /** How many input pixels, per output pixel. */
  count: Int32Array;
  /** Fixed-point weights, `width` of them per output pixel. */
  weights: Int32Array;
  width: number;
}

function taps(from: number, to: number, filter: Filter): Taps {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const reach = filter.support * stretch;
  const width = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Int32Array(to * width);
  const real = new Float64Array(width);
  for (let at = 0; at < to; at++) {
    const centre = (at + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(from, Math.trunc(centre + reach + 0.5));
    let sum = 0;
    for (let i = 0; i < end - begin; i++) {
      real[i] = filter.weight((i + begin - centre + 0.5) * (1 / stretch));
      sum += real[i]!;
    }
    for (let i = 0; i < end - begin; i++) {
      const share = sum === 0 ? real[i]! : real[i]! / sum;
      weights[at * width + i] = Math.trunc(share * (1 << PRECISION) + (share < 0 ? -0.5 : 0.5));
    }
    first[at] = begin;
    count[at] = end - begin;
  }
  return { first, count, weights, width };
}

/** The picture in another size; itself where it has that size already. */
export function resample(picture: Picture, width: number, height: number, interpolation: Interpolation): Picture {
  if (picture.width === width && picture.height === height) return picture;
  if (interpolation === 'nearest') return nearest(picture, width, height);
  const filter = FILTERS[interpolation];
  const across = picture.width === width ? picture : horizontally(picture, width, filter);
  return across.height === height ? across : vertically(across, height, filter);
}

function horizontally({ width: from, height, channels, pixels }: Picture, to: number, filter: Filter): Picture {
  const { first, count, weights, width } = taps(from, to, filter);
  const out = new Uint8Array(to * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < to; x++) {
      const row = (y * from + first[x]!) * channels;
      for (let c = 0; c < channels; c++) {
        let sum = 1 << (PRECISION - 1);
        for (let i = 0; i < count[x]!; i++) sum += pixels[row + i * channels + c]! * weights[x * width + i]!;
        out[(y * to + x) * channels + c] = clipped(sum);
      }
    }
  }
  return { width: to, height, channels, pixels: out };
}

function vertically({ width, height: from, channels, pixels }: Picture, to: number, filter: Filter): Picture {
  const { first, count, weights, width: most } = taps(from, to, filter);
  const stride = width * channels;
  const out = new Uint8Array(to * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < to; y++) {
    sums.fill(1 << (PRECISION - 1));
    for (let i = 0; i < count[y]!; i++) {
      const weight = weights[y * most + i]!;
      const row = (first[y]! + i) * stride;
      for (let x = 0; x < stride; x++) sums[x]! += pixels[row + x]! * weight;
    }
    for (let x = 0; x < stride; x++) out[y * stride + x] = clipped(sums[x]!);
  }
  return { width, height: to, channels, pixels: out };
}

function clipped(sum: number): number {
  const value = sum >> PRECISION;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** The input pixel under the middle of each output pixel; positions are added up, as Pillow does, with its rounding. */
function nearest({ width: from, height, channels, pixels }: Picture, width: number, to: number): Picture {
  const columns = positions(from, width);
  const rows = positions(height, to);
  const out = new Uint8Array(width * to * channels);
  for (let y = 0; y < to; y++) {
    for (let x = 0; x < width; x++) {
      const source = (rows[y]! * from + columns[x]!) * channels;
      for (let c = 0; c < channels; c++) out[(y * width + x) * channels + c] = pixels[source + c]!;
    }
  }
  return { width, height: to, channels, pixels: out };
}

function positions(from: number, to: number): Int32Array {
  const scale = from / to;
  const found = new Int32Array(to);
  for (let at = 0, place = scale * 0.5; at < to; at++, place += scale)
    found[at] = Math.min(from - 1, Math.trunc(place));
  return found;
}
