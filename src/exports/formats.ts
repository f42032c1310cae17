/** The formats a report can be taken away in, told by the name of the file. */
import path from 'node:path';
import type { Report } from '../protocol/report';
import { reportCsv } from './csv';
import { readPageAssets, reportPage } from './page';
import { EVENT_FILE_MARK, tensorboardEvents } from './tensorboard';

export type ExportFormat = 'json' | 'csv' | 'html' | 'tensorboard';

/** What the save dialog offers: words and endings, in order. */
export const EXPORT_FILTERS: Readonly<Record<string, string[]>> = {
  'Collapse report (JSON)': ['json'],
  'Table of values (CSV)': ['csv'],
  'Page for a browser (HTML)': ['html'],
  'TensorBoard events': [EVENT_FILE_MARK],
};

/** By the ending of the name; undefined for any other. TensorBoard's own names carry their mark in the middle. */
export function exportFormat(file: string): ExportFormat | undefined {
  const name = path.basename(file).toLowerCase();
  if (name.endsWith('.json')) return 'json';
  if (name.endsWith('.csv')) return 'csv';
  if (name.endsWith('.html') || name.endsWith('.htm')) return 'html';
  return name.includes(EVENT_FILE_MARK) ? 'tensorboard' : undefined;
}

/** @param webview folder of the built page, for HTML */
export async function encodeReport(
  report: Report,
  format: ExportFormat,
  webview: string,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'csv':
      return reportCsv(report);
    case 'html':
      return reportPage(report, await readPageAssets(webview));
    case 'tensorboard':
      return tensorboardEvents(report, Date.now() / 1000);
  }
}
