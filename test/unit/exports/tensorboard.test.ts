import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32c, maskedCrc32c } from '../../../src/exports/crc32c';
import { tensorboardEvents } from '../../../src/exports/tensorboard';
import { fixtures } from '../../fixtures/paths';
import { sampleCheckpoint, sampleReport } from '../webview/sample-report';
import { readEvents } from './read-events';
import { hostileReport } from './sample';

const WALL_TIME = 1_700_000_000.25;

describe('CRC-32C', () => {
  it('gives the check value and the examples of RFC 3720', () => {
    assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283);
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
    assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
    assert.ok(maskedCrc32c(new Uint8Array(8)) >= 0);
  });
});

describe('a report as TensorBoard events', () => {
  it('holds every number of the report as float32 at its epoch, every checksum right', () => {
    const report = hostileReport();
    const [version, ...events] = readEvents(Buffer.from(tensorboardEvents(report, WALL_TIME)));
    assert.equal(version?.version, 'brain.Event:2');
    assert.deepEqual(
      events.map(({ step, wallTime }) => [step, wallTime]),
      [0, 2, 300].map((epoch) => [epoch, WALL_TIME]),
    );
    events.forEach(({ scalars }, i) => {
      const { metrics, layers } = report.checkpoints[i]!;
      const expected = [
        ...Object.entries(metrics),
        ...layers.flatMap(({ depth, name, metrics: own }) =>
          Object.entries(own).map(([id, value]): [string, number] => [`layer ${depth} ${name}/${id}`, value]),
        ),
      ];
      assert.deepEqual(
        scalars,
        expected.map(([tag, value]) => [tag, Math.fround(value)]),
      );
    });
  });

  it('counts the checkpoints where epochs are missing or twofold', () => {
    for (const epochs of [
      [5, undefined, 7],
      [5, 5, 7],
    ]) {
      const report = sampleReport(epochs.map((epoch, i) => sampleCheckpoint(epoch, 1, `${i}.onnx`)));
      const [, ...events] = readEvents(Buffer.from(tensorboardEvents(report, WALL_TIME)));
      assert.deepEqual(
        events.map(({ step }) => step),
        [0, 1, 2],
      );
    }
  });

  it('writes the file that TensorBoard itself was seen to read', async () => {
    const folder = path.join(fixtures, 'tensorboard');
    const report = sampleReport([sampleCheckpoint(0, 8), sampleCheckpoint(2, 0.1), sampleCheckpoint(300, 1 / 3)]);
    const bytes = Buffer.from(tensorboardEvents(report, WALL_TIME));
    assert.deepEqual(bytes, await readFile(path.join(folder, 'sample.tfevents')));
    const seen = JSON.parse(await readFile(path.join(folder, 'sample.json'), 'utf8')) as Record<
      string,
      [number, number][]
    >;
    const tags = new Set(readEvents(bytes).flatMap(({ scalars }) => scalars.map(([tag]) => tag)));
    assert.deepEqual(Object.keys(seen).toSorted(), [...tags].toSorted());
    assert.deepEqual(seen['nc1'], [[0, 8], [2, Math.fround(0.1)], [300, Math.fround(1 / 3)]]); // prettier-ignore
  });
});
