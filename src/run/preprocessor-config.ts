/** The files in which transformers and timm keep how pictures become a model's input, as our `preprocess`. */
import type { Preprocess } from '../protocol/engine';
import { Fault } from '../protocol/faults';
import { ConfigReader, isObject } from './config-reader';
import { parseTimmConfig } from './timm-config';

/**
 * Hugging Face's `preprocessor_config.json`, and timm's `config.json` (or its `pretrained_cfg` alone).
 * @param text of the file
 * @param name of the file, for faults
 * @throws Fault E_PREPROCESS where the file is none of these, or says what `preprocess` cannot
 */
export function parsePreprocessorConfig(text: string, name: string): Preprocess {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault('E_PREPROCESS', `${name} is not JSON; write preprocess in neural-collapse.json by hand.`);
  }
  if (!isObject(value)) throw new ConfigReader({}, name).fault('holds no settings');
  if (isObject(value.pretrained_cfg)) return parseTimmConfig(new ConfigReader(value.pretrained_cfg, name));
  const config = new ConfigReader(value, name);
  if (Array.isArray(value.input_size)) return parseTimmConfig(config);
  const known = ['image_processor_type', 'feature_extractor_type', 'image_mean', 'do_resize', 'do_normalize'];
  if (!known.some((key) => Object.hasOwn(value, key))) throw config.fault('says nothing about preprocessing');
  return { ...geometry(config), ...numbers(config) };
}

/** Image processors whose arithmetic is known, and whether a single number as size makes pictures square. */
const SQUARE: ReadonlyMap<string, boolean> = new Map([
  ['ViT', true],
  ['DeiT', true],
  ['Beit', true],
  ['EfficientNet', true],
  ['CLIP', false],
  ['ChineseCLIP', false],
  ['ConvNext', false],
  ['Bit', false],
  ['Levit', false],
  ['PoolFormer', false],
  ['MobileNetV1', false],
  ['MobileNetV2', false],
  ['MobileViT', false],
  ['Siglip', false],
]);

/** The processor's name without what says how it is implemented; undefined where the file names none. */
function processorOf(config: ConfigReader): string | undefined {
  const type = config.text('image_processor_type') ?? config.text('feature_extractor_type');
  const name = type?.replace(/(ImageProcessor(Fast|Pil)?|FeatureExtractor)$/, '');
  if (name !== undefined && !SQUARE.has(name)) throw config.fault(`is for a ${type}, which is not known`);
  return name;
}

/** Sizes, crop and filter. */
function geometry(config: ConfigReader): Preprocess {
  const processor = processorOf(config);
  for (const key of [
    'do_pad',
    'do_flip',
    'do_thumbnail',
    'do_align_long_axis',
    'do_color_quantize',
    'do_image_splitting',
  ]) {
    if (config.flag(key, false)) throw config.fault(`asks for ${key}, which preprocess cannot say`);
  }
  // MobileViT was trained on blue, green, red.
  if (config.flag('do_flip_channel_order', processor === 'MobileViT')) {
    throw config.fault('turns the order of the colours around (do_flip_channel_order), which preprocess cannot say');
  }
  const crop = config.flag('do_center_crop', false) ? { crop: cropSize(config) } : {};
  if (!config.flag('do_resize', config.has('size'))) return crop;
  const interpolation = filterOf(config);
  const size = targetSize(config, processor);
  const percent = config.number('crop_pct');
  if (processor === 'ConvNext') return { ...convNext(config, size, percent ?? 224 / 256), interpolation };
  return { resize: stretched(size, processor, percent), ...crop, interpolation };
}

/** Below 384 pixels larger and then cropped, from there on squashed. */
function convNext(config: ConfigReader, size: number | [number, number], percent: number): Preprocess {
  if (typeof size !== 'number')
    throw config.fault('has a size of height and width where ConvNext takes a shorter side');
  if (size >= 384) return { resize: [size, size] };
  return { resize: Math.trunc(size / percent), crop: [size, size] };
}

function stretched(
  size: number | [number, number],
  processor: string | undefined,
  percent: number | undefined,
): number | [number, number] {
  if (processor === 'Levit' && typeof size === 'number') return Math.trunc((256 / 224) * size);
  if (processor !== 'PoolFormer' || percent === undefined) return size;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  if (height === width) return Math.trunc(height / percent);
  return [Math.trunc(height / percent), Math.trunc(width / percent)];
}

const FILTERS: readonly (NonNullable<Preprocess['interpolation']> | undefined)[] = [
  'nearest',
  'lanczos',
  'bilinear',
  'bicubic',
];

/** Pillow's numbers of its filters. */
function filterOf(config: ConfigReader): NonNullable<Preprocess['interpolation']> {
  const code = config.number('resample');
  if (code === undefined) throw config.fault('does not say how pixels are resampled (resample)');
  const filter = FILTERS[code];
  if (!filter)
    throw config.fault(`resamples by filter ${code}; nearest, lanczos, bilinear and bicubic (0 to 3) are known`);
  return filter;
}

function targetSize(config: ConfigReader, processor: string | undefined): number | [number, number] {
  const size = config.value('size');
  if (typeof size === 'number') {
    const length = config.pixels(size, 'size');
    const square = processor === undefined ? undefined : SQUARE.get(processor);
    if (square === undefined)
      throw config.fault(`has size ${length} but no type that says whether it is the shorter side or both`);
    return square ? [length, length] : length;
  }
  if (!isObject(size)) throw config.fault('resizes, but has no size that can be read');
  if (Object.hasOwn(size, 'longest_edge') || Object.hasOwn(size, 'max_height')) {
    throw config.fault('bounds the longer side as well, which preprocess cannot say');
  }
  if (Object.hasOwn(size, 'shortest_edge')) return config.pixels(size.shortest_edge, 'size.shortest_edge');
  return [config.pixels(size.height, 'size.height'), config.pixels(size.width, 'size.width')];
}

function cropSize(config: ConfigReader): [number, number] {
  const size = config.value('crop_size') ?? config.value('size');
  if (typeof size === 'number') return [config.pixels(size, 'crop_size'), config.pixels(size, 'crop_size')];
  if (!isObject(size)) throw config.fault('crops, but has no crop_size that can be read');
  if (Object.hasOwn(size, 'shortest_edge')) {
    const side = config.pixels(size.shortest_edge, 'crop_size.shortest_edge');
    return [side, side];
  }
  return [config.pixels(size.height, 'crop_size.height'), config.pixels(size.width, 'crop_size.width')];
}

/** Scale, mean and standard deviation. */
function numbers(config: ConfigReader): Preprocess {
  const scale = config.flag('do_rescale', true) ? (config.number('rescale_factor') ?? 1 / 255) : 1;
  // EfficientNet may put pixels between −1 and 1 first.
  const offset = config.flag('rescale_offset', false) ? 1 : 0;
  if (!config.flag('do_normalize', processorOf(config) !== 'MobileViT')) {
    return offset === 0 ? { scale } : { scale, mean: [offset] };
  }
  const { mean, std } = config.meanAndStd('image_mean', 'image_std');
  // EfficientNet's classifier was trained on what is divided twice.
  const twice = config.flag('include_top', false);
  return {
    scale,
    mean: offset === 0 ? mean : mean.map((value) => value + offset),
    std: twice ? std.map((value) => value * value) : std,
  };
}
