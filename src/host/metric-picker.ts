/** Show Metric…: every metric with its current value, its limit and its paper. */
import * as vscode from 'vscode';
import type { Metric } from '../metrics/metric';
import { formatExact, formatValue } from '../metrics/number-format';
import { metrics } from '../metrics/registry';
import { paperByKey } from '../papers/catalogue';
import type { CurrentRun } from './current-run';

interface Item extends vscode.QuickPickItem {
  metric: Metric;
}

export async function showMetric(current: CurrentRun): Promise<void> {
  const view = current.active;
  const checkpoint = current.report?.checkpoints.at(-1);
  if (!view || !checkpoint) {
    void vscode.window.showInformationMessage('No run is open: inspect a checkpoint or open the sample run first.');
    return;
  }
  const classes = checkpoint.classCounts.length;
  const items = metrics.map((metric): Item => {
    const value = checkpoint.metrics[metric.id];
    const limit = metric.limit?.(classes);
    const shown = value === undefined ? 'not applicable' : formatValue(value, metric.percent);
    const paper = paperByKey(metric.papers[0]);
    return {
      metric,
      label: metric.name,
      description: limit === undefined ? shown : `${shown} → ${formatExact(limit, metric.percent)}`,
      detail:
        value === undefined
          ? (checkpoint.notApplicable[metric.id] ?? '')
          : paper
            ? `${metric.id} · ${paper.authors[0] ?? ''} et al. ${paper.year}`
            : metric.id,
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: `Metrics of ${checkpoint.path} (value → value at perfect collapse)`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked) view.showMetric(picked.metric.id);
}
