/** The manifest as a person meets it: created, completed by pickers with the keyboard, and marked where it is wrong. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MANIFEST_NAME, parseManifest } from '../../src/run/manifest';
import { root, sampleRun } from '../fixtures/paths';
import { Workbench } from './workbench';

const pictures = path.join(root, 'out', 'screenshots');

describe('the manifest', function () {
  this.timeout(120_000);
  let home: string;
  let file: string;
  let workbench: Workbench;

  before(async () => {
    await mkdir(pictures, { recursive: true });
    home = await mkdtemp(path.join(os.tmpdir(), 'nc-manifest-'));
    await mkdir(path.join(home, 'fashion'));
    for (const name of ['epoch_020.onnx', 'epoch_500.onnx', 'train.npz', 'test.npz']) {
      await copyFile(path.join(sampleRun, name), path.join(home, 'fashion', name));
    }
    file = path.join(home, 'fashion', MANIFEST_NAME);
    workbench = await Workbench.open({ workspace: home });
  });

  after(async () => {
    await workbench?.close();
    await rm(home, { recursive: true, force: true });
  });

  const manifest = async () => parseManifest(await readFile(file, 'utf8'), MANIFEST_NAME).manifest;

  it('is created by a right-click on the folder', async () => {
    await workbench.contextMenu('fashion', 'Create Run Manifest');
    await workbench.tab(MANIFEST_NAME);
    await workbench.page.locator('.view-lines', { hasText: /"train":/ }).waitFor();
    assert.equal((await manifest()).checkpoints, 'epoch_*.onnx');
    await workbench.page.waitForTimeout(1000);
    await workbench.screenshot(path.join(pictures, 'manifest-created.png'));
    assert.equal(await workbench.page.locator('.squiggly-error, .squiggly-warning').count(), 0);
  });

  it('takes layers and pooling chosen by keyboard, and keeps its comments', async () => {
    await workbench.contextMenu('fashion/epoch_500.onnx', 'Choose Layers…');
    const labels = await workbench.quickPickLabels();
    assert.ok(labels.includes('body.2 Relu'), labels.join());
    const { keyboard } = workbench.page;
    // The first tensor, a convolution, is not automatic.
    await keyboard.press('ArrowDown');
    await keyboard.press('Space');
    await workbench.screenshot(path.join(pictures, 'choose-layers.png'));
    await keyboard.press('Enter');
    await workbench.page.locator('.quick-input-title', { hasText: /^Pooling/ }).waitFor();
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await workbench.screenshot(path.join(pictures, 'choose-pooling.png'));
    await keyboard.press('Enter');
    await workbench.notification(/^6 layers are measured from now on/);
    const { layers, pooling } = await manifest();
    assert.ok(Array.isArray(layers) && /Conv/.test(layers[0] ?? '') && layers.length === 6, JSON.stringify(layers));
    assert.equal(pooling, 'mean');
    assert.match(await readFile(file, 'utf8'), /\/\/ The data the model was trained on/);
    await workbench.notificationButton(/6 layers/, 'Inspect Again');
    await workbench.tab('epoch_500.onnx');
  });

  it('is marked where it names what is not there', async () => {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('train.npz#y', 'train.npz#labels').replace('{\n', '{\n  "oops": true,\n'));
    await workbench.command('View: Close All Editors');
    await (await workbench.explorerFile(`fashion/${MANIFEST_NAME}`)).dblclick();
    await workbench.page.locator('.squiggly-error').first().waitFor();
    await workbench.page.locator('.squiggly-warning').first().waitFor();
    await workbench.command('Problems: Focus on Problems View');
    await workbench.page.getByText('train.npz holds no array named labels').first().waitFor();
    await workbench.page.getByText('Property oops is not allowed').first().waitFor();
    await workbench.screenshot(path.join(pictures, 'manifest-marked.png'));
  });
});
