/** Picture files as 8-bit pixels, by sharp; converted as Pillow's `convert('RGB')` and `convert('L')` do. */
import { readFile, stat } from 'node:fs/promises';
import type sharp from 'sharp';
import { Fault } from '../protocol/faults';
import type { Picture } from './resample';

type Sharp = typeof sharp;

/** Of one picture's file. */
const FILE_BYTES = 512 * 1024 * 1024;

/** The decoders of the formats below, and no others: no pictures that hold programs or fetch files. */
const LOADERS = ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadTiff'];

const SPACES = new Set(['srgb', 'rgb', 'b-w', 'rgb16', 'grey16', 'cmyk']);

let loading: Promise<Sharp> | undefined;

/** Native code, so it is loaded only once a picture is there to decode. @throws Fault E_NO_DECODER */
function loadSharp(): Promise<Sharp> {
  loading ??= import('sharp').then(
    ({ default: loaded }) => {
      // Each picture is decoded once: there is nothing to keep.
      loaded.cache(false);
      loaded.block({ operation: ['VipsForeignLoad'] });
      loaded.unblock({ operation: LOADERS });
      return loaded;
    },
    (error: unknown) => {
      throw new Fault(
        'E_NO_DECODER',
        'Pictures cannot be decoded on this platform (the module sharp does not load); save them as one array with np.save instead.',
        String(error),
      );
    },
  );
  return loading;
}

/** Width and height in pixels, from the file's header. @throws as `decodeImage` */
export async function imageSize(file: string, label: string): Promise<{ width: number; height: number }> {
  const decoder = await loadSharp();
  try {
    const { width, height, format, orientation = 1 } = await decoder(await bytesOf(file, label)).metadata();
    const turned = isTurned(format) && orientation >= 5;
    return turned ? { width: height, height: width } : { width, height };
  } catch (error) {
    throw damaged(error, label);
  }
}

/**
 * @param file absolute path
 * @param label names the file in faults
 * @param channels 3: red, green, blue; 1: grey
 * @throws Fault E_DAMAGED, E_FORMAT, E_TOO_LARGE, E_NOT_FOUND, E_NO_DECODER
 */
export async function decodeImage(file: string, label: string, channels: 1 | 3): Promise<Picture> {
  const decoder = await loadSharp();
  const bytes = await bytesOf(file, label);
  try {
    const open = (): ReturnType<Sharp> => decoder(bytes, { failOn: 'error', ignoreIcc: true });
    const { space, depth, channels: bands, format } = await open().metadata();
    if (!SPACES.has(space) || (depth !== 'uchar' && depth !== 'ushort')) {
      throw new Fault('E_FORMAT', `${label} has pixels of kind ${space} ${depth}, which are not read; save it as PNG.`);
    }
    const image = isTurned(format) ? open().autoOrient() : open();
    if (space === 'grey16' && bands === 1) {
      const { data, info } = await image
        .toColourspace('grey16')
        .raw({ depth: 'ushort' })
        .toBuffer({ resolveWithObject: true });
      return spread({ ...info, channels: info.channels, pixels: clipped(data) }, channels);
    }
    const raw = space === 'cmyk' ? image.pipelineColourspace('cmyk').toColourspace('cmyk') : image;
    const { data, info } = await raw.raw().toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const picture = { width, height, channels: info.channels as number, pixels: new Uint8Array(data) };
    return spread(space === 'cmyk' ? fromInks(picture) : picture, channels);
  } catch (error) {
    throw damaged(error, label);
  }
}

/** Pillow turns TIFF files as their orientation says, and no others. */
function isTurned(format: string): boolean {
  return format === 'tiff';
}

async function bytesOf(file: string, label: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > FILE_BYTES) throw new Fault('E_TOO_LARGE', `${label} has ${size} bytes, too many for one picture.`);
    if (size === 0) throw new Fault('E_TRUNCATED', `${label} is empty; save it again or remove it.`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof Fault) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Fault(
      'E_NOT_READABLE',
      `${label} cannot be read (${code}); check that it is still there.`,
      String(error),
    );
  }
}

function damaged(error: unknown, label: string): unknown {
  if (error instanceof Fault) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit/.test(message)) {
    return new Fault('E_TOO_LARGE', `${label} has more pixels than are decoded; shrink it first.`, message);
  }
  return new Fault(
    'E_DAMAGED',
    `${label} is not a picture that can be decoded: it is damaged; save it again or remove it.`,
    message,
  );
}

/** 16 bits of grey, cut at 255 as Pillow does. */
function clipped(data: Buffer): Uint8Array {
  const values = new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  return Uint8Array.from(values, (value) => Math.min(255, value));
}

/** Cyan, magenta, yellow and black as light. */
function fromInks({ width, height, pixels }: Picture): Picture {
  const out = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const light = 255 - pixels[4 * at + 3]!;
    for (let c = 0; c < 3; c++) {
      const product = pixels[4 * at + c]! * light + 128;
      out[3 * at + c] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
  return { width, height, channels: 3, pixels: out };
}

/** Grey or colour, whatever there is; transparency is left out. */
function spread({ width, height, channels, pixels }: Picture, wanted: 1 | 3): Picture {
  if (channels === wanted) return { width, height, channels, pixels };
  const count = width * height;
  const out = new Uint8Array(count * wanted);
  const colour = channels >= 3;
  for (let at = 0; at < count; at++) {
    const from = at * channels;
    if (wanted === 3) for (let c = 0; c < 3; c++) out[3 * at + c] = pixels[colour ? from + c : from]!;
    else out[at] = colour ? luma(pixels[from]!, pixels[from + 1]!, pixels[from + 2]!) : pixels[from]!;
  }
  return { width, height, channels: wanted, pixels: out };
}

/** (299 R + 587 G + 114 B) / 1000, in Pillow's 16-bit fixed point. */
function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}
