/** The main job as a person does it: right-click, curves, hovers, sidebar, in a real VS Code. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Frame } from 'playwright-core';
import type { Report } from '../../src/protocol/report';
import { defaultMetrics } from '../../webview/charts/selection';
import { root, sampleRun } from '../fixtures/paths';
import { Workbench } from './workbench';

interface Chart {
  id: string;
  datasets: { metric: string; label: string; points: { x: number; y: number }[]; pixels: { x: number; y: number }[] }[];
}

/** Pictures go to out/ on every run, and to media/ when they are to be renewed. */
const pictures =
  process.env['RENEW_SCREENSHOTS'] === '1'
    ? path.join(root, 'media', 'screenshots')
    : path.join(root, 'out', 'screenshots');

const charts = (frame: Frame): Promise<Chart[]> =>
  frame.evaluate(() => (window as unknown as { neuralCollapse: { charts(): Chart[] } }).neuralCollapse.charts());

describe('inspecting', function () {
  this.timeout(180_000);
  let home: string;
  /** The workspace; its name stands in the pictures. */
  let folder: string;
  let workbench: Workbench;
  let expected: Report;
  const violations: string[] = [];

  before(async () => {
    await mkdir(pictures, { recursive: true });
    home = await mkdtemp(path.join(os.tmpdir(), 'nc-e2e-'));
    folder = path.join(home, 'experiments');
    await mkdir(folder);
    await cp(sampleRun, path.join(folder, 'fashion-cnn'), { recursive: true });
    await mkdir(path.join(folder, 'twofold'));
    for (const [from, to] of [
      ['epoch_500.onnx', 'epoch_500.onnx'],
      ['train.npz', 'one.npz'],
      ['test.npz', 'two.npz'],
    ] as const) {
      await copyFile(path.join(sampleRun, from), path.join(folder, 'twofold', to));
    }
    await mkdir(path.join(folder, 'broken'));
    await writeFile(path.join(folder, 'broken', 'epoch_1.onnx'), 'broken');
    const { stdout } = await promisify(execFile)(process.execPath, [
      path.join(root, 'dist', 'cli.js'),
      ...['inspect', sampleRun, '--json', '-', '--provider', 'cpu'],
    ]);
    expected = JSON.parse(stdout) as Report;
    workbench = await Workbench.open({ workspace: folder });
    workbench.page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
    });
  });

  after(async () => {
    await workbench?.close();
    await rm(home, { recursive: true, force: true });
  });

  const panel = (): Promise<Frame> =>
    workbench.webviewFrame((frame) =>
      frame.evaluate(() => document.querySelector('h1')?.textContent === 'fashion-cnn'),
    );

  async function measured(): Promise<Frame> {
    const frame = await panel();
    await frame.waitForFunction(
      () =>
        (window as unknown as { neuralCollapse: { charts(): Chart[] } }).neuralCollapse
          .charts()
          .find((chart) => chart.id === 'variability')?.datasets[0]?.points.length === 5 &&
        !document.querySelector('progress:not([hidden])'),
      undefined,
      { timeout: 60_000 },
    );
    return frame;
  }

  it('draws every value of the report, by a right-click on the folder', async () => {
    await workbench.contextMenu('fashion-cnn', 'Inspect Training Run');
    const frame = await measured();
    const drawn = await charts(frame);
    let compared = 0;
    for (const chart of drawn.filter(({ id }) => id !== 'layers')) {
      for (const { metric, points } of chart.datasets) {
        // A checkpoint without a value has no point.
        const values = expected.checkpoints.flatMap(({ epoch, metrics: { [metric]: y } }) =>
          y === undefined ? [] : [{ x: epoch, y }],
        );
        assert.deepEqual(
          points.map(({ x }) => x),
          values.map(({ x }) => x),
          metric,
        );
        points.forEach(({ y }, i) => {
          const value = values[i]!.y;
          assert.ok(Math.abs(y - value) <= 1e-9 * Math.abs(value), `${metric}: ${y} for ${value}`);
        });
        compared++;
      }
    }
    assert.equal(compared, defaultMetrics(expected).length);
    assert.ok(compared > 15, `${compared}`);
    const layers = drawn.find(({ id }) => id === 'layers')?.datasets[0];
    assert.deepEqual(
      layers?.points.map(({ x }) => x),
      [1, 2, 3, 4, 5],
    );
    layers?.points.forEach(({ y }, i) => {
      const value = expected.checkpoints[4]?.layers[i]?.metrics['nc1.traceRatio'] ?? NaN;
      assert.ok(Math.abs(y - value) <= 1e-9 * value);
    });
  });

  it('shows the paper card on a point, and the card can be reached', async () => {
    const frame = await panel();
    const canvas = frame.locator('canvas[data-chart=variability]');
    const point = (await charts(frame)).find(({ id }) => id === 'variability')?.datasets[0]?.pixels[2];
    const box = await canvas.boundingBox();
    assert.ok(point && box);
    await workbench.page.mouse.move(box.x + point.x, box.y + point.y, { steps: 5 });
    const card = frame.locator('.hover-card[data-metric="nc1"]');
    await card.waitFor();
    const text = await card.innerText();
    assert.match(text, /epoch 20/);
    assert.match(text, /Papyan.*Han.*Donoho/s);
    assert.match(text, /Perfect collapse\s*0/);
    assert.ok((await card.locator('.katex').count()) > 0, 'the formula is typeset');
    assert.ok(text.includes(Number(expected.checkpoints[2]?.metrics['nc1']).toPrecision(3).slice(0, 4)), text);
    const inside = await card.boundingBox();
    assert.ok(inside);
    await workbench.page.mouse.move(inside.x + 30, inside.y + 12, { steps: 5 });
    await workbench.page.waitForTimeout(600);
    assert.ok(await card.isVisible(), 'the card went away under the pointer');
  });

  it('leads from the card to the sidebar and the paper’s own card', async () => {
    const frame = await panel();
    await frame.locator('.hover-card').getByText('In the sidebar').click();
    const paper = await workbench.webviewFrame((candidate) =>
      candidate.evaluate(() => document.querySelector('article.paper')?.getAttribute('data-paper') === 'papyan2020'),
    );
    const entries = workbench.page.locator('.pane-body .monaco-list-row', { hasText: 'Papyan et al. 2020' });
    await entries.first().waitFor();
    const words = await paper.locator('body').innerText();
    assert.match(words, /Prevalence of Neural Collapse/);
    const nc1 = expected.checkpoints[4]?.metrics['nc1'] ?? NaN;
    assert.ok(
      words.includes(nc1.toPrecision(3).replace(/0+$/, '')),
      `the card shows the open run’s NC1 (${nc1}): ${words}`,
    );
    await paper.getByText('Copy BibTeX').click();
    await workbench.page.getByText('BibTeX of papyan2020 copied').waitFor();
    await workbench.command('View: Close All Editors');
    await workbench.command('View: Show Explorer');
  });

  it('takes the colours of the theme, live', async () => {
    await workbench.contextMenu('fashion-cnn', 'Inspect Training Run');
    const frame = await measured();
    const colours = (): Promise<string[]> =>
      frame.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]);
    await workbench.page.setViewportSize({ width: 1680, height: 1180 });
    await workbench.page.mouse.move(800, 20);
    const dark = await colours();
    await workbench.page.waitForTimeout(800);
    await workbench.screenshot(path.join(pictures, 'panel-dark.png'));
    const inkBefore = await ink(frame);
    await workbench.setTheme('Default Light Modern');
    await frame.waitForFunction((before) => getComputedStyle(document.body).backgroundColor !== before, dark[0]);
    await workbench.page.waitForTimeout(800);
    assert.notDeepEqual(await colours(), dark);
    assert.notEqual(await ink(frame), inkBefore, 'the charts were not drawn again');
    await workbench.screenshot(path.join(pictures, 'panel-light.png'));
    const name = frame.locator('button.metric-name', { hasText: 'NC3' }).first();
    await name.hover();
    await frame.locator('.hover-card[data-metric="nc3"]').waitFor();
    await workbench.page.waitForTimeout(300);
    await workbench.screenshot(path.join(pictures, 'card-light.png'));
    await workbench.page.keyboard.press('Escape');
    for (const theme of ['Default High Contrast Light', 'Default High Contrast'] as const) {
      await workbench.setTheme(theme);
      await workbench.page.waitForTimeout(500);
      assert.ok(await curvesStandOut(frame), `${theme}: a curve has the colour of the page, or none`);
    }
    await workbench.screenshot(path.join(pictures, 'panel-high-contrast.png'));
    await workbench.setTheme('Default Dark Modern');
  });

  it('goes from the palette’s metric to its chart', async () => {
    const row = await workbench.commandPick('Neural Collapse: Show Metric…', 'NC3 self-duality', 'self-duality');
    assert.match(row, /0\.1393.*→.*0/s);
    const frame = await panel();
    await frame.locator('[data-figure="selfDuality"].marked').waitFor();
  });

  it('explains a metric in a card of its own, from the palette and from a card’s name', async () => {
    const explained = (id: string) => (frame: Frame) =>
      frame.evaluate(
        (wanted) => document.querySelector('article.explained')?.getAttribute('data-metric') === wanted,
        id,
      );
    await workbench.commandPick('Neural Collapse: Explain Metric…', 'NC3', 'self-duality');
    const card = await workbench.webviewFrame(explained('nc3'));
    const words = await card.locator('body').innerText();
    assert.match(words, /0\.1393[\s\S]*fashion-cnn, epoch 500/);
    assert.match(words, /Perfect collapse\s*0/);
    assert.ok((await card.locator('.formula .katex').count()) > 0, 'the formula is typeset');
    await workbench.screenshot(path.join(pictures, 'explain-dark.png'));
    const frame = await panel();
    const name = frame.locator('.values button.metric-name', { hasText: 'Condition of the class means' });
    await name.hover();
    await frame.locator('.hover-card .card-name').click();
    await workbench.webviewFrame(explained('nc1.condition'));
    await workbench.command('View: Close All Editors');
    await workbench.contextMenu('fashion-cnn', 'Inspect Training Run');
    await measured();
  });

  it('keeps the choice of metrics while the panel is hidden', async () => {
    const frame = await panel();
    await frame.getByRole('button', { name: 'Choose metrics…' }).click();
    await frame.getByRole('checkbox', { name: /NC3 self-duality \(Papyan\)/ }).uncheck();
    await frame.locator('canvas[data-chart=selfDuality]').waitFor({ state: 'detached' });
    await workbench.commandPick('Neural Collapse: Open Paper Reference', 'Prevalence of Neural Collapse');
    await workbench.command('View: Move Editor into Previous Group');
    await workbench.webviewFrame('Prevalence of Neural Collapse');
    await workbench.page.locator('.tab', { hasText: 'fashion-cnn' }).click();
    const again = await measured();
    assert.equal(await again.locator('canvas[data-chart=selfDuality]').count(), 0);
    await again.getByRole('button', { name: 'Choose metrics…' }).click();
    await again.getByRole('button', { name: 'Defaults' }).click();
    await again.locator('canvas[data-chart=selfDuality]').waitFor();
  });

  it('asks once which data fits, and remembers the answer beside the checkpoint', async () => {
    await workbench.contextMenu('twofold/epoch_500.onnx', 'Inspect Neural Collapse');
    const labels = await workbench.quickPickLabels();
    assert.equal(labels.length, 2, labels.join());
    await workbench.quickPick('one.npz');
    const titled = (text: string) => (frame: Frame) =>
      frame.evaluate((wanted) => document.querySelector('h1')?.textContent === wanted, text);
    await workbench.tab('epoch_500.onnx');
    const file = path.join(folder, 'twofold', 'neural-collapse.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { train: { inputs: string } };
    assert.equal(manifest.train.inputs, 'one.npz#x');
    await workbench.command('View: Close All Editors');
    await workbench.contextMenu('twofold/epoch_500.onnx', 'Inspect Neural Collapse');
    await workbench.webviewFrame(titled('twofold'));
  });

  it('says in one sentence what is wrong with a file', async () => {
    await workbench.contextMenu('broken/epoch_1.onnx', 'Inspect Neural Collapse');
    const words = await workbench.notification(/epoch_1\.onnx is not an ONNX model/);
    assert.equal(words.trim().split('\n').length, 1);
    await workbench.notificationButton(/epoch_1\.onnx/, 'Show Log');
    await workbench.page.locator('.view-lines', { hasText: 'E_NOT_ONNX' }).waitFor();
  });

  it('stops when Cancel is pressed, and says so', async () => {
    await workbench.command('View: Close All Editors');
    await mkdir(path.join(folder, '.vscode'), { recursive: true });
    await writeFile(path.join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'neuralCollapse.batchSize': 1 }));
    await workbench.page.waitForTimeout(2500);
    await workbench.contextMenu('fashion-cnn', 'Inspect Training Run');
    const frame = await panel();
    const button = frame.locator('vscode-button', { hasText: 'Cancel' });
    await button.waitFor();
    await button.click();
    await frame.getByText('Cancelled.').waitFor({ timeout: 2000 });
  });

  it('stops in silence when the panel is closed while it measures', async () => {
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.command('View: Close All Editors');
    await workbench.contextMenu('fashion-cnn', 'Inspect Training Run');
    await (await panel()).locator('vscode-button', { hasText: 'Cancel' }).waitFor();
    await workbench.command('View: Close All Editors');
    await workbench.page.waitForTimeout(1500);
    assert.deepEqual(await workbench.notifications(), []);
    await rm(path.join(folder, '.vscode'), { recursive: true });
  });

  it('keeps its panel over a reload of the window, and knows which run it is', async () => {
    await workbench.page.waitForTimeout(1500);
    await workbench.contextMenu('fashion-cnn', 'Inspect Training Run');
    await measured();
    await workbench.command('Developer: Reload Window');
    await workbench.page.waitForTimeout(3000);
    await measured();
    await workbench.contextMenu('fashion-cnn', 'Inspect Training Run');
    await workbench.page.waitForTimeout(3000);
    await measured();
    assert.deepEqual(await workbench.tabs(), ['fashion-cnn']);
  });

  it('breaks no rule of the page’s content security policy', () => assert.deepEqual(violations, []));
});

/** A chart as it is painted: changes when its colours do. */
function ink(frame: Frame): Promise<string> {
  return frame.evaluate(() => document.querySelector<HTMLCanvasElement>('canvas[data-chart]')?.toDataURL() ?? '');
}

/** Every curve's colour is one that a canvas understands, and differs from the page behind it. */
function curvesStandOut(frame: Frame): Promise<boolean> {
  return frame.evaluate(() => {
    const pen = document.createElement('canvas').getContext('2d');
    const styles = getComputedStyle(document.body);
    const paint = (colour: string): string | undefined => {
      if (!pen) return undefined;
      pen.strokeStyle = '#123456';
      pen.strokeStyle = colour.trim();
      return pen.strokeStyle === '#123456' ? undefined : pen.strokeStyle;
    };
    const surface = paint(styles.backgroundColor);
    const curves = [1, 2, 3, 4].map((i) => paint(styles.getPropertyValue(`--nc-series-${i}`)));
    return curves.every((curve) => curve !== undefined && curve !== surface) && new Set(curves).size === curves.length;
  });
}
