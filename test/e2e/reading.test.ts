/** Reading aids of the panel's page, as a person uses them: zoom, crosshair, slider, heatmap, tables, pictures. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Report } from '../../src/protocol/report';
import { formatValue } from '../../src/metrics/number-format';
import { sampleRun } from '../fixtures/paths';
import {
  type Chart,
  charts,
  choices,
  type Globals,
  type Opened,
  openPreview,
  post,
  type Preview,
  reportOf,
  sent,
} from './preview';

const ORIGIN = { target: '/runs/sample-run', folder: '/runs/sample-run', checkpoints: 5 };

describe('reading the panel', function () {
  this.timeout(60_000);
  let preview: Preview;
  let report: Report;
  let opened: Opened;
  let page: Page;

  before(async () => {
    preview = await openPreview();
    report = await reportOf(sampleRun);
  });
  after(() => preview?.close());

  beforeEach(async () => {
    opened = await preview.open({ width: 1200, height: 800 });
    page = opened.page;
    await post(page, { type: 'report', report, running: false, origin: ORIGIN });
    await page.locator('canvas[data-chart=heatmap]').waitFor();
  });
  afterEach(async () => {
    assert.deepEqual(opened.problems, []);
    await page.context().close();
  });

  const chart = async (id: string): Promise<Chart> => (await charts(page)).find((one) => one.id === id)!;
  const box = async (id: string): Promise<{ x: number; y: number; width: number; height: number }> => {
    await page.locator(`canvas[data-chart=${id}]`).scrollIntoViewIfNeeded();
    return (await page.locator(`canvas[data-chart=${id}]`).boundingBox())!;
  };
  const choosing = (path: string): Promise<unknown> =>
    page.waitForFunction((wanted) => (window as unknown as Globals).host.state.choices.checkpoint === wanted, path);
  const tool = async (figure: string, item: string): Promise<void> => {
    await page
      .locator(`[data-figure=${figure}]`)
      .getByRole('button', { name: /^Copy or save/ })
      .click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  it('zooms all charts against epoch by a drag over one, and back by the keyboard', async () => {
    const before = await chart('selfDuality');
    const { x, y } = await box('variability');
    const [, second, , fourth] = (await chart('variability')).datasets[0]!.pixels;
    await page.mouse.move(x + second!.x - 8, y + 40);
    await page.mouse.down();
    await page.mouse.move(x + fourth!.x + 8, y + 60, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Reset zoom' }).first().waitFor();
    const { zoom, checkpoint } = await choices(page);
    assert.ok(zoom && zoom.from < 3 && zoom.from > 0 && zoom.to > 120 && zoom.to < 500, JSON.stringify(zoom));
    assert.equal(checkpoint, undefined, 'the end of a drag is no click');
    const after = await chart('selfDuality');
    assert.deepEqual(after.datasets[0]?.points, before.datasets[0]?.points, 'the data stay whole');
    const wide = (all: Chart): number => all.datasets[0]!.pixels[3]!.x - all.datasets[0]!.pixels[1]!.x;
    assert.ok(wide(after) > 1.3 * wide(before));
    await page.getByRole('button', { name: 'Reset zoom' }).first().focus();
    await page.keyboard.press('Enter');
    assert.equal((await choices(page)).zoom, undefined);
    assert.deepEqual(await chart('selfDuality'), before);
  });

  it('zooms by the wheel with Ctrl, and leaves the page in place', async () => {
    const { x, y, width } = await box('variability');
    await page.mouse.move(x + width / 2, y + 60);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await page.waitForFunction(() => (window as unknown as Globals).host.state.choices.zoom !== undefined);
    await page.mouse.dblclick(x + width / 2, y + 6);
    await page.waitForFunction(() => (window as unknown as Globals).host.state.choices.zoom === undefined);
  });

  it('shows one place in all charts, with its values in the legends', async () => {
    const { x, y } = await box('variability');
    const third = (await chart('variability')).datasets[0]!.pixels[2]!;
    await page.mouse.move(x + third.x + 2, y + 30);
    const line = page.locator('[data-figure=selfDuality] .crosshair');
    await line.waitFor();
    const left = await line.evaluate((one) => Number.parseFloat((one as HTMLElement).style.left));
    assert.ok(Math.abs(left - (await chart('selfDuality')).datasets[0]!.pixels[2]!.x) < 1);
    const value = page.locator('[data-figure=selfDuality] .legend .value');
    assert.equal(await value.innerText(), formatValue(report.checkpoints[2]!.metrics['nc3']!));
    await page.mouse.move(2, 2);
    await line.waitFor({ state: 'hidden' });
    assert.equal(await value.innerText(), formatValue(report.checkpoints[4]!.metrics['nc3']!));
  });

  it('marks the epoch of zero training error, in words too', async () => {
    const label = await page.locator('canvas[data-chart=variability]').getAttribute('aria-label');
    assert.match(label ?? '', /zero training error from epoch 500/);
    const { x, y } = await box('variability');
    const last = (await chart('variability')).datasets[0]!.pixels[4]!;
    await page.mouse.move(x + last.x, y + last.y, { steps: 3 });
    await page.locator('.hover-card').getByText('epoch 500, zero training error from here').waitFor();
  });

  it('moves through the epochs by a slider, with the keyboard alone', async () => {
    const slider = page.getByRole('slider', { name: 'Checkpoint, by slider' });
    assert.equal(await slider.getAttribute('aria-valuetext'), 'epoch 500');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await choosing('epoch_120.onnx');
    assert.equal(await slider.getAttribute('aria-valuetext'), 'epoch 120');
    assert.equal((await chart('layers')).datasets[0]?.label, 'epoch 120');
    await page.keyboard.press('Home');
    await choosing('epoch_000.onnx');
  });

  it('draws the law of separation with the rate and R² that were measured', async () => {
    assert.equal(await page.locator('.legend .fit').isVisible(), false);
    await page.locator('#choose-layer-metric').selectOption('separation.fuzziness');
    const { metrics, layers } = report.checkpoints[4]!;
    const rate = metrics['separation.decay']!;
    const words = `× ${formatValue(rate)} per layer, R² = ${formatValue(metrics['separation.r2']!)}`;
    await page.locator('.legend .fit').getByText(words).waitFor();
    const drawn = await chart('layers');
    const fit = drawn.datasets.find(({ label }) => label.includes(words))!;
    const [first, last] = [fit.points[0]!, fit.points.at(-1)!];
    assert.ok(Math.abs((last.y / first.y) ** (1 / (layers.length - 1)) - rate) < 1e-9);
    const slopes = fit.pixels.slice(1).map((pixel, i) => (pixel.y - fit.pixels[i]!.y) / (pixel.x - fit.pixels[i]!.x));
    assert.ok(Math.max(...slopes) - Math.min(...slopes) < 1e-6, 'straight on the log axis');
  });

  it('shows layer by epoch as colours, each cell a number of the report, and chooses by a click', async () => {
    const heat = await chart('heatmap');
    const expected = report.checkpoints.flatMap(({ layers }, column) =>
      layers.flatMap(({ depth, metrics: { 'nc1.traceRatio': value } }) =>
        value === undefined ? [] : [{ column, row: depth, value }],
      ),
    );
    assert.deepEqual(
      heat.cells?.map(({ column, row, value }) => ({ column, row, value })),
      expected,
    );
    const { x, y } = await box('heatmap');
    const cell = (await chart('heatmap')).cells!.find(({ column, row }) => column === 1 && row === 2)!;
    await page.mouse.move(x + cell.x, y + cell.y, { steps: 3 });
    const words = `epoch 3 · ${report.checkpoints[1]!.layers[1]!.name}`;
    await page.locator('.hover-card').getByText(words).waitFor();
    await page.mouse.click(x + cell.x, y + cell.y);
    await choosing('epoch_003.onnx');
  });

  it('has the numbers of every figure in a table, which leads to the files', async () => {
    for (const { id, datasets, cells } of await charts(page)) {
      const figure = page.locator(`[data-figure="${id}"]`);
      await figure.getByRole('button', { name: /^Table of/ }).focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: /./ }).and(page.locator('dialog'));
      await dialog.waitFor();
      const shown = await dialog
        .locator('tbody td.number[title]')
        .evaluateAll((all) => all.map((one) => one.getAttribute('title')));
      const held = cells ? cells.map(({ value }) => value) : datasets.flatMap(({ points }) => points.map(({ y }) => y));
      assert.deepEqual(shown.map(Number).toSorted(), held.toSorted(), id);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.match((await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) ?? '', /^Table of/);
    }
    await page
      .locator('[data-figure=variability]')
      .getByRole('button', { name: /^Table of/ })
      .click();
    await page.locator('dialog').getByRole('button', { name: 'epoch_020.onnx' }).click();
    assert.deepEqual((await sent(page)).at(-1), { type: 'revealCheckpoint', path: 'epoch_020.onnx' });
  });

  it('names the chosen checkpoint’s file, which the explorer can show', async () => {
    await page.locator('.masthead').getByRole('button', { name: 'epoch_500.onnx' }).click();
    assert.deepEqual((await sent(page)).at(-1), { type: 'revealCheckpoint', path: 'epoch_500.onnx' });
  });

  it('hands out tables and pictures from a menu that the keyboard reaches', async () => {
    const figure = page.locator('[data-figure=variability]');
    await figure.getByRole('button', { name: /^Copy or save/ }).focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Copy table as TSV');
    await page.keyboard.press('Enter');
    const copied = (await sent(page)).at(-1);
    assert.ok(copied?.type === 'copyText');
    const [head, ...lines] = copied.text
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    assert.deepEqual(head, ['epoch', 'file', 'NC1 within-class variability', 'Within/between trace ratio']);
    assert.deepEqual(
      lines.map(([epoch, file, nc1]) => [Number(epoch), file, Number(nc1)]),
      report.checkpoints.map(({ epoch, path: file, metrics: { nc1 } }) => [epoch, file, nc1]),
    );
  });

  for (const figure of ['variability', 'layers', 'heatmap']) {
    it(`saves ${figure} as PNG at twice its size and as SVG, in the theme’s colours or on white`, async () => {
      const saved = async (item: string): Promise<{ format: string; data: string }> => {
        const count = (await sent(page)).length;
        await tool(figure, item);
        await page.waitForFunction((n) => (window as unknown as Globals).host.sent.length > n, count);
        const message = (await sent(page)).at(-1)!;
        assert.ok(message.type === 'savePicture');
        return message;
      };
      const svg = await saved('Save vector picture (SVG)…');
      const [, width, height] = /width="(\d+)" height="([\d.]+)"/.exec(svg.data) ?? [];
      const png = Buffer.from((await saved('Save picture (PNG)…')).data.split(',')[1]!, 'base64');
      assert.equal(png.readUInt32BE(16), 2 * Number(width));
      assert.equal(png.readUInt32BE(20), 2 * Math.ceil(Number(height)));
      assert.match(svg.data, /<rect width="640" height="[\d.]+" fill="rgb\(31, 31, 31\)"/);
      await page
        .locator(`[data-figure=${figure}]`)
        .getByRole('button', { name: /^Copy or save/ })
        .click();
      await page.getByRole('menuitemcheckbox', { name: 'Pictures on white' }).click();
      assert.match(
        (await saved('Save vector picture (SVG)…')).data,
        /<rect width="640" height="[\d.]+" fill="#ffffff"/,
      );
    });
  }

  it('copies a picture to the clipboard', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await tool('variability', 'Copy picture');
    await page.locator('[data-figure=variability]').getByText('Picture copied').waitFor();
    const size = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const image = await createImageBitmap(await item!.getType('image/png'));
      return image.width;
    });
    assert.equal(size, 1280);
  });
});
