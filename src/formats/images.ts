/** A folder of pictures with one subfolder for each class, as the arrays `x` and `y`. */
import path from 'node:path';
import { Fault } from '../protocol/faults';
import { rowLength, type ArrayInfo, type RowBlock, type RowOptions } from './array';
import { ArrayCollection } from './array-file';
import { decodeImage, imageSize } from './decode-image';
import type { FolderFormat } from './format';
import { isImageFolder, listImages } from './image-list';
import type { ImageTransform } from './image-transform';
import { resizeAndCrop } from './resize-crop';
import type { Picture } from './resample';
import { textNotNumbers } from './text-not-numbers';

/** Pictures decoded at once: one while the other waits for the disk. */
const AT_ONCE = 2;
const BLOCK_BYTES = 32 * 1024 * 1024;

interface Transform extends ImageTransform {
  /** Channels first, as models take them, or last, as pictures are stored. */
  layout: 'chw' | 'hwc';
}

export const imageFolder: FolderFormat = {
  matches: isImageFolder,
  open: async (folder, { images }) => {
    const { files, classes } = await listImages(folder);
    const first = files[0];
    if (first === undefined) throw new Fault('E_FORMAT', `${path.basename(folder)} holds no pictures by class.`);
    const transform: Transform = images ? { ...images, layout: 'chw' } : await asTheFirst(folder, first);
    const [height, width] = transform.size;
    const shape =
      transform.layout === 'chw'
        ? [files.length, transform.channels, height, width]
        : [files.length, height, width, transform.channels];
    const x: ArrayInfo = { name: 'x', dtype: 'uint8', shape, images: true };
    const y: ArrayInfo = { name: 'y', dtype: 'string', shape: [files.length] };
    const text = (): never => {
      throw textNotNumbers(`${path.basename(folder)}: y`, 'array');
    };
    return new ArrayCollection(
      folder,
      [
        { info: x, rows: (options) => rows(folder, files, x, transform, options) },
        { info: y, rows: text, texts: async () => [...classes] },
      ],
      async () => {},
    );
  },
};

async function asTheFirst(folder: string, first: string): Promise<Transform> {
  const { width, height } = await imageSize(path.join(folder, first), labelOf(folder, first));
  return { channels: 3, size: [height, width], layout: 'hwc' };
}

async function* rows(
  folder: string,
  files: readonly string[],
  info: ArrayInfo,
  transform: Transform,
  { rows: wanted, as }: RowOptions,
): AsyncGenerator<RowBlock> {
  if (!(wanted >= 1)) throw new RangeError(`rows must be at least 1, not ${wanted}`);
  const length = rowLength(info);
  const most = Math.min(Math.floor(wanted), files.length, Math.max(1, Math.floor(BLOCK_BYTES / (8 * length))));
  const values = as === 'float32' ? new Float32Array(most * length) : new Float64Array(most * length);
  for (let start = 0; start < files.length; start += most) {
    const count = Math.min(most, files.length - start);
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let at = next++; at < count; at = next++) {
        try {
          const file = files[start + at]!;
          const label = labelOf(folder, file);
          const picture = await decodeImage(path.join(folder, file), label, transform.channels);
          write(resizeAndCrop(picture, transform, label), transform.layout, values, at * length);
        } catch (error) {
          // The other worker stops too.
          next = count;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    yield { start, count, values: values.subarray(0, count * length) };
  }
}

function write(
  { channels, pixels }: Picture,
  layout: Transform['layout'],
  to: Float32Array | Float64Array,
  at: number,
): void {
  if (layout === 'hwc' || channels === 1) {
    to.set(pixels, at);
    return;
  }
  const plane = pixels.length / channels;
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < plane; p++) to[at + c * plane + p] = pixels[p * channels + c]!;
  }
}

function labelOf(folder: string, file: string): string {
  return `${path.basename(folder)}: ${file}`;
}
