// Builds the webview into a folder of choice; the product's own build is esbuild.mjs.
import { build } from 'esbuild';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MANY = path.join(ROOT, 'webview', 'preview', 'many-metrics.ts');

/** Puts the made-up registry in the place of the real one, which only itself may still read. */
const manyMetrics = {
  name: 'many-metrics',
  setup: (program) =>
    program.onResolve({ filter: /\/registry$/ }, ({ importer }) => (importer === MANY ? undefined : { path: MANY })),
};

/**
 * @param {string} outdir
 * @param {{ many?: boolean }} options `many`: with every metric that the papers name, made up where there is none yet
 */
export async function buildWebview(outdir, { many = false } = {}) {
  await build({
    bundle: true,
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    entryPoints: { panel: 'webview/main.ts', style: 'webview/styles.css', standalone: 'webview/styles/standalone.css' },
    outdir,
    loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty' },
    assetNames: 'fonts/[name]',
    logLevel: 'warning',
    absWorkingDir: ROOT,
    plugins: many ? [manyMetrics] : [],
  });
}
