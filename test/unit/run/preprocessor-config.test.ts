import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Preprocess } from '../../../src/protocol/engine';
import { parsePreprocessorConfig } from '../../../src/run/preprocessor-config';
import { fixtures } from '../../fixtures/paths';

const folder = path.join(fixtures, 'preprocessor');
const text = (name: string): string => readFileSync(path.join(folder, `${name}.json`), 'utf8');
const outcomes = JSON.parse(text('outcomes')) as Record<
  string,
  { size: [number, number]; black: number[]; white: number[] }
>;

const half = [0.5, 0.5, 0.5];
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const clip = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] };
const scale = 0.00392156862745098;

const parsed: Record<string, Preprocess> = {
  vit: { resize: [224, 224], interpolation: 'bilinear', scale, mean: half, std: half },
  deit: { resize: [256, 256], crop: [224, 224], interpolation: 'bicubic', scale, mean: half, std: half },
  clip: { resize: 224, crop: [224, 224], interpolation: 'bicubic', scale, ...clip },
  convnext: { resize: [384, 384], interpolation: 'bicubic', scale, mean: half, std: half },
  convnext384: { resize: [384, 384], interpolation: 'bicubic', scale, mean: half, std: half },
  dinov2: { resize: 256, crop: [224, 224], interpolation: 'bicubic', scale, ...imagenet },
  levit: { resize: 256, crop: [224, 224], interpolation: 'bicubic', scale, ...imagenet },
  poolformer: { resize: 248, crop: [224, 224], interpolation: 'bicubic', scale, ...imagenet },
  mobilenet_v2: { resize: 256, crop: [224, 224], interpolation: 'bilinear', scale, mean: half, std: half },
  efficientnet: { resize: [346, 346], interpolation: 'bicubic', scale, mean: half, std: [0.25, 0.25, 0.25] },
  offset: { resize: [346, 346], interpolation: 'bicubic', scale: 1 / 127.5, mean: [1.5, 1.5, 1.5], std: half },
  siglip: { resize: [224, 224], interpolation: 'bicubic', scale, mean: half, std: half },
  beit: { resize: [224, 224], interpolation: 'bicubic', scale, mean: half, std: half },
  plain: { scale: 1 },
  timm_resnet: { resize: 235, crop: [224, 224], interpolation: 'bicubic', scale: 1 / 255, ...imagenet },
  timm_squash: {
    resize: [248, 248],
    crop: [224, 224],
    interpolation: 'bicubic',
    scale: 1 / 255,
    mean: half,
    std: half,
  },
};

describe('preprocessor configurations', () => {
  for (const [name, expected] of Object.entries(parsed)) {
    it(`${name}: as its library applies it`, () => {
      const preprocess = parsePreprocessorConfig(text(name), `${name}.json`);
      assert.deepEqual(preprocess, expected);
      // What the library itself makes of a picture of 400×301 in black, and in white.
      const { size, black, white } = outcomes[name]!;
      const { resize, crop, mean = [0], std = [1] } = preprocess;
      assert.deepEqual(crop ?? (typeof resize === 'number' ? undefined : resize) ?? [301, 400], size);
      const channel = (value: number, c: number): number =>
        (value * (preprocess.scale ?? 1) - (mean[c] ?? mean[0]!)) / (std[c] ?? std[0]!);
      for (const [value, outcome] of [
        [0, black],
        [255, white],
      ] as const) {
        outcome.forEach((wanted, c) => {
          assert.ok(Math.abs(channel(value, c) - wanted) < 1e-4, `${name}: ${channel(value, c)} is not ${wanted}`);
        });
      }
    });
  }

  it('says what cannot be taken over, and what to do', () => {
    for (const [config, message] of [
      [text('mobilevit'), /order of the colours/],
      [text('detr'), /DetrImageProcessor, which is not known/],
      [text('timm_border'), /mode border/],
      ['{', /is not JSON/],
      ['[]', /no settings/],
      ['null', /no settings/],
      ['{}', /nothing about preprocessing/],
      ['{"architectures": ["ViTForImageClassification"], "hidden_size": 8}', /nothing about preprocessing/],
    ] as const) {
      assert.throws(() => parsePreprocessorConfig(config, 'p.json'), { code: 'E_PREPROCESS', message });
      assert.throws(() => parsePreprocessorConfig(config, 'p.json'), { message: /^p\.json .*neural-collapse\.json/ });
    }
    const vit = JSON.parse(text('vit')) as Record<string, unknown>;
    for (const [change, message] of [
      [{ resample: 4 }, /filter 4/],
      [{ resample: undefined }, /how pixels are resampled/],
      [{ size: { longest_edge: 500 } }, /longer side/],
      [{ size: { height: 224 } }, /size\.width/],
      [{ size: { shortest_edge: 0 } }, /number of pixels/],
      [{ size: 'large' }, /no size/],
      [{ size: 1e9 }, /number of pixels/],
      [{ size: 224, image_processor_type: undefined }, /no type that says/],
      [{ image_mean: [0.5, 0.5] }, /different numbers of channels/],
      [{ image_mean: undefined }, /image_mean/],
      [{ image_std: [0, 1, 1] }, /above 0/],
      [{ image_std: ['a', 1, 1] }, /image_std/],
      [{ do_resize: 'yes' }, /neither true nor false/],
      [{ do_pad: true }, /do_pad/],
      [{ do_center_crop: true, crop_size: 'x' }, /crop_size/],
      [{ rescale_factor: -1 }, /rescale_factor/],
      [{ image_processor_type: 7 }, /not text/],
    ] as const) {
      const config = JSON.stringify({ ...vit, ...change });
      assert.throws(() => parsePreprocessorConfig(config, 'p.json'), { code: 'E_PREPROCESS', message });
    }
    const timm = { input_size: [3, 224, 224], mean: half, std: half };
    for (const [change, message] of [
      [{ interpolation: 'random' }, /random/],
      [{ input_size: [224, 224] }, /input_size/],
      [{ input_size: [3, 224, 192] }, /256×219/],
      [{ crop_pct: 0 }, /crop_pct/],
    ] as const) {
      const config = JSON.stringify({ ...timm, ...change });
      assert.throws(() => parsePreprocessorConfig(config, 'p.json'), { code: 'E_PREPROCESS', message });
    }
  });

  it('reads older files: numbers as sizes by processor, implicit rescaling', () => {
    const old = { do_normalize: true, do_resize: true, resample: 2, image_mean: half, image_std: half, size: 224 };
    const read = (type: string, more: object = {}): Preprocess =>
      parsePreprocessorConfig(JSON.stringify({ ...old, feature_extractor_type: type, ...more }), 'p.json');
    const rest = { interpolation: 'bilinear', scale: 1 / 255, mean: half, std: half };
    assert.deepEqual(read('ViTFeatureExtractor'), { resize: [224, 224], ...rest });
    assert.deepEqual(read('CLIPFeatureExtractor', { do_center_crop: true, crop_size: 200 }), {
      resize: 224,
      crop: [200, 200],
      ...rest,
    });
    assert.deepEqual(read('ConvNextFeatureExtractor', { crop_pct: 0.875 }), { resize: 256, crop: [224, 224], ...rest });
    assert.deepEqual(
      parsePreprocessorConfig(JSON.stringify({ input_size: [1, 28, 28], crop_pct: 1, mean: [0.1], std: [0.3] }), 'c'),
      { resize: 28, crop: [28, 28], interpolation: 'bicubic', scale: 1 / 255, mean: [0.1], std: [0.3] },
    );
  });
});
