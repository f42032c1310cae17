/** Metrics as a quick pick shows them: under their paper, those with a value in the open run first. */
import * as vscode from 'vscode';
import { byPaper } from '../metrics/by-paper';
import { limitAsNumber } from '../metrics/in-words';
import type { Metric } from '../metrics/metric';
import { formatValue } from '../metrics/number-format';
import { metrics } from '../metrics/registry';
import { measuredIn, standing } from '../metrics/standing';
import { shortCitation, type Paper } from '../papers/catalogue';
import type { Report } from '../protocol/report';

export interface MetricItem extends vscode.QuickPickItem {
  /** Absent for the heading of a paper. */
  metric?: Metric;
}

/** @param report the open run's; without one, metrics stand by themselves */
export function metricItems(report: Report | undefined): MetricItem[] {
  if (!report) return grouped(metrics, '', (metric, paper) => item(metric, paper, metric.plain));
  const measured = measuredIn(report, metrics);
  const others = metrics.filter((metric) => !measured.includes(metric));
  return [
    ...grouped(measured, '', (metric, paper) => measuredItem(metric, paper, report)),
    ...grouped(others, 'not applicable · ', (metric, paper) => {
      return item(metric, paper, standing(report, metric.id).reason ?? '', 'not applicable');
    }),
  ];
}

function measuredItem(metric: Metric, paper: Paper, report: Report): MetricItem {
  const { latest } = standing(report, metric.id);
  const value = latest === undefined ? '–' : formatValue(latest, metric.percent);
  const limit = limitAsNumber(metric, report.run.classes);
  return item(metric, paper, '', limit ? `${value} → ${limit}` : value);
}

function item(metric: Metric, paper: Paper, words: string, description?: string): MetricItem {
  // The heading is not searched, so that each entry names its paper again.
  const detail = [`${metric.id} · ${shortCitation(paper)}`, words].filter(Boolean).join(' · ');
  return { metric, label: metric.name, detail, ...(description === undefined ? {} : { description }) };
}

function grouped(
  list: readonly Metric[],
  prefix: string,
  entry: (metric: Metric, paper: Paper) => MetricItem,
): MetricItem[] {
  return byPaper(list).flatMap(({ paper, metrics: own }) => [
    { label: `${prefix}${shortCitation(paper)} · ${paper.topic}`, kind: vscode.QuickPickItemKind.Separator },
    ...own.map((metric) => entry(metric, paper)),
  ]);
}
