/** A webview beside the run that shows one page at a time: of a paper, of a metric. */
import * as vscode from 'vscode';
import { parseFromPanel, type FromPanel, type ToPanel } from '../protocol/panel';
import { panelIcon, webviewHtml, webviewOptions } from './webview-html';

export class CardPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private page: (() => ToPanel) | undefined;

  /** @param handle takes what the page asks for, but that it is ready */
  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly viewType: string,
    private readonly handle: (message: FromPanel) => void,
  ) {}

  /**
   * Shows a page in the panel that is there, else in a new one.
   * @param page asked for whenever the panel comes into view, so that its values are the latest
   */
  show(title: string, page: () => ToPanel, column: vscode.ViewColumn): void {
    this.page = page;
    if (this.panel) {
      this.panel.title = title;
      this.panel.reveal(undefined, false);
      this.send();
      return;
    }
    const { extensionUri } = this;
    const panel = vscode.window.createWebviewPanel(this.viewType, title, column, webviewOptions(extensionUri));
    this.panel = panel;
    panel.iconPath = panelIcon(extensionUri);
    panel.onDidDispose(() => (this.panel = undefined));
    panel.webview.onDidReceiveMessage((raw: unknown) => {
      const message = parseFromPanel(raw);
      if (message?.type === 'ready') this.send();
      else if (message) this.handle(message);
    });
    panel.webview.html = webviewHtml(panel.webview, extensionUri, title);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private send(): void {
    if (this.page) void this.panel?.webview.postMessage(this.page());
  }
}
