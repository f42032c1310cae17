import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeImage } from '../../../src/formats/decode-image';
import type { Interpolation } from '../../../src/formats/image-transform';
import { resizeAndCrop } from '../../../src/formats/resize-crop';
import { resample, type Picture } from '../../../src/formats/resample';
import { fixtures } from '../../fixtures/paths';

interface Resize {
  source: string;
  interpolation: Interpolation;
  resize: number | [number, number] | null;
  crop: [number, number] | null;
  size: [number, number];
  /** First 16 digits of the SHA-256 of the bytes. */
  rgb: string;
  grey: string;
}

const folder = path.join(fixtures, 'images');
const { resizes } = JSON.parse(readFileSync(path.join(folder, 'values.json'), 'utf8')) as { resizes: Resize[] };

describe('resampling', () => {
  for (const source of ['wide', 'tall', 'thin', 'square']) {
    for (const interpolation of ['nearest', 'bilinear', 'bicubic', 'lanczos']) {
      it(`${source} ${interpolation}: every byte as torchvision and Pillow have it`, async () => {
        const file = path.join(folder, 'resize', source, 'source.png');
        const cases = resizes.filter((one) => one.source === source && one.interpolation === interpolation);
        assert.ok(cases.length >= 30);
        for (const channels of [1, 3] as const) {
          const picture = await decodeImage(file, source, channels);
          for (const one of cases) {
            const transform = {
              channels,
              interpolation: one.interpolation,
              size: one.size,
              ...(one.resize === null ? {} : { resize: one.resize }),
              ...(one.crop === null ? {} : { crop: one.crop }),
            };
            const { width, height, pixels } = resizeAndCrop(picture, transform, source);
            assert.deepEqual([height, width], one.size);
            const digest = createHash('sha256').update(pixels).digest('hex').slice(0, 16);
            assert.equal(digest, channels === 3 ? one.rgb : one.grey, JSON.stringify({ channels, ...one }));
          }
        }
      });
    }
  }

  it('is bilinear where nothing else is said, and leaves a picture of the right size alone', () => {
    const picture: Picture = { width: 2, height: 1, channels: 1, pixels: Uint8Array.from([0, 100]) };
    assert.equal(resample(picture, 2, 1, 'lanczos'), picture);
    const wider = resizeAndCrop(picture, { channels: 1, size: [1, 4] }, 'a');
    assert.deepEqual([...wider.pixels], [0, 25, 75, 100]);
  });

  it('refuses what a thin picture would grow to', () => {
    const picture: Picture = { width: 100_000, height: 1, channels: 1, pixels: new Uint8Array(100_000) };
    assert.throws(() => resizeAndCrop(picture, { channels: 1, resize: 256, size: [256, 256] }, 'thin.png'), {
      code: 'E_TOO_LARGE',
      message: /thin\.png \(100000×1\) would become 25600000×256/,
    });
  });
});
