/** A report as one HTML file: the panel's own page with the report in it, which needs neither editor nor network. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Report } from '../protocol/report';

/** Id of the element that holds the report; the page looks for it where no editor answers. */
export const EMBEDDED_REPORT = 'embedded-report';

/** Script and style sheets of the panel's page, with nothing left to load. */
export interface PageAssets {
  script: string;
  style: string;
}

/** @param webview folder of the built page: panel.js, style.css, standalone.css, fonts/ */
export async function readPageAssets(webview: string): Promise<PageAssets> {
  const text = (name: string): Promise<string> => readFile(path.join(webview, name), 'utf8');
  const [script, style, standalone] = await Promise.all(['panel.js', 'style.css', 'standalone.css'].map(text));
  const fonts = new Map<string, string>();
  for (const [, name] of style!.matchAll(/url\(["']?(?:\.\/)?(fonts\/[\w.-]+\.woff2)["']?\)/g)) {
    const bytes = await readFile(path.join(webview, name!));
    fonts.set(name!, `url(data:font/woff2;base64,${bytes.toString('base64')})`);
  }
  const inlined = style!.replace(/url\(["']?(?:\.\/)?(fonts\/[\w.-]+\.woff2)["']?\)/g, (_, name: string) =>
    fonts.get(name)!,
  );
  return { script: script!, style: `${standalone!}\n${inlined}` };
}

/** The whole file. Its policy lets run and load nothing but what stands in it. */
export function reportPage(report: Report, assets: PageAssets): string {
  const script = scriptText(assets.script);
  const style = styleText(assets.style);
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    // The second hash is that of an empty style element, by which the UI toolkit finds out how focus is shown.
    `style-src '${hash(style)}' '${hash('')}'`,
    'font-src data:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escape(report.run.path)} – Neural Collapse Inspector</title>
<style>${style}</style>
</head>
<body class="vscode-light">
<main id="app"></main>
<script type="application/json" id="${EMBEDDED_REPORT}">${jsonText(report)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON inside a script element: without `<` nothing in it can end the element or start a comment. */
function jsonText(report: Report): string {
  return JSON.stringify(report).replaceAll('<', '\\u003c');
}

/** What would end a script element or start a comment in it stands in strings and expressions only; no map is loaded. */
function scriptText(script: string): string {
  return script
    .replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
    .replace(/<(?=\/script)/gi, '\\x3c')
    .replaceAll('<!--', '\\x3c!--');
}

function styleText(style: string): string {
  return style.replace(/\n?\/\*# sourceMappingURL=[^*]*\*\//g, '').replace(/<\/(?=style)/gi, '<\\/');
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
