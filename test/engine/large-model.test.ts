/** A model over 2 GB: its weights beside it, in a file with holes, so that neither disk nor time is spent on them. */
import assert from 'node:assert/strict';
import { copyFile, open } from 'node:fs/promises';
import path from 'node:path';
import type { EngineClient } from '../../src/driver/engine-client';
import { models } from '../fixtures/paths';
import { folderOf, npy } from '../unit/run/files';
import { measure, planFor, startEngine } from './engine';

const ROWS = 42_000_000;
const D = 16;
const CLASSES = 4;
const TOKENS = 3;
const SAMPLES = 40;
/** Words at both ends of the embedding: beyond 2^31 bytes, and beyond 2^31 bytes from where a wrong offset would wrap. */
const WORDS = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? i : ROWS - 1 - i));

describe('a model over 2 GB', () => {
  let engine: EngineClient;
  before(() => (engine = startEngine()));
  after(() => engine.dispose());

  it('is measured from its external data', async () => {
    const ids = Array.from({ length: SAMPLES * TOKENS }, (_, i) => WORDS[(i * 5 + Math.floor(i / 7)) % WORDS.length]!);
    const labels = Array.from({ length: SAMPLES }, (_, i) => i % CLASSES);
    const folder = await folderOf({
      'ids.npy': npy([SAMPLES, TOKENS], '<i8', ids),
      'y.npy': npy([SAMPLES], '<i8', labels),
    });
    await copyFile(path.join(models, 'large.onnx'), path.join(folder, 'large.onnx'));
    const embedding = (word: number): Float32Array =>
      Float32Array.from({ length: D }, (_, j) => Math.sin(1 + (word % 1000) * 3 + j * 7));
    const file = await open(path.join(folder, 'large.bin'), 'w');
    await file.truncate(ROWS * D * 4);
    for (const word of WORDS) await file.write(new Uint8Array(embedding(word).buffer), 0, D * 4, word * D * 4);
    await file.close();

    const report = await measure(engine, await planFor(engine, path.join(folder, 'large.onnx')));
    const [checkpoint] = report.checkpoints;
    assert.ok(checkpoint, report.failed[0]?.message);
    // Accuracy by hand: the mean of the embeddings times the head that the fixture's script writes.
    let right = 0;
    for (let i = 0; i < SAMPLES; i++) {
      const h = new Float64Array(D);
      for (let t = 0; t < TOKENS; t++) embedding(ids[i * TOKENS + t]!).forEach((value, j) => (h[j]! += value / TOKENS));
      const z = Array.from({ length: CLASSES }, (_, k) =>
        h.reduce((sum, value, j) => sum + value * ((((3 * k + 5 * j) % 7) - 3) / 4), 0),
      );
      if (z.indexOf(Math.max(...z)) === labels[i]) right++;
    }
    assert.equal(checkpoint.metrics['accuracy'], right / SAMPLES);
    assert.ok(right > 0 && right < SAMPLES);
    assert.equal(checkpoint.layers.at(-1)?.dimension, D);
  });
});
