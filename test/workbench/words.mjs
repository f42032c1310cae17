// The words that can be translated, collected from the sources: l10n/bundle.l10n.json, which translations stand beside.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT } from './paths.mjs';

export const BUNDLE = path.join(ROOT, 'l10n', 'bundle.l10n.json');

/** Every literal given to `vscode.l10n.t` in the host and to `t` in the page, in order. */
export function collectWords() {
  const words = new Set();
  for (const folder of ['src', 'webview']) {
    for (const file of readdirSync(path.join(ROOT, folder), { recursive: true })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(path.join(ROOT, folder, file), 'utf8');
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
      const visit = (node) => {
        if (ts.isCallExpression(node) && isTranslation(node.expression.getText(source))) {
          const [first] = node.arguments;
          if (first && ts.isStringLiteralLike(first)) words.add(first.text);
          else throw new Error(`${folder}/${file}: only literals can be translated, not ${first?.getText(source)}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  }
  return Object.fromEntries([...words].sort().map((word) => [word, word]));
}

/** As the bundle holds them. */
export function bundleText() {
  return `${JSON.stringify(collectWords(), null, 2)}\n`;
}

function isTranslation(callee) {
  return callee === 't' || callee === 'vscode.l10n.t';
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(BUNDLE, bundleText());
