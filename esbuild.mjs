// Builds the four programs of the product (host, engine, command line, webview) and, with --tests, the tests.
import { build, context } from 'esbuild';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const tests = process.argv.includes('--tests');

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/**
 * The HDF5 library stays a file of its own beside the engine: four megabytes that are loaded where a file needs them.
 * Its package exports no factory of instances; this is the browser's build, which reaches no files by itself.
 */
const HDF5_LIBRARY = path.join(root, 'node_modules', 'h5wasm', 'dist', 'esm', 'hdf5_util.js');
const HDF5_FILE = 'h5wasm.mjs';

/** @param {string} address of the library, as `import` takes it */
function hdf5Library(address) {
  return {
    name: 'hdf5-library',
    setup: (program) => program.onResolve({ filter: /^h5wasm\/module$/ }, () => ({ path: address, external: true })),
  };
}

/** Node programs: the editor's API and native code stay outside the bundle. */
const node = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode', 'onnxruntime-node', 'sharp', 'mocha', 'playwright-core', 'esbuild'],
  plugins: [hdf5Library(`./${HDF5_FILE}`)],
  sourcemap: true,
  minify: production,
  define: { __VERSION__: JSON.stringify(version) },
  logLevel: 'warning',
  absWorkingDir: root,
};

const programs = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { engine: 'src/engine/main.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { cli: 'src/cli.ts' }, outdir: 'dist', banner: { js: '#!/usr/bin/env node' } },
  {
    bundle: true,
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    entryPoints: { panel: 'webview/main.ts', style: 'webview/styles.css', standalone: 'webview/styles/standalone.css' },
    outdir: 'dist/webview',
    loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty' },
    assetNames: 'fonts/[name]',
    sourcemap: true,
    minify: production,
    logLevel: 'warning',
    absWorkingDir: root,
  },
];

async function testBundles() {
  const suites = ['unit', 'theory', 'engine', 'host', 'e2e'];
  const entryPoints = [];
  for (const suite of suites) {
    const files = await readdir(path.join(root, 'test', suite), { recursive: true }).catch(() => []);
    for (const file of files) if (file.endsWith('.ts')) entryPoints.push(path.join('test', suite, file));
  }
  const plugins = [hdf5Library(pathToFileURL(path.join(root, 'dist', HDF5_FILE)).href)];
  return [{ ...node, plugins, minify: false, entryPoints, outdir: 'out', outbase: '.' }];
}

if (!watch) {
  await rm(path.join(root, 'dist'), { recursive: true, force: true });
  if (tests) await rm(path.join(root, 'out'), { recursive: true, force: true });
}
await mkdir(path.join(root, 'dist'), { recursive: true });
await copyFile(HDF5_LIBRARY, path.join(root, 'dist', HDF5_FILE));
const jobs = tests ? [...programs, ...(await testBundles())] : programs;
if (watch) {
  for (const job of jobs) await (await context({ ...job, logLevel: 'info' })).watch();
} else {
  await Promise.all(jobs.map((job) => build(job)));
}
