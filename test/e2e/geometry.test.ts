/** The charts of geometry, in a real Chromium under the panel's own security policy: what they hold is what the report says. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { type Geometry, lacking, type Picture, triangleIndex, type VectorGeometry } from '../../src/protocol/geometry';
import type { Report } from '../../src/protocol/report';
import type { GeometryInventory } from '../../webview/charts/geometry-inventory';
import { planeOf, type Three } from '../../webview/charts/plane';
import { sampleRun, sharedRuns } from '../fixtures/paths';
import { openPreview, type Opened, post, type Preview, reportOf } from './preview';

interface Globals {
  host: {
    sent: { type: string; format?: string; name?: string; data?: string }[];
    state: { choices: { checkpoint?: string; geometry?: { classes?: number[]; sorted?: boolean } } };
  };
  neuralCollapse: { geometry(): GeometryInventory[] };
}

const ORIGIN = { target: '/runs/r', folder: '/runs/r', checkpoints: 5 };
const ALL = ['picture', 'cosines-means', 'cosines-rows', 'spectrum', 'norms-means', 'norms-rows', 'separation'];

const inventory = (page: Page): Promise<GeometryInventory[]> =>
  page.evaluate(() => (window as unknown as Globals).neuralCollapse.geometry());
const chart = async (page: Page, id: string): Promise<GeometryInventory> => {
  const found = (await inventory(page)).find((one) => one.id === id);
  assert.ok(found, id);
  return found;
};
const choices = (page: Page): Promise<Globals['host']['state']['choices']> =>
  page.evaluate(() => (window as unknown as Globals).host.state.choices);

function present<T extends object>(part: T | { notApplicable: string } | undefined): T {
  assert.ok(part && !lacking(part), JSON.stringify(part));
  return part;
}
const geometryOf = (report: Report, at = -1): Geometry => present(report.checkpoints.at(at)?.geometry);

/** Scrolls through the section until every chart is drawn. */
async function drawAll(page: Page, ids: readonly string[] = ALL): Promise<void> {
  for (const id of ids) {
    await page.locator(`[data-figure="geometry-${id}"]`).scrollIntoViewIfNeeded();
    await page.waitForFunction(
      (wanted) => (window as unknown as Globals).neuralCollapse.geometry().some((one) => one.id === wanted),
      id,
    );
  }
}

/** Cosines as the matrix should show them, cell by cell. */
function checkMatrix(held: GeometryInventory, vectors: VectorGeometry, order: number[]): void {
  const n = order.length;
  const cells = held.datasets[0]!.data as { x: number; y: number; v: number }[];
  assert.equal(cells.length, n * n - n);
  for (const { x, y, v } of cells) {
    const [a, b] = [order[x]!, order[y]!];
    assert.equal(v, vectors.cosines[triangleIndex(Math.min(a, b), Math.max(a, b), n)], `${held.id} ${x} ${y}`);
  }
}

/** Class means as the picture should show them. */
function checkMeans(held: GeometryInventory, picture: Picture, three: Three): void {
  const place = planeOf(picture, three)!;
  const means = held.datasets.filter(({ label }) => label === 'class mean');
  assert.equal(means.length, 3);
  three.forEach((c, at) => {
    const [{ x, y }] = means[at]!.data as [{ x: number; y: number }];
    const expected = place(picture.means, picture.classes.indexOf(c));
    assert.ok(Math.hypot(x - expected.x, y - expected.y) < 1e-9, `class ${c}`);
  });
  const samples = held.datasets.filter(({ label }) => label === 'sample');
  const counts = samples.map(({ data }) => data.length);
  assert.deepEqual(
    counts,
    three.map((c) => picture.samples.classes.filter((label) => label === c).length),
  );
}

describe('the geometry in the panel', function () {
  this.timeout(90_000);
  let preview: Preview;
  let report: Report;
  let opened: Opened;

  before(async () => {
    preview = await openPreview();
    report = await reportOf(sampleRun);
  });
  after(() => preview?.close());

  beforeEach(async () => {
    opened = await preview.open({ width: 1200, height: 800 });
  });
  afterEach(async () => {
    assert.deepEqual(opened.problems, []);
    await opened.page.context().close();
  });

  const show = async (page: Page, shown: Report = report): Promise<void> => {
    await post(page, { type: 'report', report: shown, running: false, origin: ORIGIN });
    await page.locator('section.geometry').waitFor();
  };

  it('is drawn only when it is scrolled to', async () => {
    const { page } = opened;
    await show(page);
    await page.locator('canvas[data-chart=layers]').waitFor();
    assert.deepEqual(await inventory(page), []);
    await drawAll(page);
    assert.deepEqual((await inventory(page)).map(({ id }) => id).sort(), ALL.toSorted());
  });

  it('holds what the report says, for the checkpoint that is chosen', async () => {
    const { page } = opened;
    await show(page);
    await drawAll(page);
    for (const at of [-1, 1]) {
      const checkpoint = report.checkpoints.at(at)!;
      if (at !== -1) {
        await page.locator('.player input').fill('1');
        await page.waitForFunction(
          (wanted) => (window as unknown as Globals).host.state.choices.checkpoint === wanted,
          checkpoint.path,
        );
        await drawAll(page);
      }
      const geometry = geometryOf(report, at);
      const order = geometry.places.map((_, place) => place);
      checkMatrix(await chart(page, 'cosines-means'), present(geometry.means), order);
      checkMatrix(await chart(page, 'cosines-rows'), present(geometry.rows), order);
      for (const [id, values] of [
        ['norms-means', present(geometry.means).norms.values],
        ['norms-rows', present(geometry.rows).norms.values],
        ['separation', present(geometry.separation.means).values],
      ] as const) {
        const bars = await chart(page, id);
        assert.deepEqual(bars.datasets[0]?.data, values, id);
        assert.deepEqual(bars.names, report.run.classNames, id);
      }
      const [between, within] = (await chart(page, 'spectrum')).datasets;
      const ranked = (values: number[]): object[] => values.map((y, i) => ({ x: i + 1, y }));
      assert.deepEqual(between?.data, ranked(present(geometry.spectrum.between).values));
      assert.deepEqual(within?.data, ranked(present(geometry.spectrum.within).values));
      checkMeans(await chart(page, 'picture'), present(geometry.picture), [0, 1, 2]);
      for (const { summary, id } of await inventory(page)) assert.ok(summary.length > 40, id);
    }
  });

  it('draws any three classes, and swaps two of them rather than drawing one twice', async () => {
    const { page } = opened;
    await show(page);
    await drawAll(page, ['picture']);
    await page.locator('#picture-class-1').selectOption('7');
    await page.locator('#picture-class-3').selectOption('7');
    await page.waitForFunction(
      () => (window as unknown as Globals).host.state.choices.geometry?.classes?.join() === '2,1,7',
    );
    checkMeans(await chart(page, 'picture'), present(geometryOf(report).picture), [2, 1, 7]);
  });

  it('sorts both matrices by the similarity of the class means on demand', async () => {
    const { page } = opened;
    await show(page);
    await drawAll(page);
    const before = await chart(page, 'cosines-rows');
    await page.locator('#sort-matrices').check();
    await drawAll(page);
    const means = await chart(page, 'cosines-means');
    const rows = await chart(page, 'cosines-rows');
    const sum = ({ datasets }: GeometryInventory): number =>
      (datasets[0]!.data as { v: number }[]).reduce((total, { v }) => total + v, 0);
    assert.ok(Math.abs(sum(before) - sum(rows)) < 1e-9, 'the same cosines');
    // Neighbours are more alike than they were.
    const beside = ({ datasets }: GeometryInventory): number =>
      (datasets[0]!.data as { x: number; y: number; v: number }[])
        .filter(({ x, y }) => x === y + 1)
        .reduce((total, { v }) => total + v, 0);
    const unsorted = present(geometryOf(report).means);
    const plain = Array.from({ length: 9 }, (_, a) => unsorted.cosines[triangleIndex(a, a + 1, 10)]!);
    assert.ok(beside(means) > plain.reduce((total, v) => total + v, 0));
    assert.equal((await choices(page)).geometry?.sorted, true);
  });

  it('plays over the epochs only when asked, can be paused, and ends at the last checkpoint', async () => {
    const { page } = opened;
    await show(page);
    await drawAll(page, ['picture']);
    const where = page.locator('.player output');
    assert.equal(await where.textContent(), 'epoch 500');
    await page.locator('.play').click();
    await page.waitForFunction(() => document.querySelector('.player output')?.textContent === 'epoch 3');
    await page.locator('.play').click();
    assert.equal(await page.locator('.play').textContent(), 'Play');
    const paused = (await choices(page)).checkpoint;
    assert.ok(paused !== undefined && paused !== 'epoch_500.onnx', paused);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.locator('.play').click();
    await page.waitForFunction(() => (window as unknown as Globals).host.state.choices.checkpoint === 'epoch_500.onnx');
    assert.equal(await page.locator('.play').textContent(), 'Play');
    checkMeans(await chart(page, 'picture'), present(geometryOf(report).picture), [0, 1, 2]);
  });

  it('follows the theme, also to high contrast, and tells the pair under the pointer', async () => {
    const { page, setTheme } = opened;
    await show(page);
    await drawAll(page, ['cosines-means']);
    const shot = async (): Promise<string> =>
      (await page.locator('canvas[data-geometry=cosines-means]').screenshot()).toString('base64');
    /** The picture once it is another than any before. */
    const pictures = [await shot()];
    const another = async (what: string): Promise<void> => {
      for (const end = Date.now() + 10_000; Date.now() < end; await page.waitForTimeout(50)) {
        const now = await shot();
        if (pictures.includes(now)) continue;
        pictures.push(now);
        return;
      }
      assert.fail(`the matrix looks the same ${what}`);
    };
    for (const theme of ['light', 'high-contrast']) {
      await setTheme(theme);
      await another(`in ${theme}`);
    }
    const cell = (await chart(page, 'cosines-means')).datasets[0]!.pixels[4]!;
    const box = (await page.locator('canvas[data-geometry=cosines-means]').boundingBox())!;
    await page.mouse.move(box.x + cell.x + 3, box.y + cell.y + 3);
    await another('under the pointer');
  });

  it('has the numbers of every figure in a table, and its picture in the menu', async () => {
    const { page } = opened;
    await show(page);
    await drawAll(page);
    for (const id of ALL) {
      const tools = page.locator(`[data-figure="geometry-${id}"] .figure-tools`);
      await tools.getByRole('button', { name: /^Table of/ }).click();
      const dialog = page.locator('dialog.table-dialog');
      await dialog.waitFor();
      assert.match((await dialog.locator('h2').textContent()) ?? '', / · epoch 500$/, id);
      const cells = await dialog
        .locator('tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.title || cell.textContent)),
        );
      if (id === 'cosines-means' || id === 'cosines-rows') {
        const { cosines } = present(geometryOf(report)[id === 'cosines-means' ? 'means' : 'rows']);
        const n = report.run.classNames.length;
        const expected = Array.from({ length: n }, (_, a) =>
          Array.from({ length: n }, (_, b) => cosines[triangleIndex(Math.min(a, b), Math.max(a, b), n)] ?? ''),
        );
        assert.deepEqual(
          cells,
          expected.map((row) => row.map(String)),
          id,
        );
      } else if (id === 'picture') {
        const held = (await chart(page, 'picture')).datasets.filter(({ label }) => label === 'class mean');
        const means = cells.filter(([, kind]) => kind === 'class mean').map((row) => row.slice(2).map(Number));
        const places = held.map(({ data }) => data[0] as { x: number; y: number });
        assert.deepEqual(
          means,
          places.map(({ x, y }) => [x, y]),
        );
      } else {
        const { datasets } = await chart(page, id);
        const held = datasets.flatMap(({ data }) =>
          data.map((one) => (typeof one === 'number' ? one : (one as { y: number }).y)),
        );
        assert.deepEqual(cells.flat().filter(Boolean).map(Number).toSorted(), held.toSorted(), id);
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await tools.getByRole('button', { name: /^Copy or save/ }).click();
      await tools.getByRole('menuitem', { name: 'Save picture (PNG)…' }).click();
      await page.waitForFunction(
        (wanted) =>
          (window as unknown as Globals).host.sent.some(
            ({ type, format, name, data }) =>
              type === 'savePicture' &&
              format === 'png' &&
              name === wanted &&
              data?.startsWith('data:image/png;base64,'),
          ),
        `${report.run.path}-geometry-${id}`,
      );
    }
  });

  it('explains the metrics beside its charts', async () => {
    const { page } = opened;
    await show(page);
    // Scrolling would close the card again.
    await drawAll(page, ['cosines-means']);
    await page.locator('[data-figure="geometry-cosines-means"] .metric-name').first().hover();
    await page.locator('.hover-card[data-metric="nc2.means.cosStd"]').waitFor();
  });

  it('fits into 400 pixels', async () => {
    const narrow = await preview.open({ width: 400, height: 700 });
    await show(narrow.page);
    await drawAll(narrow.page);
    const width = await narrow.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 400, `${width} pixels`);
    assert.deepEqual(narrow.problems, []);
    await narrow.page.context().close();
  });

  it('is not there for a report of an earlier version', async () => {
    const { page } = opened;
    const old = structuredClone(report);
    for (const checkpoint of old.checkpoints) delete checkpoint.geometry;
    await post(page, { type: 'report', report: old, running: false, origin: ORIGIN });
    await page.locator('canvas[data-chart=layers]').waitFor();
    assert.equal(await page.locator('section.geometry').isVisible(), false);
  });

  it('never takes names of classes for markup', async () => {
    const { page } = opened;
    const hostile = structuredClone(report);
    hostile.run.classNames = hostile.run.classNames.map((_, c) => `<img src=x onerror="document.title='markup'">${c}`);
    await show(page, hostile);
    await drawAll(page);
    assert.equal(await page.locator('#app img').count(), 0);
    assert.notEqual(await page.title(), 'markup');
    assert.match((await chart(page, 'norms-means')).names[0]!, /^<img/);
  });

  describe('of runs of a kind', () => {
    it('draws two-label means between their labels', async function () {
      if (!existsSync(sharedRuns)) return this.skip();
      const { page } = opened;
      const run = await reportOf(path.join(sharedRuns, 'multilabel'));
      await show(page, run);
      await drawAll(page, ['picture']);
      const picture = present(geometryOf(run).picture);
      const held = await chart(page, 'picture');
      const means = held.datasets.filter(({ label }) => label.startsWith('mean of the samples with both'));
      assert.equal(means.length, 3);
      const place = planeOf(picture, [0, 1, 2])!;
      const at = picture.pairs!.labels.findIndex((pair) => pair.join() === '0,1');
      const expected = place(picture.pairs!.means, at);
      const [{ x, y }] = means[0]!.data as [{ x: number; y: number }];
      assert.ok(Math.hypot(x - expected.x, y - expected.y) < 1e-9);
    });

    it('draws classes on the sphere and distances from the hull where they are more than dimensions', async function () {
      if (!existsSync(sharedRuns)) return this.skip();
      const { page } = opened;
      const run = await reportOf(path.join(sharedRuns, 'many-classes'));
      await show(page, run);
      await drawAll(page, ['picture', 'separation', 'cosines-means']);
      const { separation, sphere } = geometryOf(run);
      const held = await chart(page, 'separation');
      assert.deepEqual(held.datasets[0]?.data, present(separation.means).values);
      assert.deepEqual(held.datasets[1]?.data, present(separation.rows).values);
      const points = (await chart(page, 'picture')).datasets.filter(({ label }) => label === 'class mean');
      assert.equal(
        points.reduce((sum, { data }) => sum + data.length, 0),
        sphere!.classes.length,
      );
      await page.locator('#picture-kind').selectOption('plane');
      await page.waitForFunction(() =>
        (window as unknown as Globals).neuralCollapse
          .geometry()
          .some(({ datasets }) => datasets.some(({ label }) => label === 'sample')),
      );
    });
  });
});
