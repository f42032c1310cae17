/** What a panel hands out: text for the clipboard, pictures for a file. */
import path from 'node:path';
import * as vscode from 'vscode';
import { writeWhole } from '../files/write-whole';
import { Fault } from '../protocol/faults';
import type { FromPanel } from '../protocol/panel';
import { exportFolder } from './export-report';
import type { Log } from './log';
import type { RunView } from './run-view';

type Message<T extends FromPanel['type']> = Extract<FromPanel, { type: T }>;

export async function copyText({ text, what }: Message<'copyText'>): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  void vscode.window.setStatusBarMessage(`${what} copied`, 3000);
}

const KINDS = { png: 'Picture (PNG)', svg: 'Vector picture (SVG)' } as const;

/** Asks where to and writes the picture, whole or not at all. */
export async function savePicture(message: Message<'savePicture'>, view: RunView, log: Log): Promise<void> {
  const { format, name, data } = message;
  const file = await vscode.window.showSaveDialog({
    title: `Save ${KINDS[format]}`,
    defaultUri: vscode.Uri.file(path.join(exportFolder(view), `${fileName(name)}.${format}`)),
    filters: { [KINDS[format]]: [format] },
  });
  if (!file) return;
  const content = format === 'png' ? Buffer.from(data.slice(data.indexOf(',') + 1), 'base64') : data;
  try {
    await writeWhole(file.fsPath, content).catch((error: NodeJS.ErrnoException) => {
      const cause = error.code ?? 'an unknown error';
      throw new Fault(
        'E_WRITE',
        `The picture could not be written to ${file.fsPath} (${cause}); choose another place.`,
      );
    });
    void vscode.window.showInformationMessage(`Picture written to ${path.basename(file.fsPath)}.`);
  } catch (error) {
    void log.report(error);
  }
}

/** The page's name for a picture as a file can bear it. */
function fileName(name: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N}_-]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 80) || 'figure'
  );
}
