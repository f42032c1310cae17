/** The extension's log: everything a fault's one sentence leaves out. */
import * as vscode from 'vscode';
import { asFault } from '../protocol/faults';

export class Log implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel('Neural Collapse', { log: true });

  info(text: string): void {
    this.channel.info(text);
  }

  engine(level: 'info' | 'warn' | 'error', text: string): void {
    this.channel[level](`engine: ${text}`);
  }

  /** One sentence in a notification, the details in the log. */
  async report(error: unknown): Promise<void> {
    const fault = asFault(error);
    this.channel.error(`${fault.code} ${fault.message}${fault.details ? `\n${fault.details}` : ''}`);
    const showLog = vscode.l10n.t('Show Log');
    if ((await vscode.window.showErrorMessage(fault.message, showLog)) === showLog) this.channel.show();
  }

  dispose(): void {
    this.channel.dispose();
  }
}
