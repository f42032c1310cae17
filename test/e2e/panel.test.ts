/** The panel's page by itself, in a real Chromium under the panel's own security policy: what its user can do to it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { metrics } from '../../src/metrics/registry';
import type { FromPanel } from '../../src/protocol/panel';
import type { Report } from '../../src/protocol/report';
import { MOST_FIGURES } from '../../webview/charts/selection';
import { metrics as many } from '../../webview/preview/many-metrics';
import { root, sampleRun } from '../fixtures/paths';
import { openPreview, type Opened, post, type Preview, reportOf } from './preview';
import { sampleCheckpoint, sampleReport } from '../unit/webview/sample-report';

interface Chart {
  id: string;
  datasets: { metric: string; label: string; points: { x: number; y: number }[]; pixels: { x: number; y: number }[] }[];
}
interface Globals {
  host: { sent: FromPanel[]; state: { choices: { checkpoint?: string; metrics?: string[] } } };
  neuralCollapse: { charts(): Chart[] };
}

const ORIGIN = { target: '/runs/sample-run', folder: '/runs/sample-run', checkpoints: 5 };
const HOSTILE = '<img src=x onerror="document.title=\'markup\'"><script>document.title="script"</script>';

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
          report.checkpoints.flatMap(({ epoch, metrics: { [metric]: y } }) =>
            y === undefined ? [] : [{ x: epoch, y }],
          ),
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
    assert.equal(labels.length, MOST_FIGURES + 2, 'as many as fit, the layers, the heatmap');
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

  const drawn = async (page: Page): Promise<string[]> =>
    (await charts(page))
      .filter(({ id }) => id !== 'layers')
      .flatMap(({ datasets }) => datasets.map(({ metric }) => metric));

  it('draws the metrics that are chosen, also after a reload, and the defaults again', async () => {
    const { page } = opened;
    await post(page, { type: 'report', report, running: false, origin: ORIGIN });
    await page.locator('canvas[data-chart=selfDuality]').waitFor();
    const before = await drawn(page);
    await page.getByRole('button', { name: 'Choose metrics…' }).click();
    await page.keyboard.type('self-duality (papyan)');
    const nc3 = page.getByRole('checkbox', { name: /NC3 self-duality \(Papyan\)/ });
    assert.equal(await page.locator('.chooser').getByRole('checkbox').count(), 1, 'the filter leaves one');
    assert.ok(await nc3.isChecked());
    await nc3.uncheck();
    await page.locator('canvas[data-chart=selfDuality]').waitFor({ state: 'detached' });
    assert.deepEqual(
      await drawn(page),
      before.filter((id) => id !== 'nc3'),
    );
    const again = await preview.open({ width: 1200, saved: await state(page) });
    await again.page.locator('canvas[data-chart=variability]').waitFor();
    await post(again.page, { type: 'report', report, running: false, origin: ORIGIN });
    assert.equal(await again.page.locator('canvas[data-chart=selfDuality]').count(), 0);
    // With the keyboard alone: to the button, into the list, and on to the metric.
    await again.page.getByRole('button', { name: 'Choose metrics…' }).focus();
    await again.page.keyboard.press('Enter');
    await again.page.getByRole('checkbox', { name: /NC3 self-duality \(Papyan\)/ }).focus();
    await again.page.keyboard.press('Space');
    await again.page.locator('canvas[data-chart=selfDuality]').waitFor();
    assert.deepEqual(await drawn(again.page), before);
    assert.ok((await state(again.page)).choices.metrics?.includes('nc3'));
    await again.page.getByRole('checkbox', { name: /Condition of the class means/ }).uncheck();
    await again.page.locator('canvas[data-chart=rank]').waitFor({ state: 'detached' });
    await again.page.getByRole('button', { name: 'Defaults' }).click();
    await again.page.locator('canvas[data-chart=rank]').waitFor();
    assert.equal((await state(again.page)).choices.metrics, undefined);
    await again.page.keyboard.press('Escape');
    assert.equal(await again.page.locator('.chooser').isVisible(), false);
    assert.equal(await again.page.evaluate(() => document.activeElement?.textContent), 'Choose metrics…');
    assert.deepEqual(again.problems, []);
    await again.page.context().close();
  });

  it('offers what is not applicable last, greyed, with its reason', async () => {
    const { page } = opened;
    const reason = 'there is no test data';
    const lacking = structuredClone(report);
    for (const checkpoint of lacking.checkpoints) {
      delete checkpoint.metrics['nc4.test'];
      for (const layer of checkpoint.layers) delete layer.metrics['nc4.test'];
      checkpoint.notApplicable['nc4.test'] = reason;
    }
    await post(page, { type: 'report', report: lacking, running: false, origin: ORIGIN });
    await page.getByRole('button', { name: 'Choose metrics…' }).click();
    const rows = page.locator('.chooser-group').first().locator('li');
    const last = rows.and(page.locator('[data-metric="nc4.test"]'));
    // Behind it stand only the measures of another kind of run, in the order of the registry.
    const ids = await rows.evaluateAll((items) => items.map((item) => item.getAttribute('data-metric') ?? ''));
    assert.deepEqual(
      ids.slice(ids.indexOf('nc4.test') + 1).filter((id) => !id.startsWith('tasks.')),
      [],
    );
    assert.ok(ids.indexOf('drift.weights') < ids.indexOf('nc4.test'));
    assert.ok((await last.innerText()).includes(reason));
    assert.ok(await last.locator('input').isDisabled());
    const values = page.locator('.values');
    assert.equal(await values.getByText(reason).isVisible(), false);
    await values.getByRole('button', { name: 'Nearest class centre: 1 not applicable' }).click();
    assert.ok(await values.getByText(reason).isVisible());
  });

  it('draws a metric that was put aside when it is asked for by name', async () => {
    const { page } = opened;
    await post(page, { type: 'report', report, running: false, origin: ORIGIN });
    await page.getByRole('button', { name: 'Choose metrics…' }).click();
    await page.getByRole('checkbox', { name: /NC3 self-duality \(Papyan\)/ }).uncheck();
    await page.locator('[data-figure=selfDuality]').waitFor({ state: 'detached' });
    await post(page, { type: 'showMetric', metric: 'nc3' });
    await page.locator('[data-figure=selfDuality].marked').waitFor();
  });

  it('draws test data beside training data when asked, as the report has it', async () => {
    const { page } = opened;
    await post(page, { type: 'report', report, running: false, origin: ORIGIN });
    const toggle = page.locator('.split-choice').getByRole('button', { name: '+ test data' });
    assert.equal(await toggle.getAttribute('aria-pressed'), 'false');
    await toggle.click();
    const drawn = async (): Promise<number[][]> =>
      (await page.evaluate(() => window.neuralCollapse!.charts()))
        .find(({ id }) => id === 'variability')!
        .datasets.filter(({ label }) => label === 'NC1 within-class variability, test data')
        .flatMap(({ points }) => points.map(({ x, y }) => [x, y]));
    const expected = report.checkpoints.map(({ epoch, splits }) => [epoch!, splits![0]!.metrics['nc1']!]);
    assert.deepEqual(await drawn(), expected);
    const legend = page.locator('[data-figure=variability] .legend li', { hasText: 'test data' });
    assert.equal(await legend.count(), 2);
    assert.equal(await toggle.getAttribute('aria-pressed'), 'true');
    await toggle.click();
    assert.deepEqual(await drawn(), []);
    assert.equal(await legend.count(), 0);
  });

  it('leads from a card’s name to the metric’s own page', async () => {
    const { page } = opened;
    await post(page, { type: 'report', report, running: false, origin: ORIGIN });
    await page.locator('[data-figure=variability] .metric-name').first().hover();
    await page.locator('.hover-card').getByRole('button', { name: 'NC1 within-class variability' }).click();
    assert.deepEqual((await sent(page)).at(-1), { type: 'explainMetric', metric: 'nc1' });
  });

  it('explains every metric of the registry, formula and papers included', async () => {
    const { page } = opened;
    for (const metric of metrics) {
      await post(page, {
        type: 'metric',
        explained: { id: metric.id, value: 0.25, where: 'a run, epoch 3', classes: 10 },
      });
      const shown = page.locator(`article.explained[data-metric="${metric.id}"]`);
      await shown.waitFor();
      assert.ok((await shown.locator('.formula .katex').count()) > 0, metric.id);
      assert.equal(await shown.locator('.katex-error').count(), 0, metric.id);
      const text = await shown.innerText();
      for (const words of [metric.name, metric.plain, metric.range, 'a run, epoch 3'])
        assert.ok(text.includes(words), words);
      assert.equal(await shown.locator('.sources > li').count(), metric.papers.length);
    }
    await page.locator('.sources').getByRole('button', { name: /arXiv/ }).first().click();
    assert.deepEqual((await sent(page)).at(-1)?.type, 'openLink');
  });

  it('explains a metric without a run, or without a value', async () => {
    const { page } = opened;
    await post(page, { type: 'metric', explained: { id: 'nc1' } });
    const shown = page.locator('article.explained');
    await shown.waitFor();
    assert.equal(await shown.locator('.now').count(), 0);
    await post(page, { type: 'metric', explained: { id: 'nc3', where: 'a run', reason: 'no classifier was found' } });
    await shown.getByText('a run: no classifier was found').waitFor();
    assert.match(await shown.innerText(), /Not applicable/);
  });
});

/** The page with as many metrics as the catalogue names; their words and values are made up. */
describe('the panel’s page with a long registry', function () {
  this.timeout(60_000);
  let preview: Preview;
  let folder: string;
  let report: Report;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'nc-many-'));
    const load = (file: string): Promise<unknown> =>
      import(pathToFileURL(path.join(root, 'webview/preview', file)).href);
    const { buildWebview } = (await load('build.mjs')) as { buildWebview: (to: string, o: object) => Promise<void> };
    const { manyReport } = (await load('many-report.mjs')) as { manyReport: (of: Report, o: object) => Report };
    await buildWebview(folder, { many: true });
    preview = await openPreview(folder);
    const checkpoints = [sampleCheckpoint(0, 8), sampleCheckpoint(2, 2), sampleCheckpoint(10, 0.5)];
    report = manyReport(sampleReport(checkpoints), { ids: many.map(({ id }) => id) });
  });
  after(async () => {
    await preview?.close();
    await rm(folder, { recursive: true });
  });

  for (const width of [400, 1600]) {
    it(`fits ${width} pixels with the list open and every metric drawn`, async () => {
      assert.ok(many.length >= 80, String(many.length));
      const { page, problems } = await preview.open({ width, height: 900 });
      await post(page, { type: 'report', report, running: false, origin: ORIGIN });
      await page.locator('canvas[data-chart=layers]').waitFor();
      assert.ok((await charts(page)).length <= 14, 'twelve figures, the layers, the heatmap');
      await page.getByRole('button', { name: 'Choose metrics…' }).click();
      assert.equal(await page.locator('.chooser input[type=checkbox]').count(), many.length);
      for (const box of await page.locator('.chooser input[type=checkbox]:enabled').all()) await box.check();
      const shown = (await charts(page)).filter(({ id }) => id !== 'layers').flatMap(({ datasets }) => datasets);
      const last = report.checkpoints.at(-1)!;
      assert.ok(shown.length > 60);
      for (const { metric, points } of shown) {
        const value = last.metrics[metric] ?? last.layers.at(-1)?.metrics[metric];
        assert.deepEqual(points.at(-1), { x: 10, y: value }, metric);
      }
      assert.ok(await page.evaluate((room) => document.documentElement.scrollWidth <= room, width));
      const wide = await page
        .locator('.figure')
        .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));
      assert.deepEqual(wide, []);
      assert.deepEqual(problems, []);
      await page.context().close();
    });
  }
});
