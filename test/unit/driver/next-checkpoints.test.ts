import assert from 'node:assert/strict';
import { inPlannedOrder, nextCheckpoints } from '../../../src/driver/next-checkpoints';
import type { Plan, PlannedCheckpoint } from '../../../src/protocol/engine';
import type { Report } from '../../../src/protocol/report';
import { sampleCheckpoint, sampleReport } from '../webview/sample-report';

const planned = (epoch: number): PlannedCheckpoint => ({
  file: `/run/epoch_${epoch}.onnx`,
  path: `epoch_${epoch}.onnx`,
  epoch,
});
const planOf = (...epochs: number[]): Plan => ({ checkpoints: epochs.map(planned) }) as Plan;
const reportOf = (...epochs: number[]): Report =>
  sampleReport(epochs.map((epoch) => sampleCheckpoint(epoch, 1, planned(epoch).path)));

function next(plan: number[], ready: number[], measured: number[]): [number | undefined, number[]][] {
  const files = new Set(ready.map((epoch) => planned(epoch).file));
  return nextCheckpoints(planOf(...plan), files, reportOf(...measured)).map(({ after, checkpoints }) => [
    after?.epoch,
    checkpoints.map(({ epoch }) => epoch!),
  ]);
}

describe('the next checkpoints of a growing run', () => {
  it('are all that are ready, at the beginning', () => {
    assert.deepEqual(next([1, 2, 3], [1, 2], []), [[undefined, [1, 2]]]);
    assert.deepEqual(next([1, 2, 3], [], []), []);
  });

  it('leave out what was measured, and follow it', () => {
    assert.deepEqual(next([1, 2, 3, 4], [3, 4], [1, 2]), [[2, [3, 4]]]);
  });

  it('take along the checkpoint behind one that comes late, since it follows another now', () => {
    assert.deepEqual(next([1, 2, 3, 4], [2], [1, 3, 4]), [[1, [2, 3]]]);
    assert.deepEqual(next([1, 2, 3, 4, 5], [1, 5], [2, 3, 4]), [
      [undefined, [1, 2]],
      [4, [5]],
    ]);
  });

  it('pass over what failed or is not ready in between', () => {
    assert.deepEqual(next([1, 2, 3, 4], [4], [1]), [[1, [4]]]);
    assert.deepEqual(next([1, 2, 3, 4], [2], [1, 4]), [[1, [2, 4]]]);
  });

  it('measure again a file that was written anew, and what follows it', () => {
    assert.deepEqual(next([1, 2, 3], [2], [1, 2, 3]), [[1, [2, 3]]]);
  });

  it('stand in the report in the order of the plan', () => {
    const report = reportOf(3, 1, 2);
    inPlannedOrder(report, planOf(1, 2, 3));
    assert.deepEqual(
      report.checkpoints.map(({ epoch }) => epoch),
      [1, 2, 3],
    );
  });
});
