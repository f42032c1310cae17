/** Taking results away, in a real VS Code: clipboard, pictures, the run in every format, read back and compared. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'csv-parse/sync';
import type { Frame, Page } from 'playwright-core';
import type { Report } from '../../src/protocol/report';
import { sampleRun } from '../fixtures/paths';
import { readEvents } from '../unit/exports/read-events';
import type { Chart, Globals } from './preview';
import { Workbench } from './workbench';

describe('taking results away', function () {
  this.timeout(180_000);
  let home: string;
  let folder: string;
  let workbench: Workbench;
  let frame: Frame;
  let report: Report;

  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'nc-export-'));
    folder = path.join(home, 'experiments');
    await mkdir(folder);
    await cp(sampleRun, path.join(folder, 'fashion-cnn'), { recursive: true });
    workbench = await Workbench.open({ workspace: folder });
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.contextMenu('fashion-cnn', 'Inspect Training Run');
    frame = await workbench.webviewFrame((candidate) =>
      candidate.evaluate(() => document.querySelector('h1')?.textContent === 'fashion-cnn'),
    );
    await frame.waitForFunction(
      () =>
        (window as unknown as Globals).neuralCollapse.charts()[0]?.datasets[0]?.points.length === 5 &&
        !document.querySelector('progress:not([hidden])'),
      undefined,
      { timeout: 60_000 },
    );
    report = JSON.parse(await exported('run.json')) as Report;
    assert.equal(report.checkpoints.length, 5);
  });

  after(async () => {
    await workbench?.close();
    await rm(home, { recursive: true, force: true });
  });

  /** Answers the save dialog that `ask` opens, and waits for the file. */
  async function save(name: string, ask: () => Promise<void>): Promise<string> {
    const file = path.join(folder, name);
    const input = workbench.page.locator('.quick-input-widget input[type=text]');
    const value = (): Promise<string> => input.inputValue({ timeout: 500 }).catch(() => '');
    await ask();
    await input.waitFor({ timeout: 30_000 });
    // The dialog first looks up its folder and then writes its own suggestion, whatever has been typed by then.
    for (let end = Date.now() + 45_000; !existsSync(file) && Date.now() < end;) {
      if ((await value()) === file) await input.press('Enter', { timeout: 1000 }).catch(() => undefined);
      else if ((await value()).startsWith(home)) await input.fill(file, { timeout: 1000 }).catch(() => undefined);
      await workbench.page.waitForTimeout(400);
    }
    assert.ok(existsSync(file), `${name} was not written`);
    await input.waitFor({ state: 'hidden' });
    return file;
  }

  const exported = async (name: string): Promise<string> =>
    readFile(await save(name, () => workbench.command('Neural Collapse: Export Report')), 'utf8');

  const menu = async (figure: string, item: string): Promise<void> => {
    await frame
      .locator(`[data-figure=${figure}]`)
      .getByRole('button', { name: /^Copy or save/ })
      .click();
    await frame.getByRole('menuitem', { name: item }).click();
  };

  it('puts a figure’s table on the clipboard', async () => {
    await menu('variability', 'Copy table as TSV');
    const nc1 = String(report.checkpoints[0]!.metrics['nc1']);
    const copied = (): Promise<string> => workbench.page.evaluate(() => navigator.clipboard.readText());
    const end = Date.now() + 20_000;
    while (!(await copied()).includes(nc1) && Date.now() < end) await workbench.page.waitForTimeout(100);
    const rows = (await copied())
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    assert.deepEqual(
      rows.slice(1).map(([epoch, file, value]) => [Number(epoch), file, Number(value)]),
      report.checkpoints.map(({ epoch, path: file, metrics }) => [epoch, file, metrics['nc1']]),
    );
  });

  it('asks where a picture goes, and writes it there', async () => {
    const png = await readFile(await save('figure.png', () => menu('variability', 'Save picture (PNG)…')));
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.equal(png.readUInt32BE(16), 1280);
    const svg = await readFile(await save('figure.svg', () => menu('layers', 'Save vector picture (SVG)…')), 'utf8');
    assert.match(svg, /^<svg [\s\S]*epoch 500[\s\S]*<\/svg>$/);
  });

  it('writes the run as CSV, every number as it is', async () => {
    const rows: Record<string, string>[] = parse(await exported('run.csv'), { columns: true });
    const expected = report.checkpoints.flatMap(({ path: file, metrics, layers }) => [
      ...Object.entries(metrics).map(([metric, value]) => [file, '', metric, value]),
      ...layers.flatMap(({ name, metrics: own }) =>
        Object.entries(own).map(([metric, value]) => [file, name, metric, value]),
      ),
    ]);
    assert.deepEqual(
      rows.map(({ checkpoint, layer, metric, value }) => [checkpoint, layer, metric, Number(value)]),
      expected,
    );
  });

  it('writes the run as TensorBoard events, every checksum right', async () => {
    await exported('run.tfevents');
    const [, ...events] = readEvents(await readFile(path.join(folder, 'run.tfevents')));
    assert.deepEqual(
      events.map(({ step, scalars }) => [step, new Map(scalars).get('nc1')]),
      report.checkpoints.map(({ epoch, metrics }) => [epoch, Math.fround(metrics['nc1']!)]),
    );
  });

  it('writes the run as a page that needs nothing else, with charts and hovers', async () => {
    await exported('run.html');
    const context = await workbench.page
      .context()
      .browser()!
      .newContext({ viewport: { width: 1200, height: 900 } });
    const page = await context.newPage();
    const requests: string[] = [];
    const problems: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => problems.push(message.text()));
    const address = pathToFileURL(path.join(folder, 'run.html')).href;
    await page.goto(address);
    await page.locator('canvas[data-chart=variability]').waitFor();
    const charts = await page.evaluate(() => (window as unknown as Globals).neuralCollapse.charts());
    compare(charts, report);
    await hover(page, charts[0]!.datasets[0]!.pixels[1]!);
    assert.equal(await page.getByText('Export report…').isVisible(), false);
    assert.deepEqual(requests, [address]);
    assert.deepEqual(problems, []);
    await context.close();
  });

  it('shows a checkpoint in the explorer, from the masthead', async () => {
    await frame.locator('.masthead').getByRole('button', { name: 'epoch_500.onnx' }).click();
    await workbench.page
      .locator('.explorer-folders-view .monaco-list-row.selected', { hasText: 'epoch_500.onnx' })
      .waitFor();
  });
});

function compare(charts: readonly Chart[], { checkpoints }: Report): void {
  const drawn = charts.filter(({ id }) => id !== 'layers').flatMap(({ datasets }) => datasets);
  assert.ok(drawn.length > 15);
  for (const { metric, points } of drawn) {
    const values = checkpoints.flatMap(({ epoch, metrics: { [metric]: y } }) =>
      y === undefined ? [] : [{ x: epoch, y }],
    );
    assert.deepEqual(points, values, metric);
  }
}

/** The card of a point shows on hover, with its formula. */
async function hover(page: Page, point: { x: number; y: number }): Promise<void> {
  const box = await page.locator('canvas[data-chart=variability]').boundingBox();
  await page.mouse.move(box!.x + point.x, box!.y + point.y, { steps: 3 });
  const card = page.locator('.hover-card[data-metric="nc1"]');
  await card.waitFor();
  assert.ok((await card.locator('.katex').count()) > 0);
}
