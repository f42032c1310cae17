/** Hovers on the keys of `neural-collapse.json`: the default and the papers. What a key means, its schema says above. */
import path from 'node:path';
import * as vscode from 'vscode';
import { paperByKey, shortCitation } from '../papers/catalogue';
import { keyHelp } from '../run/manifest-help';
import { MANIFEST_NAME } from '../run/manifest';

const SELECTOR: vscode.DocumentSelector = [{ pattern: `**/${MANIFEST_NAME}` }];

export class ManifestHover implements vscode.HoverProvider, vscode.Disposable {
  private readonly registration = vscode.languages.registerHoverProvider(SELECTOR, this);

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    if (path.basename(document.uri.path) !== MANIFEST_NAME) return undefined;
    const help = keyHelp(document.getText(), document.offsetAt(position));
    if (!help) return undefined;
    const text = new vscode.MarkdownString();
    text.isTrusted = { enabledCommands: ['neuralCollapse.openPaper'] };
    text.appendMarkdown(`\`${help.key}\` · ${vscode.l10n.t('without it:')} `);
    text.appendText(help.without);
    for (const { paper, about } of help.papers) {
      const known = paperByKey(paper);
      if (!known) continue;
      const argument = encodeURIComponent(JSON.stringify([paper]));
      text.appendMarkdown(`\n\n[${shortCitation(known)}](command:neuralCollapse.openPaper?${argument}): `);
      text.appendText(about);
    }
    const start = document.positionAt(help.offset);
    return new vscode.Hover(text, new vscode.Range(start, document.positionAt(help.offset + help.length)));
  }

  dispose(): void {
    this.registration.dispose();
  }
}
