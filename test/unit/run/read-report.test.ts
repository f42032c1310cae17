import assert from 'node:assert/strict';
import { parseReport, readReport } from '../../../src/run/read-report';
import { sampleCheckpoint, sampleReport } from '../webview/sample-report';

const report = sampleReport([sampleCheckpoint(0, 2), sampleCheckpoint(1, 1)]);
const fault = (text: string): RegExp | string => {
  try {
    parseReport(text, 'a.json');
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a report from a file', () => {
  it('is what was written', () => {
    assert.deepEqual(parseReport(JSON.stringify(report), 'a.json'), report);
  });

  it('is refused where it is something else, with what and where', async () => {
    assert.match(String(fault('{')), /^a\.json is not JSON/);
    assert.match(String(fault('null')), /is not a collapse report/);
    assert.match(String(fault('{"schema":"neural-collapse/report@9"}')), /has the schema neural-collapse\/report@9/);
    const damaged = structuredClone(report);
    (damaged.checkpoints[1] as unknown as { samples: string }).samples = 'many';
    assert.match(String(fault(JSON.stringify(damaged))), /checkpoints\/1\/samples must be integer/);
    await assert.rejects(readReport('/nowhere/a.json'), /a\.json cannot be read \(ENOENT\)/);
  });
});
