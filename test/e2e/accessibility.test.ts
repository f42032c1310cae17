/** Every page of the panel under axe-core in three themes, and with names that are markup. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import type { FileOverview, ToPanel } from '../../src/protocol/panel';
import { experimentOf, factsOf } from '../../src/theory/registry';
import type { Report } from '../../src/protocol/report';
import { root, sampleRun } from '../fixtures/paths';
import { openPreview, post, type Preview, reportOf } from './preview';

const ORIGIN = { target: '/runs/a', folder: '/runs/a', checkpoints: 5 };
const HOSTILE = '<img src=x onerror="document.title=\'markup\'"><script>document.title="script"</script>';
const THEMES = ['dark', 'light', 'high-contrast'];

function model(name: string): FileOverview {
  const layer = { tensor: name, name, shape: ['batch', 64], automatic: true, penultimate: true };
  const other = { ...layer, automatic: false, penultimate: false };
  const description = { features: name, output: name, outputs: [name], weight: name, bias: name, classes: 10 };
  return { name, kind: 'model', size: 4200, state: 'known', model: { ...description, layers: [layer, other] } };
}

function saved(name: string): FileOverview {
  const arrays = [{ name, dtype: 'float32', shape: [2000, 64] }];
  return { name, kind: 'activations', state: 'known', arrays: { arrays, skipped: [{ name, reason: name }] } };
}

describe('the panel’s pages', function () {
  this.timeout(120_000);
  let preview: Preview;
  let report: Report;
  let axe: string;

  before(async () => {
    axe = await readFile(path.join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
    preview = await openPreview();
    report = await reportOf(sampleRun, '--max-samples', '500');
  });
  after(() => preview?.close());

  const run = (more: Partial<ToPanel & { type: 'report' }> = {}): ToPanel => ({
    type: 'report',
    report: { ...report, failed: [{ path: 'epoch_9.onnx', code: 'E_TRUNCATED', message: 'It is cut short.' }] },
    running: false,
    origin: ORIGIN,
    ...more,
  });
  const others = () => [
    { id: '/runs/b', name: 'another run', report },
    { id: '/runs/c', name: 'a third', report },
  ];
  /** What is shown, and what is on it once it is there. */
  const pages: Record<string, [() => ToPanel, string]> = {
    'a run': [() => run(), 'canvas[data-chart=layers]'],
    'a run that is measured': [() => run({ running: true, report: { ...report, checkpoints: [] } }), '.placeholder'],
    'a run that is watched': [() => run({ watch: { text: 'waiting', busy: true } }), 'canvas[data-chart=layers]'],
    'a comparison': [() => run({ others: others() }), 'canvas[data-chart=compare-nc1]'],
    'a model': [() => ({ type: 'file', overview: model('epoch_9.onnx') }), 'table'],
    'saved activations': [() => ({ type: 'file', overview: saved('activations.npz') }), 'table'],
    'a file in an untrusted workspace': [
      () => ({ type: 'file', overview: { name: 'a.onnx', kind: 'model', state: 'untrusted' } }),
      '.problem',
    ],
    'a paper': [() => ({ type: 'paper', key: 'papyan2020', values: { nc1: 0.25 } }), 'article.paper'],
    'an experiment': [() => ({ type: 'experiment', facts: factsOf(experimentOf('zhu2021')!) }), 'article.experiment'],
    'a metric': [() => ({ type: 'metric', explained: { id: 'nc1', value: 0.25, where: 'a run' } }), 'article'],
  };

  /** Violations that keep people out, in words. */
  async function violations(page: Page): Promise<string[]> {
    const options: RunOptions = { resultTypes: ['violations'] };
    const results = await page.evaluate(
      (given) => (window as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run(given),
      options,
    );
    return results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n  ${failureSummary}`));
  }

  for (const theme of THEMES) {
    it(`have no serious violation: ${theme}`, async () => {
      const { page, problems } = await preview.open({ theme, width: 1200, height: 900 });
      await page.evaluate(axe);
      const found: Record<string, string[]> = {};
      for (const [name, [message, there]] of Object.entries(pages)) {
        await post(page, message());
        await page.locator(there).first().waitFor();
        await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
        // Charts are drawn when they come into view.
        await page.evaluate(async () => {
          for (const canvas of document.querySelectorAll('canvas')) {
            canvas.scrollIntoView();
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          }
        });
        const violated = await violations(page);
        if (violated.length > 0) found[name] = violated;
      }
      assert.deepEqual(found, {});
      assert.deepEqual(problems, []);
      await page.context().close();
    });
  }

  it('never take words from files for markup', async () => {
    const hostile = structuredClone(report);
    hostile.run = { ...hostile.run, path: HOSTILE, loss: HOSTILE, classNames: [HOSTILE] };
    hostile.failed = [{ path: HOSTILE, code: 'E_MODEL', message: HOSTILE }];
    hostile.findings = [{ id: HOSTILE, text: HOSTILE, paper: HOSTILE, evidence: { [HOSTILE]: HOSTILE } }];
    for (const checkpoint of hostile.checkpoints) {
      checkpoint.path = `${checkpoint.epoch}${HOSTILE}`;
      delete checkpoint.epoch;
      for (const layer of checkpoint.layers) layer.name = HOSTILE;
    }
    const messages: ToPanel[] = [
      run({
        report: hostile,
        watch: { text: HOSTILE, busy: true },
        others: [{ id: HOSTILE, name: HOSTILE, report: hostile }],
      }),
      { type: 'file', overview: model(HOSTILE) },
      { type: 'file', overview: saved(HOSTILE) },
      { type: 'file', overview: { name: HOSTILE, kind: 'model', state: 'failed', message: HOSTILE } },
    ];
    for (const message of messages) {
      const { page, problems } = await preview.open({ width: 1200, height: 900 });
      await post(page, message);
      await page.locator('h1').waitFor();
      assert.ok((await page.locator('h1').textContent())?.startsWith(HOSTILE));
      assert.ok((await page.locator('#app').innerText()).includes('<script>'));
      assert.equal(await page.locator('#app img, #app script').count(), 0);
      assert.doesNotMatch(await page.title(), /markup|script/);
      assert.deepEqual(problems, []);
      await page.context().close();
    }
  });

  it('show a run that is added to another, its values beside it, and take it away again', async () => {
    const { page, problems } = await preview.open({ width: 1300, height: 900 });
    const other = structuredClone(report);
    for (const { metrics } of other.checkpoints) metrics['nc1']! *= 2;
    await post(page, run());
    await page.locator('canvas[data-chart=variability]').waitFor();
    await post(page, { type: 'compare', others: [{ id: '/runs/b', name: 'double', report: other }] });
    await page.locator('canvas[data-chart=compare-nc1]').waitFor();
    const curves = await page.evaluate(() =>
      window
        .neuralCollapse!.charts()
        .find(({ id }) => id === 'compare-nc1')!
        .datasets.map(({ run: id, points }) => ({
          id,
          last: points.at(-1)!.y,
        })),
    );
    const last = report.checkpoints.at(-1)!.metrics['nc1']!;
    assert.deepEqual(curves, [
      { id: '', last },
      { id: '/runs/b', last: 2 * last },
    ]);
    const layers = await page.evaluate(() =>
      window
        .neuralCollapse!.charts()
        .find(({ id }) => id === 'layers')!
        .datasets.map(({ label }) => label),
    );
    assert.deepEqual(layers, [`${report.run.path}, epoch 500`, 'double, epoch 500']);
    const row = page.locator('.values tr[data-metric=nc1] td:visible');
    assert.equal(await row.count(), 3, 'each run, and the value at collapse');
    await page.getByRole('button', { name: 'Remove double from the comparison' }).click();
    const sent = await page.evaluate(() => (window as unknown as { host: { sent: unknown[] } }).host.sent.at(-1));
    assert.deepEqual(sent, { type: 'dropRun', run: '/runs/b' });
    await post(page, { type: 'compare', others: [] });
    await page.locator('canvas[data-chart=variability]').waitFor();
    assert.deepEqual(problems, []);
    await page.context().close();
  });
});
