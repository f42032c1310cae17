/** A report as tidy CSV (RFC 4180): one number a line, for pandas, R and spreadsheets. */
import type { Report } from '../protocol/report';

const COLUMNS = ['checkpoint', 'epoch', 'layer', 'metric', 'value'] as const;

/**
 * Columns checkpoint, epoch, layer, metric, value. What belongs to the whole checkpoint (penultimate layer and
 * classifier) has an empty layer; values are written so that they read back as the same float64.
 */
export function reportCsv(report: Report): string {
  const lines = [COLUMNS.join(',')];
  for (const { path, epoch, metrics, layers } of report.checkpoints) {
    const start = `${field(path)},${epoch ?? ''}`;
    for (const [metric, value] of Object.entries(metrics)) lines.push(`${start},,${field(metric)},${value}`);
    for (const layer of layers) {
      const at = `${start},${field(layer.name)}`;
      for (const [metric, value] of Object.entries(layer.metrics)) lines.push(`${at},${field(metric)},${value}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
