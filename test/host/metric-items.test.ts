import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { metricItems } from '../../src/host/metric-items';
import { metrics } from '../../src/metrics/registry';
import { sampleCheckpoint, sampleReport } from '../unit/webview/sample-report';

const isHeading = (item: vscode.QuickPickItem): boolean => item.kind === vscode.QuickPickItemKind.Separator;

describe('metrics in a quick pick', () => {
  const report = sampleReport([sampleCheckpoint(0, 8), sampleCheckpoint(2, 0.5)]);

  it('stand under their paper, those with a value first', () => {
    const items = metricItems(report);
    assert.match(items[0]!.label, /^Papyan et al\. 2020 · /);
    assert.ok(isHeading(items[0]!));
    assert.deepEqual([items[1]!.metric?.id, items[1]!.description], ['nc1', '0.5000 → 0']);
    const headings = items.filter(isHeading).map(({ label }) => label.startsWith('not applicable'));
    assert.deepEqual(
      headings,
      headings.toSorted((a, b) => Number(a) - Number(b)),
    );
    const nc3 = items.find(({ metric }) => metric?.id === 'nc3')!;
    assert.equal(nc3.description, 'not applicable');
    assert.match(nc3.detail ?? '', /Papyan et al\. 2020 · no classifier was found/);
  });

  it('are all there, once, with a run and without', () => {
    for (const items of [metricItems(report), metricItems(undefined)]) {
      const ids = items.flatMap(({ metric }) => (metric ? [metric.id] : []));
      assert.deepEqual(ids.toSorted(), metrics.map(({ id }) => id).toSorted());
    }
  });
});
