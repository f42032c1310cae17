import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Workbench } from './workbench';

describe('workbench', () => {
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'neural-collapse-e2e-'));
    await writeFile(path.join(folder, 'notes.txt'), 'some notes\n');
    await writeFile(path.join(folder, 'model.onnx'), 'not a model');
    await mkdir(path.join(folder, 'folder'));
    await writeFile(path.join(folder, 'folder', 'readme.md'), '# Collapse of a heading\n');
    workbench = await Workbench.open({ workspace: folder });
  });

  after(async () => {
    await workbench?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('runs a built-in command through the palette', async () => {
    await workbench.command('File: New Untitled Text File');
    await workbench.tab('Untitled-1');
    assert.deepEqual(await workbench.tabs(), ['Untitled-1']);
  });

  it('switches the theme', async () => {
    const worn = (theme: string) => workbench.page.locator(`.monaco-workbench.${theme}`).waitFor();
    await workbench.setTheme('Default Light Modern');
    await worn('vscode-theme-defaults-themes-light_modern-json');
    await workbench.setTheme('Default High Contrast');
    await worn('hc-black');
    await workbench.setTheme('Default Dark Modern');
    await worn('vscode-theme-defaults-themes-dark_modern-json');
  });

  it('offers to inspect a checkpoint, and nothing else, by right-click', async () => {
    const ours = (items: string[]) => items.filter((item) => item.startsWith('Inspect'));
    assert.deepEqual(ours(await workbench.contextMenuItems('model.onnx')), ['Inspect Neural Collapse']);
    assert.deepEqual(ours(await workbench.contextMenuItems('notes.txt')), []);
  });

  it('opens a file by right-click', async () => {
    await workbench.contextMenu('notes.txt', 'Open to the Side');
    await workbench.tab('notes.txt');
    await workbench.page.locator('.view-lines', { hasText: /some\snotes/ }).waitFor();
  });

  it('chooses from a picker', async () => {
    await workbench.command('Change End of Line Sequence');
    assert.deepEqual((await workbench.quickPickLabels()).sort(), ['CRLF', 'LF']);
    await workbench.quickPick('CRLF');
    await workbench.page.getByRole('button', { name: 'CRLF' }).waitFor();
  });

  it('reaches the document inside a webview', async () => {
    await workbench.contextMenu('folder/readme.md', 'Open Preview');
    const frame = await workbench.webviewFrame('Collapse of a heading');
    assert.equal(await frame.locator('h1').innerText(), 'Collapse of a heading');
  });

  it('saves a picture of the window', async () => {
    const file = path.join(folder, 'window.png');
    await workbench.screenshot(file);
    assert.deepEqual([...(await readFile(file)).subarray(1, 4)], [...Buffer.from('PNG')]);
  });
});
