// Screenshots of the webview with a registry as long as the catalogue: node webview/preview/shoot-many.mjs REPORT.json OUT
import { build } from 'esbuild';
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWebview } from './build.mjs';
import { manyReport } from './many-report.mjs';
import { openPreview } from './open.mjs';

const [reportFile, out] = process.argv.slice(2);
if (!reportFile || !out) throw new Error('Usage: node webview/preview/shoot-many.mjs REPORT.json OUT');
const dist = await mkdtemp(path.join(tmpdir(), 'webview-'));
await buildWebview(dist, { many: true });
await mkdir(out, { recursive: true });
const registry = path.join(dist, 'many-metrics.mjs');
await build({
  entryPoints: ['webview/preview/many-metrics.ts'],
  bundle: true,
  format: 'esm',
  outfile: registry,
  absWorkingDir: path.resolve(import.meta.dirname, '../..'),
});
const { metrics } = await import(pathToFileURL(registry).href);
const ids = metrics.map(({ id }) => id);
const real = JSON.parse(await readFile(reportFile, 'utf8'));
const report = manyReport(real, { ids });
const preview = await openPreview(dist);

const post = (page, message) => page.evaluate((value) => window.postMessage(value, '*'), message); // eslint-disable-line no-undef -- runs in the page

async function shot(name, options, act, fullPage = true) {
  const { page, problems } = await preview.open(options);
  await act(page);
  await page.waitForTimeout(300);
  await page.screenshot({ path: path.join(out, `${name}.png`), fullPage });
  for (const problem of problems) console.log(`${name}: ${problem}`);
  await page.context().close();
}

const origin = { target: '', folder: '', checkpoints: report.checkpoints.length };
const whole = (page, shown = report) => post(page, { type: 'report', report: shown, running: false, origin });
const open = async (page) => {
  await whole(page);
  await page.getByText('Choose metrics…').click();
};
for (const theme of ['dark', 'light', 'high-contrast']) {
  for (const width of [400, 1000, 1600]) {
    await shot(`many-${theme}-${width}`, { theme, width, height: 900 }, whole);
    await shot(`chooser-${theme}-${width}`, { theme, width, height: 900 }, open, false);
  }
}
await shot('imbalanced', { theme: 'dark', width: 1300, height: 900 }, (page) =>
  whole(page, manyReport(real, { ids, kind: 'imbalanced' })),
);
await shot('all', { theme: 'light', width: 1300, height: 900 }, async (page) => {
  await whole(page, manyReport(real, { ids, kind: 'noisy' }));
  await page.getByText('Choose metrics…').click();
  for (const box of await page.locator('.chooser input[type=checkbox]').all()) await box.check();
});
await shot(
  'filtered',
  { theme: 'dark', width: 1000, height: 900 },
  async (page) => {
    await open(page);
    await page.keyboard.type('fang');
  },
  false,
);
await preview.close();
console.log(`screenshots in ${out}`);
