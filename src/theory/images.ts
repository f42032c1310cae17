/** The small set of real images that experiments train on: how its file is laid out, and as numbers. */
import { Fault } from '../protocol/faults';
import type { Batch } from './models/deep';

/** Its file, in media/theory; test/workbench/theory-images.mjs makes it. */
export const IMAGES = 'fashion-mnist.bin';

const MAGIC = 'NCI1';
/** Magic, then training images, test images, side, classes as 32-bit little-endian numbers. */
const HEADER = 20;

export interface Images {
  classes: number;
  /** Pixels an image. */
  size: number;
  train: Batch;
  test: Batch;
}

/**
 * Labels (one byte each), then pixels, of the training images and of the test images. Each pixel is centred by its mean
 * over the training images, and all are scaled by one number to variance 1.
 * @param classes only the first so many of them
 * @param perClass only so many training images of each, the first
 * @throws Fault E_IMAGES
 */
export function readImages(bytes: Uint8Array, classes = Infinity, perClass = Infinity): Images {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = bytes.length >= HEADER ? [4, 8, 12, 16].map((at) => view.getUint32(at, true)) : [0, 0, 0, 0];
  const [training, testing, side, present] = header as [number, number, number, number];
  const size = side * side;
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic !== MAGIC || bytes.length !== HEADER + (training + testing) * (1 + size)) {
    throw new Fault(
      'E_IMAGES',
      `${IMAGES} is damaged: it does not hold the images that it should. Reinstall the extension.`,
    );
  }
  const kept = Math.min(classes, present);
  const pick = (at: number, count: number, most: number): Batch => {
    const found = new Int32Array(kept);
    const rows: number[] = [];
    for (let i = 0; i < count; i++) {
      const label = bytes[at + i]!;
      if (label < kept && found[label]!++ < most) rows.push(i);
    }
    const inputs = new Float64Array(rows.length * size);
    rows.forEach((i, row) =>
      inputs.set(bytes.subarray(at + count + i * size, at + count + (i + 1) * size), row * size),
    );
    return { inputs, labels: Int32Array.from(rows, (i) => bytes[at + i]!) };
  };
  const train = pick(HEADER, training, perClass);
  const test = pick(HEADER + training * (1 + size), testing, Infinity);
  standardise(train.inputs, [train.inputs, test.inputs], size);
  return { classes: kept, size, train, test };
}

function standardise(of: Float64Array, all: readonly Float64Array[], size: number): void {
  const mean = new Float64Array(size);
  for (let at = 0; at < of.length; at++) mean[at % size]! += (of[at]! * size) / of.length;
  let variance = 0;
  for (let at = 0; at < of.length; at++) variance += (of[at]! - mean[at % size]!) ** 2 / of.length;
  const scale = 1 / Math.sqrt(variance);
  for (const values of all) {
    for (let at = 0; at < values.length; at++) values[at] = (values[at]! - mean[at % size]!) * scale;
  }
}
