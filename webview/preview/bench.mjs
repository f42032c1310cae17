/* global window, document, requestAnimationFrame, WheelEvent */
// How fast the panel is with a large run: npm run bench:panel [CHECKPOINTS] [LAYERS] [METRICS]. Prints milliseconds.
import { build } from 'esbuild';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWebview } from './build.mjs';
import { largeReport } from './large-report.mjs';
import { openPreview } from './open.mjs';

const [checkpoints = 200, layers = 60, count = 30] = process.argv.slice(2).map(Number);
const dist = await mkdtemp(path.join(tmpdir(), 'webview-'));
await buildWebview(dist);
const root = path.resolve(import.meta.dirname, '../..');
const registry = path.join(dist, 'registry.mjs');
await build({
  entryPoints: ['src/metrics/registry.ts'],
  bundle: true,
  format: 'esm',
  outfile: registry,
  absWorkingDir: root,
});
const { metrics } = await import(pathToFileURL(registry).href);
const report = largeReport(metrics, { checkpoints, layers, count });
const origin = { target: '/runs/large', folder: '/runs/large', checkpoints };
const preview = await openPreview(dist);
const { page, problems } = await preview.open({ width: 1400, height: 900 });

/** Milliseconds from `act` to the frame after what it did is painted. */
const timed = (act, value) =>
  page.evaluate(`(async () => {
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    await painted();
    const start = performance.now();
    await (${act})(${JSON.stringify(value)});
    await painted();
    return performance.now() - start;
  })()`);

const say = (what, times) => {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  console.log(
    `${what.padEnd(50)} ${middle.toFixed(0).padStart(6)} ms median, ${sorted.at(-1).toFixed(0).padStart(5)} ms worst of ${times.length}`,
  );
};
const repeat = async (times, act, value) => {
  const all = [];
  for (let i = 0; i < times; i++) all.push(await timed(act, typeof value === 'function' ? value(i) : value));
  return all;
};

console.log(
  `${checkpoints} checkpoints × ${layers} layers × ${count} metrics, ${(JSON.stringify(report).length / 2 ** 20).toFixed(1)} MiB as JSON`,
);
// The report is in the page before the clock starts: what the editor hands over is its own business.
await page.evaluate((value) => (window.benchReport = value), report);
const open = (argument) =>
  new Promise((done) => {
    const seen = () =>
      document.querySelector('canvas[data-chart]')?.width > 300 ? done() : requestAnimationFrame(seen);
    window.postMessage({ type: 'report', report: window.benchReport, running: false, origin: argument }, '*');
    seen();
  });
say('open: message to first chart painted', [await timed(open, origin)]);
say('  all charts drawn', [
  await timed(
    () =>
      new Promise((done) => {
        const all = () => {
          const canvases = [...document.querySelectorAll('canvas[data-chart]')].filter((one) => one.offsetParent);
          return canvases.every((one) => one.style.width) ? done() : setTimeout(all, 5);
        };
        all();
      }),
  ),
]);
await page.waitForTimeout(3000);
const wheel = () => {
  const canvas = document.querySelector('canvas[data-chart]');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2, deltaY: -100, ctrlKey: true, bubbles: true };
  canvas.dispatchEvent(new WheelEvent('wheel', { ...at, cancelable: true }));
};
const box = await page.locator('canvas[data-chart]').first().boundingBox();
await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
say('one step of zooming, the chart under the pointer', await repeat(12, wheel));
await page.waitForTimeout(3000);
const choose = (index) => {
  const slider = document.querySelector('#choose-epoch');
  slider.valueAsNumber = index;
  slider.dispatchEvent(new window.Event('input', { bubbles: true }));
};
say('another checkpoint by the slider', await repeat(12, choose, (i) => 10 * i));
await page.waitForTimeout(3000);
const extra = (i) => ({ ...report.checkpoints[0], path: `more_${i}.onnx`, epoch: 10_000 + i });
const arrive = (checkpoint) => {
  window.postMessage({ type: 'checkpoint', checkpoint }, '*');
  return new Promise((done) => setTimeout(done, 0));
};
say('one more checkpoint arrives', await repeat(6, arrive, extra));
const metric = (id) => {
  const select = document.querySelector('#choose-layer-metric');
  select.value = id;
  select.dispatchEvent(new window.Event('change', { bubbles: true }));
};
const ids = await page.locator('#choose-layer-metric option').evaluateAll((all) => all.map((one) => one.value));
say('another metric against layer', await repeat(6, metric, (i) => ids[i % ids.length]));
for (const problem of problems) console.log(problem);
await preview.close();
