/* global document */
// Opens the built webview in headless Chromium as VS Code would: same HTML, same CSP, VS Code's theme variables.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { themes } from './themes.mjs';

const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' };
const NONCE = 'preview';

/**
 * @param {string} dist folder with panel.js and style.css
 * @returns a browser and a function that opens pages in it
 */
export async function openPreview(dist) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://preview');
    if (pathname === '/') return response.setHeader('content-type', 'text/html').end(html());
    try {
      const file = await readFile(path.join(dist, path.normalize(pathname)));
      response.setHeader('content-type', TYPES[path.extname(pathname)] ?? 'application/octet-stream').end(file);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`;
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });

  /** A page in a theme; `problems` collects CSP violations and errors, `sent` what the page posts to the host. */
  async function open({ theme = 'dark', width = 900, height = 900, saved = undefined } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1 });
    const page = await context.newPage();
    /** @type {string[]} */
    const problems = [];
    page.on('pageerror', (error) => problems.push(`error: ${error.stack ?? error}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    await page.addInitScript((state) => {
      const host = { sent: [], state };
      Object.assign(globalThis, {
        host,
        acquireVsCodeApi: () => ({
          postMessage: (message) => host.sent.push(message),
          getState: () => host.state,
          setState: (next) => (host.state = structuredClone(next)),
        }),
      });
    }, saved);
    await page.addInitScript(applyTheme, themes[theme]);
    await page.goto(address);
    return { page, problems, setTheme: (name) => page.evaluate(applyTheme, themes[name]) };
  }

  return {
    open,
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

/** Runs in the page. */
function applyTheme({ body, variables }) {
  const apply = () => {
    const root = document.documentElement.style;
    for (const name of [...root]) root.removeProperty(name);
    for (const [name, value] of Object.entries(variables)) root.setProperty(`--vscode-${name}`, value);
    document.body.className = body;
  };
  if (document.body) apply();
  else document.addEventListener('DOMContentLoaded', apply);
}

function html() {
  // The hash is that of an empty style element: the UI toolkit makes one to probe the browser.
  const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
  const sources = `img-src 'self' data:; font-src 'self'; style-src 'self' ${emptyStyle}; script-src 'nonce-${NONCE}'`;
  const csp = `default-src 'none'; ${sources}`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<title>Preview</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>
<body><main id="app"></main><script nonce="${NONCE}" src="/panel.js"></script></body></html>`;
}
