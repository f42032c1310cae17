// npm run gallery: runs every paper's experiment and writes docs/reproduce.md with its pictures.
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './paths.mjs';

process.chdir(ROOT);
const folder = await mkdtemp(path.join(tmpdir(), 'nc-gallery-'));
try {
  const outfile = path.join(folder, 'gallery.mjs');
  const entry = path.join(ROOT, 'test', 'theory', 'gallery.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' });
  const { writeGallery } = await import(pathToFileURL(outfile).href);
  await writeGallery(ROOT);
} finally {
  await rm(folder, { recursive: true });
}
