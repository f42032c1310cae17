/** Show Metric…: every metric with its current value, its limit and its paper. */
import * as vscode from 'vscode';
import type { CurrentRun } from './current-run';
import { metricItems } from './metric-items';

export async function showMetric(current: CurrentRun): Promise<void> {
  const { active: view, report } = current;
  const checkpoint = report?.checkpoints.at(-1);
  if (!view || !report || !checkpoint) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No run is open: inspect a checkpoint or open the sample run first.'),
    );
    return;
  }
  const picked = await vscode.window.showQuickPick(metricItems(report), {
    title: vscode.l10n.t('Metrics of {0} (value → value at perfect collapse)', checkpoint.path),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked?.metric) view.showMetric(picked.metric.id);
}
