/** The panel's page by itself, in a real Chromium under the panel's own security policy: what its user can do to it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import type { FromPanel, ToPanel } from '../../src/protocol/panel';
import type { Report } from '../../src/protocol/report';
import { root, sampleRun } from '../fixtures/paths';

interface Opened {
  page: Page;
  problems: string[];
}
interface Preview {
  open(options: { theme?: string; width?: number; height?: number; saved?: unknown }): Promise<Opened>;
  close(): Promise<void>;
}
interface Chart {
  id: string;
  datasets: { metric: string; label: string; points: { x: number; y: number }[]; pixels: { x: number; y: number }[] }[];
}
interface Globals {
  host: { sent: FromPanel[]; state: { choices: { checkpoint?: string } } };
  neuralCollapse: { charts(): Chart[] };
}

const ORIGIN = { target: '/runs/sample-run', folder: '/runs/sample-run', checkpoints: 5 };
const HOSTILE = '<img src=x onerror="document.title=\'markup\'"><script>document.title="script"</script>';

const post = (page: Page, message: ToPanel): Promise<void> =>
  page.evaluate((value) => window.postMessage(value, '*'), message);
const charts = (page: Page): Promise<Chart[]> =>
  page.evaluate(() => (window as unknown as Globals).neuralCollapse.charts());
const sent = (page: Page): Promise<FromPanel[]> => page.evaluate(() => (window as unknown as Globals).host.sent);
const state = (page: Page): Promise<Globals['host']['state']> =>
  page.evaluate(() => (window as unknown as Globals).host.state);

describe('the panel’s page', function () {
  this.timeout(60_000);
  let preview: Preview;
  let report: Report;
  let opened: Opened;

  before(async () => {
    const program = pathToFileURL(path.join(root, 'webview/preview/open.mjs')).href;
    const { openPreview } = (await import(program)) as { openPreview: (dist: string) => Promise<Preview> };
    preview = await openPreview(path.join(root, 'dist', 'webview'));
    const { stdout } = await promisify(execFile)(process.execPath, [
      path.join(root, 'dist', 'cli.js'),
      ...['inspect', sampleRun, '--json', '-', '--provider', 'cpu'],
    ]);
    report = JSON.parse(stdout) as Report;
  });
  after(() => preview?.close());

  beforeEach(async () => {
    opened = await preview.open({ width: 1200, height: 800 });
  });
  afterEach(async () => {
    assert.deepEqual(opened.problems, []);
    await opened.page.context().close();
  });

  it('takes checkpoints one by one, in any order, and sorts them by epoch', async () => {
    const { page } = opened;
    await post(page, { type: 'report', report: { ...report, checkpoints: [] }, running: true, origin: ORIGIN });
    for (const i of [3, 0, 4, 1, 2]) await post(page, { type: 'checkpoint', checkpoint: report.checkpoints[i]! });
    await page.waitForFunction(
      () => (window as unknown as Globals).neuralCollapse.charts()[0]?.datasets[0]?.points.length === 5,
    );
    for (const chart of (await charts(page)).filter(({ id }) => id !== 'layers')) {
      for (const { metric, points } of chart.datasets) {
        assert.deepEqual(
          points,
          report.checkpoints.map(({ epoch, metrics }) => ({ x: epoch, y: metrics[metric] })),
          metric,
        );
      }
    }
    await page.locator('vscode-button', { hasText: 'Cancel' }).click();
    assert.deepEqual(
      (await sent(page)).map(({ type }) => type),
      ['ready', 'cancel'],
    );
  });

  it('never takes words from files for markup', async () => {
    const { page } = opened;
    const hostile = structuredClone(report);
    hostile.run.path = HOSTILE;
    hostile.failed = [{ path: HOSTILE, code: 'E_MODEL', message: HOSTILE }];
    for (const checkpoint of hostile.checkpoints) {
      checkpoint.warnings = [HOSTILE];
      checkpoint.notApplicable = { 'nc4.test': HOSTILE };
      for (const layer of checkpoint.layers) layer.name = HOSTILE;
    }
    await post(page, { type: 'report', report: hostile, running: false, origin: ORIGIN });
    await page.locator('h1').waitFor();
    assert.equal(await page.locator('h1').textContent(), HOSTILE);
    assert.equal(await page.locator('#app img, #app script').count(), 0);
    assert.notEqual(await page.title(), 'markup');
    assert.notEqual(await page.title(), 'script');
  });

  it('chooses a checkpoint by a click on its point, for the layer chart and after a reload', async () => {
    const { page } = opened;
    await post(page, { type: 'report', report, running: false, origin: ORIGIN });
    await page.locator('canvas[data-chart=variability]').waitFor();
    const box = await page.locator('canvas[data-chart=variability]').boundingBox();
    const point = (await charts(page))[0]?.datasets[0]?.pixels[1];
    assert.ok(box && point);
    await page.mouse.click(box.x + point.x, box.y + point.y);
    await page.waitForFunction(() => (window as unknown as Globals).host.state.choices.checkpoint === 'epoch_003.onnx');
    const again = await preview.open({ theme: 'light', width: 1200, saved: await state(page) });
    await again.page.locator('canvas[data-chart=layers]').waitFor();
    const layers = (await charts(again.page)).find(({ id }) => id === 'layers');
    assert.equal(layers?.datasets[0]?.label, 'epoch 3');
    assert.deepEqual(again.problems, []);
    await again.page.context().close();
  });

  it('can be read with the keyboard: a name’s card opens on focus, takes the focus, and closes with Escape', async () => {
    const { page } = opened;
    await post(page, { type: 'report', report, running: false, origin: ORIGIN });
    await page.locator('canvas[data-chart=variability]').waitFor();
    const focused = (): Promise<boolean> =>
      page.evaluate(() => document.activeElement?.classList.contains('metric-name') ?? false);
    for (let i = 0; i < 15 && !(await focused()); i++) await page.keyboard.press('Tab');
    const card = page.locator('.hover-card');
    await card.waitFor();
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement?.closest('.hover-card') !== null));
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'hidden' });
    assert.ok(await focused(), 'the focus went back to the name');
  });

  it('names every chart for a screen reader', async () => {
    const { page } = opened;
    await post(page, { type: 'report', report, running: false, origin: ORIGIN });
    await page.locator('canvas[data-chart=layers]').waitFor();
    const labels = await page
      .locator('canvas[data-chart]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    assert.equal(labels.length, 9);
    for (const label of labels) assert.match(label ?? '', /\d/);
  });

  it('fits 400 pixels without a horizontal scroll bar', async () => {
    const { page } = opened;
    await page.setViewportSize({ width: 400, height: 800 });
    await post(page, { type: 'report', report, running: false, origin: ORIGIN });
    await page.locator('canvas[data-chart=layers]').waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 400));
  });

  it('shows a paper with its claim, formulas and the open run’s values', async () => {
    const { page } = opened;
    await post(page, { type: 'paper', key: 'papyan2020', values: { nc1: 0.25 }, runName: 'a run' });
    const paper = page.locator('article.paper[data-paper=papyan2020]');
    await paper.waitFor();
    assert.match(await paper.innerText(), /0\.25/);
    assert.ok((await paper.locator('.katex').count()) >= 8);
    assert.equal(await paper.locator('.katex-error').count(), 0);
    await paper.locator('.metric-name').first().click();
    assert.deepEqual((await sent(page)).at(-1), { type: 'showMetric', metric: 'nc1' });
  });
});
