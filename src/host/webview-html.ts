/** The page of every webview: one script, one style sheet, nothing else may load. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')] };
}

/** A tab's icon does not take the theme's colour by itself. */
export function panelIcon(extensionUri: vscode.Uri): { light: vscode.Uri; dark: vscode.Uri } {
  const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', `icon-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}

export function webviewHtml(webview: vscode.Webview, extensionUri: vscode.Uri, title: string): string {
  const asset = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', name)).toString();
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // Style sheets from the extension only; KaTeX and chart.js set single properties through the DOM, which needs no permission.
    // The hash is that of an empty style element, by which the UI toolkit finds out how focus is shown.
    `style-src ${webview.cspSource} 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='`,
    // KaTeX's mathematical fonts.
    `font-src ${webview.cspSource}`,
    // Charts copied as pictures.
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${asset('style.css')}">
<title>${escape(title)}</title>
</head>
<body>
<main id="app"></main>
<script type="application/json" id="words">${words()}</script>
<script nonce="${nonce}" src="${asset('panel.js')}"></script>
</body>
</html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The translations of the editor's language, for the page; data, which is never run. */
function words(): string {
  // Nothing in it can end the element that it stands in.
  return JSON.stringify(vscode.l10n.bundle ?? {}).replace(/</g, '\\u003c');
}
