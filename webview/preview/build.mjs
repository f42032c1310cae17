// Builds the webview into a folder of choice; the product's own build is esbuild.mjs.
import { build } from 'esbuild';
import path from 'node:path';

/** @param {string} outdir */
export async function buildWebview(outdir) {
  await build({
    bundle: true,
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    entryPoints: { panel: 'webview/main.ts', style: 'webview/styles.css' },
    outdir,
    loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty' },
    assetNames: 'fonts/[name]',
    logLevel: 'warning',
    absWorkingDir: path.resolve(import.meta.dirname, '../..'),
  });
}
