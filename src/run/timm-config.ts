/** timm's `pretrained_cfg`: the transforms that `timm.data.create_transform` makes of it for evaluation. */
import type { Preprocess } from '../protocol/engine';
import type { ConfigReader } from './config-reader';

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const FILTERS = ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const;

/** @throws Fault E_PREPROCESS */
export function parseTimmConfig(config: ConfigReader): Preprocess {
  const input = config.value('input_size');
  if (!Array.isArray(input) || input.length !== 3)
    throw config.fault('has no input_size of channels, height and width');
  const height = config.pixels(input[1], 'input_size');
  const width = config.pixels(input[2], 'input_size');
  const name = config.text('interpolation') ?? 'bicubic';
  const interpolation = FILTERS.find((filter) => filter === name);
  if (!interpolation) throw config.fault(`resamples by ${name}, which preprocess cannot say`);
  const percent = config.number('crop_pct') ?? 0.875;
  if (percent === 0) throw config.fault('has crop_pct 0');
  const scaled = [Math.floor(height / percent), Math.floor(width / percent)] as const;
  const mode = config.text('crop_mode') ?? 'center';
  const { mean, std } = config.has('mean') || config.has('std') ? config.meanAndStd('mean', 'std') : IMAGENET;
  return { resize: resizeOf(config, mode, scaled), crop: [height, width], interpolation, scale: 1 / 255, mean, std };
}

function resizeOf(
  config: ConfigReader,
  mode: string,
  [height, width]: readonly [number, number],
): number | [number, number] {
  if (mode === 'squash') return [height, width];
  if (mode === 'center' && height === width) return height;
  throw config.fault(
    mode === 'center'
      ? `resizes pictures to fill ${height}×${width}, which preprocess cannot say`
      : `crops by mode ${mode}, which preprocess cannot say`,
  );
}
