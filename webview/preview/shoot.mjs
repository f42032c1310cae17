/* global window */
// Screenshots of the webview while working on it: node webview/preview/shoot.mjs REPORT.json OUT
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildWebview } from './build.mjs';
import { openPreview } from './open.mjs';

const [reportFile, out] = process.argv.slice(2);
if (!reportFile || !out) throw new Error('Usage: node webview/preview/shoot.mjs REPORT.json OUT');
const report = JSON.parse(await readFile(reportFile, 'utf8'));
const dist = await mkdtemp(path.join(tmpdir(), 'webview-'));
await buildWebview(dist);
await mkdir(out, { recursive: true });
const preview = await openPreview(dist);

const post = (page, message) => page.evaluate((value) => window.postMessage(value, '*'), message);

/** Opens, acts, shoots; every problem the page reports is shown. */
async function shot(name, options, act, fullPage = true) {
  const { page, problems, setTheme } = await preview.open(options);
  await act(page, setTheme);
  await page.waitForTimeout(250);
  await page.screenshot({ path: path.join(out, `${name}.png`), fullPage });
  for (const problem of problems) console.log(`${name}: ${problem}`);
  await page.context().close();
}

const origin = { target: '', folder: '', checkpoints: report.checkpoints.length };
const whole = (page) => post(page, { type: 'report', report, running: false, origin });

for (const theme of ['dark', 'light', 'high-contrast']) {
  for (const width of [400, 900, 1600]) await shot(`${theme}-${width}`, { theme, width, height: 900 }, whole);
}
await shot('switched-to-light', { theme: 'dark', width: 900, height: 900 }, async (page, setTheme) => {
  await whole(page);
  await page.waitForTimeout(200);
  await setTheme('light');
});
for (const theme of ['dark', 'light']) {
  await shot(
    `card-point-${theme}`,
    { theme, width: 1200, height: 800 },
    async (page) => {
      await whole(page);
      await page.waitForFunction(() => window.neuralCollapse.charts().length > 0);
      const [{ pixels }] = await page.evaluate(() => window.neuralCollapse.charts()[0].datasets);
      const at = pixels[Math.floor(pixels.length / 2)];
      const box = await page.locator('canvas[data-chart=variability]').boundingBox();
      await page.mouse.move(box.x + at.x, box.y + at.y);
      await page.waitForSelector('.hover-card:not([hidden])');
    },
    false,
  );
}
await shot(
  'card-focus-400',
  { theme: 'dark', width: 400, height: 800 },
  async (page) => {
    await whole(page);
    await page.locator('[data-figure=equiangularity] .metric-name').first().waitFor();
    await page.locator('[data-figure=maximalAngle] .metric-name').first().focus();
    await page.keyboard.press('Shift+Tab');
    await page.waitForTimeout(300);
  },
  false,
);
await shot('running', { theme: 'dark', width: 900, height: 700 }, async (page) => {
  await post(page, { type: 'report', report: { ...report, checkpoints: [], failed: [] }, running: true, origin });
  await post(page, { type: 'progress', progress: { text: 'epoch_000.onnx: batch 3 of 8', done: 3, total: 72 } });
});
await shot('arriving', { theme: 'light', width: 900, height: 700 }, async (page) => {
  await post(page, { type: 'report', report: { ...report, checkpoints: [] }, running: true, origin });
  for (const checkpoint of report.checkpoints.slice(0, 3).reverse())
    await post(page, { type: 'checkpoint', checkpoint });
  await post(page, { type: 'progress', progress: { text: 'epoch_008.onnx: batch 1 of 8', done: 25, total: 72 } });
});
await shot('failed', { theme: 'dark', width: 900, height: 500 }, async (page) => {
  await post(page, { type: 'report', report: { ...report, checkpoints: [] }, running: true, origin });
  await post(page, {
    type: 'done',
    findings: [],
    message: 'None of the 9 checkpoints could be measured: the labels do not fit.',
  });
});
await shot('single', { theme: 'light', width: 1200, height: 800 }, async (page) => {
  await post(page, {
    type: 'report',
    report: { ...report, checkpoints: report.checkpoints.slice(-1) },
    running: false,
    origin,
  });
});
await shot('no-epochs', { theme: 'dark', width: 900, height: 700 }, async (page) => {
  const checkpoints = report.checkpoints.map((checkpoint) => ({ ...checkpoint, epoch: undefined }));
  await post(page, { type: 'report', report: { ...report, checkpoints }, running: false, origin });
});
for (const theme of ['dark', 'light']) {
  await shot(`paper-${theme}`, { theme, width: 900, height: 900 }, async (page) => {
    const values = report.checkpoints.at(-1).metrics;
    await post(page, { type: 'paper', key: 'papyan2020', values, runName: report.run.path });
  });
}
for (const width of [400, 900]) {
  await shot(
    `metric-${width}`,
    { theme: width === 400 ? 'high-contrast' : 'light', width, height: 900 },
    async (page) => {
      const { metrics } = report.checkpoints.at(-1);
      const explained = {
        id: 'nc1',
        value: metrics.nc1,
        where: `${report.run.path}, epoch 500`,
        classes: report.run.classes,
      };
      await post(page, { type: 'metric', explained });
    },
  );
}
await preview.close();
console.log(`screenshots in ${out}`);
