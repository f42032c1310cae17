import assert from 'node:assert/strict';
import { trendOf } from '../../../src/metrics/trend';
import { sampleCheckpoint, sampleReport } from '../webview/sample-report';

const run = (...nc1: number[]) => sampleReport(nc1.map((value, epoch) => sampleCheckpoint(epoch, value)));

describe('the trend of a measure', () => {
  it('compares the last two values', () => {
    assert.equal(trendOf(run(3, 2), 'nc1')?.direction, 'falls');
    assert.equal(trendOf(run(1, 2), 'nc1')?.direction, 'rises');
    assert.equal(trendOf(run(3, 2, 2), 'nc1')?.direction, 'rests');
    assert.deepEqual([trendOf(run(3, 2), 'nc1')?.value, trendOf(run(3, 2), 'nc1')?.before?.value], [2, 3]);
  });

  it('passes over checkpoints without a value, and says nothing of a single one', () => {
    const report = run(3, 2, 1);
    delete report.checkpoints[1]!.metrics['nc1'];
    delete report.checkpoints[1]!.layers.at(-1)!.metrics['nc1'];
    assert.equal(trendOf(report, 'nc1')?.before?.at.epoch, 0);
    assert.equal(trendOf(run(3), 'nc1')?.direction, undefined);
    assert.equal(trendOf(run(), 'nc1'), undefined);
  });
});
