/** A run that is followed while it is trained, as a person does it: explorer, panel, status bar, reload of the window. */
import assert from 'node:assert/strict';
import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { root, sampleRun } from '../fixtures/paths';
import { Workbench } from './workbench';

describe('watching a run', function () {
  this.timeout(240_000);
  let home: string;
  let folder: string;
  let workbench: Workbench;
  const place = (name: string): string => path.join(folder, 'training', name);
  const arrive = (name: string): Promise<void> => copyFile(path.join(sampleRun, name), place(name));

  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'nc-watch-e2e-'));
    folder = path.join(home, 'experiments');
    await mkdir(path.join(folder, 'training'), { recursive: true });
    for (const name of ['train.npz', 'test.npz', 'neural-collapse.json', 'epoch_000.onnx']) await arrive(name);
    workbench = await Workbench.open({ workspace: folder, settings: { 'neuralCollapse.maxSamples': 500 } });
  });
  after(async () => {
    await workbench?.close();
    await rm(home, { recursive: true, force: true });
  });

  /** The epochs of the NC1 curve, read from the chart itself. */
  function epochs(frame: Frame): Promise<number[]> {
    return frame.evaluate(() => {
      const chart = window.neuralCollapse?.charts().find(({ id }) => id === 'variability');
      return chart?.datasets[0]?.points.map(({ x }) => x) ?? [];
    });
  }

  const drawn = (...wanted: number[]): Promise<Frame> =>
    workbench.webviewFrame(async (frame) => (await epochs(frame)).join() === wanted.join(), 90_000);

  const status = () => workbench.page.locator('.statusbar-item', { hasText: /NC1 [\d.]/ });

  it('extends its curves as checkpoints are completed, one of them written in two halves', async () => {
    await workbench.contextMenu('training', 'Watch Training Run');
    await drawn(0);
    const bytes = await readFile(path.join(sampleRun, 'epoch_003.onnx'));
    await writeFile(place('epoch_003.onnx'), bytes.subarray(0, bytes.length / 2));
    const frame = await workbench.webviewFrame(async (one) =>
      one.evaluate(() => document.body.innerText.includes('epoch_003.onnx is still being written')),
    );
    assert.deepEqual(await epochs(frame), [0]);
    await appendFile(place('epoch_003.onnx'), bytes.subarray(bytes.length / 2));
    await drawn(0, 3);
  });

  it('tells the latest NC1 in the status bar, and that it falls', async () => {
    await status().filter({ hasText: '↓' }).waitFor({ timeout: 30_000 });
    await workbench.screenshot(path.join(root, 'out', 'screenshots', 'watching.png'));
    await workbench.command('File: New Untitled Text File');
    await workbench.tab('Untitled-1');
    await status().click();
    await drawn(0, 3);
  });

  it('goes on after a reload of the window, without measuring again what is known', async () => {
    await workbench.command('Developer: Reload Window');
    await workbench.page.locator('.statusbar-item', { hasText: /NC1/ }).waitFor({ timeout: 90_000 });
    await drawn(0, 3);
    await arrive('epoch_020.onnx');
    await drawn(0, 3, 20);
  });

  it('ends with its panel’s button, and with the panel', async () => {
    const frame = await drawn(0, 3, 20);
    await frame.locator('vscode-button', { hasText: 'Stop watching' }).click();
    await status().waitFor({ state: 'detached' });
    await frame.locator('vscode-button', { hasText: 'Watch run' }).click();
    await status().waitFor();
    await workbench.command('View: Close All Editors');
    await status().waitFor({ state: 'detached', timeout: 30_000 });
  });
});
