/* global window */
// Screenshots of comparisons, a watched run and file overviews: node webview/preview/shoot-runs.mjs OUT REPORT.json REPORT.json …
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildWebview } from './build.mjs';
import { openPreview } from './open.mjs';

const [out, ...files] = process.argv.slice(2);
if (!out || files.length < 2)
  throw new Error('Usage: node webview/preview/shoot-runs.mjs OUT REPORT.json REPORT.json …');
const reports = await Promise.all(files.map(async (file) => JSON.parse(await readFile(file, 'utf8'))));
const dist = await mkdtemp(path.join(tmpdir(), 'webview-'));
await buildWebview(dist);
await mkdir(out, { recursive: true });
const preview = await openPreview(dist);
const [report, ...rest] = reports;
const others = rest.map((other, i) => ({ id: `/runs/${i}`, name: other.run.path, report: other }));
const origin = { target: '/runs/a', folder: '/runs/a', checkpoints: report.checkpoints.length };

const post = (page, message) => page.evaluate((value) => window.postMessage(value, '*'), message);

async function shot(name, options, message, fullPage = true, act = undefined) {
  const { page, problems } = await preview.open(options);
  await post(page, message);
  await page.waitForTimeout(300);
  await act?.(page);
  await page.screenshot({ path: path.join(out, `${name}.png`), fullPage });
  for (const problem of problems) console.log(`${name}: ${problem}`);
  await page.context().close();
}

const compared = { type: 'report', report, running: false, origin, others };
for (const theme of ['dark', 'light', 'high-contrast']) {
  await shot(`compare-${theme}`, { theme, width: 1300, height: 900 }, compared);
}
await shot('compare-400', { theme: 'dark', width: 400, height: 900 }, compared);
await shot(
  'figures',
  { theme: 'light', width: 1000, height: 700 },
  { type: 'report', report, running: false, origin },
  false,
  async (page) => {
    for (const one of await page.locator('.evidence summary').all()) await one.click();
  },
);
const watch = { text: 'waiting for the next checkpoint', busy: false };
await shot(
  'watched',
  { theme: 'dark', width: 1000, height: 700 },
  { type: 'report', report, running: false, origin, watch },
);
const awaited = {
  ...report,
  run: { path: 'run', kind: 'checkpoints', classes: 0, classNames: [] },
  checkpoints: [],
  findings: [],
};
await shot(
  'awaited',
  { theme: 'light', width: 1000, height: 700 },
  {
    type: 'report',
    report: awaited,
    running: false,
    origin,
    watch: { text: 'waiting for the first checkpoint', busy: false },
  },
);
const layers = report.checkpoints.at(-1).layers.map(({ name, tensor, dimension, role }) => ({
  name,
  tensor,
  shape: ['batch', dimension],
  automatic: true,
  penultimate: role === 'penultimate',
}));
const model = {
  features: layers.at(-1).tensor,
  output: 'logits',
  outputs: ['logits'],
  weight: 'classifier.weight',
  bias: 'classifier.bias',
  classes: 10,
  dimension: 64,
  layers: [...layers, ...layers.map((layer) => ({ ...layer, automatic: false, penultimate: false }))],
};
const arrays = {
  arrays: [
    { name: 'features', dtype: 'float32', shape: [2000, 64] },
    { name: 'labels', dtype: 'int64', shape: [2000] },
  ],
  skipped: [{ name: 'notes', reason: 'it is text' }],
};
const file = { name: 'epoch_500.onnx', size: 1_234_567 };
for (const theme of ['dark', 'high-contrast']) {
  const overview = { ...file, kind: 'model', state: 'known', model };
  await shot(`model-${theme}`, { theme, width: 900, height: 700 }, { type: 'file', overview });
}
const saved = { ...file, name: 'activations.npz', kind: 'activations', state: 'known', arrays };
await shot('arrays', { theme: 'light', width: 900, height: 500 }, { type: 'file', overview: saved });
const untrusted = { ...file, kind: 'model', state: 'untrusted' };
await shot('untrusted', { theme: 'light', width: 900, height: 300 }, { type: 'file', overview: untrusted });
await preview.close();
console.log(`screenshots in ${out}`);
