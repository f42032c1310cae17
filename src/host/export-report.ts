/** Export Report: the report as JSON, whole or not at all. */
import path from 'node:path';
import * as vscode from 'vscode';
import { writeReport } from '../driver/write-report';
import type { Log } from './log';
import type { RunView } from './run-view';

/** @param target where to; asked for when absent. Resolves to the file written. */
export async function exportReport(
  view: RunView | undefined,
  log: Log,
  target?: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const report = view?.report;
  if (!view || !report || report.checkpoints.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is no report to export: inspect a checkpoint or open the sample run first.'),
    );
    return undefined;
  }
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? view.origin.folder;
  const suggestion = vscode.Uri.file(path.join(root, `${path.basename(report.run.path)}-collapse.json`));
  const file =
    target ??
    (await vscode.window.showSaveDialog({
      defaultUri: suggestion,
      filters: { [vscode.l10n.t('Collapse report')]: ['json'] },
    }));
  if (!file) return undefined;
  try {
    await writeReport(file.fsPath, report);
    void vscode.window.showInformationMessage(vscode.l10n.t('Report written to {0}.', path.basename(file.fsPath)));
    return file;
  } catch (error) {
    void log.report(error);
    return undefined;
  }
}
