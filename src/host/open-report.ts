/** Open Report…: a report that was exported earlier, in the panel it came from. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { Report } from '../protocol/report';
import { readReport } from '../run/read-report';
import type { Log } from './log';
import type { Panels } from './panels';

/** What exported reports are called. */
export const REPORT_NAME = /-collapse\.json$/i;

/** @param resource the file, where the command comes from the explorer */
export async function openReport(resource: unknown, panels: Panels, log: Log): Promise<Report | undefined> {
  const uri = resource instanceof vscode.Uri ? resource : await chooseReport();
  if (!uri) return undefined;
  try {
    const report = await readReport(uri.fsPath);
    const { fsPath: target } = uri;
    const checkpoints = report.checkpoints.length + report.failed.length;
    const view = panels.open({ target, folder: path.dirname(target), checkpoints }, path.basename(target));
    view.show(report);
    return report;
  } catch (error) {
    void log.report(error);
    return undefined;
  }
}

async function chooseReport(): Promise<vscode.Uri | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Open a collapse report'),
      filters: { [vscode.l10n.t('Collapse report')]: ['json'] },
    })) ?? [];
  return chosen;
}
