/** Export Report: whole or not at all, in the format that the file's name asks for. */
import path from 'node:path';
import * as vscode from 'vscode';
import { writeReport } from '../driver/write-report';
import { EXPORT_FILTERS, exportFormat } from '../exports/formats';
import { Fault } from '../protocol/faults';
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
  const suggestion = vscode.Uri.file(path.join(exportFolder(view), `${path.basename(report.run.path)}-collapse.json`));
  const file =
    target ??
    (await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export Report: .json, .csv, .html or .tfevents'),
      defaultUri: suggestion,
      filters: { ...EXPORT_FILTERS },
    }));
  if (!file) return undefined;
  try {
    const format = exportFormat(file.fsPath);
    if (!format) {
      throw new Fault(
        'E_WRITE',
        `${path.basename(file.fsPath)} does not say which format it is to have; end its name with .json, .csv, .html or .tfevents.`,
      );
    }
    await writeReport(file.fsPath, report, format);
    void vscode.window.showInformationMessage(vscode.l10n.t('Report written to {0}.', path.basename(file.fsPath)));
    return file;
  } catch (error) {
    void log.report(error);
    return undefined;
  }
}

/** Where exports are offered to go: the workspace, else beside the run. */
export function exportFolder(view: RunView): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? view.origin.folder;
}
