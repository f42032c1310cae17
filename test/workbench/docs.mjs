// npm run docs: writes docs/metrics.md anew.
import { build } from 'esbuild';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './paths.mjs';

const folder = await mkdtemp(path.join(tmpdir(), 'nc-docs-'));
try {
  const outfile = path.join(folder, 'metrics-page.mjs');
  const entry = path.join(ROOT, 'test', 'unit', 'docs', 'metrics-page.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' });
  const { metricsPage } = await import(pathToFileURL(outfile).href);
  await writeFile(path.join(ROOT, 'docs', 'metrics.md'), metricsPage(ROOT));
} finally {
  await rm(folder, { recursive: true });
}
