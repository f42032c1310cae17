/** The extension inside a real VS Code: commands, panels, files. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Report } from '../../src/protocol/report';
import { models, sampleRun } from '../fixtures/paths';

const COMMANDS = [
  'inspectCheckpoint',
  'inspectRun',
  'inspectActivations',
  'createManifest',
  'chooseLayers',
  'overrideModel',
  'showMetric',
  'explainMetric',
  'selectProvider',
  'openPaper',
  'openSampleRun',
  'exportReport',
  'watchRun',
  'stopWatching',
  'showWatchedRun',
  'compareRuns',
  'openReport',
];

function run<T>(id: string, ...args: unknown[]): Thenable<T> {
  return vscode.commands.executeCommand<T>(`neuralCollapse.${id}`, ...args);
}

function webviewTitles(): string[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter((tab) => tab.input instanceof vscode.TabInputWebview)
    .map((tab) => tab.label);
}

async function eventually(check: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!check()) {
    if (Date.now() > end) assert.fail(what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the extension', function () {
  this.timeout(90_000);
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'nc-host-'))));
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('registers every command under its category', async () => {
    await vscode.extensions.all.find((extension) => extension.id.endsWith('neural-collapse-inspector'))?.activate();
    const all = await vscode.commands.getCommands(true);
    for (const id of COMMANDS) assert.ok(all.includes(`neuralCollapse.${id}`), id);
  });

  it('measures the sample run and shows it in a panel of that name', async () => {
    const report = await run<Report>('openSampleRun');
    assert.equal(report.checkpoints.length, 5);
    assert.ok(Math.abs((report.checkpoints[4]?.metrics['nc1'] ?? NaN) - 0.133) < 1e-3);
    await eventually(() => webviewTitles().includes('sample-run'), webviewTitles().join());
  });

  it('finds the data of a lone checkpoint and remembers it beside the checkpoint', async () => {
    const here = path.join(folder, 'lone');
    await mkdir(here);
    await copyFile(path.join(sampleRun, 'epoch_020.onnx'), path.join(here, 'epoch_020.onnx'));
    await copyFile(path.join(sampleRun, 'train.npz'), path.join(here, 'train.npz'));
    const report = await run<Report>('inspectCheckpoint', vscode.Uri.file(path.join(here, 'epoch_020.onnx')));
    assert.equal(report.checkpoints[0]?.epoch, 20);
    const manifest = JSON.parse(await readFile(path.join(here, 'neural-collapse.json'), 'utf8')) as {
      train: { inputs: string; labels: string };
    };
    assert.deepEqual(manifest.train, { inputs: 'train.npz#x', labels: 'train.npz#y' });
  });

  it('measures saved activations', async () => {
    const report = await run<Report>('inspectActivations', vscode.Uri.file(path.join(models, 'activations.npz')));
    assert.equal(report.run.kind, 'activations');
    assert.ok(Number.isFinite(report.checkpoints[0]?.metrics['nc1']));
  });

  it('measures a folder of saved activations as a run', async () => {
    const here = path.join(folder, 'saved');
    await mkdir(here);
    await copyFile(path.join(models, 'activations.npz'), path.join(here, 'activations.npz'));
    const report = await run<Report>('inspectRun', vscode.Uri.file(here));
    assert.equal(report.run.kind, 'activations');
    assert.equal(report.checkpoints.length, 1);
  });

  it('exports the open run’s report, whole', async () => {
    const report = await run<Report>('openSampleRun');
    const target = path.join(folder, 'report.json');
    await run('exportReport', vscode.Uri.file(target));
    assert.deepEqual(JSON.parse(await readFile(target, 'utf8')), JSON.parse(JSON.stringify(report)));
  });

  it('exports in the format of the file’s name, and nothing where the name says none', async () => {
    await run('openSampleRun');
    await run('exportReport', vscode.Uri.file(path.join(folder, 'report.csv')));
    assert.match(await readFile(path.join(folder, 'report.csv'), 'utf8'), /^checkpoint,epoch,layer,metric,value\n/);
    const other = path.join(folder, 'report.xlsx');
    assert.equal(await run('exportReport', vscode.Uri.file(other)), undefined);
    await assert.rejects(readFile(other), { code: 'ENOENT' });
  });

  it('gives no report for a broken file, and still serves the next', async () => {
    const here = path.join(folder, 'broken');
    await mkdir(here);
    await writeFile(path.join(here, 'epoch_1.onnx'), 'broken');
    const target = vscode.Uri.file(path.join(here, 'epoch_1.onnx'));
    assert.equal(await run('inspectCheckpoint', target), undefined);
    assert.ok(await run('openSampleRun'));
  });

  it('opens the card of a paper', async () => {
    await run('openPaper', 'papyan2020');
    await eventually(() => webviewTitles().some((title) => /Papyan 2020/.test(title)), webviewTitles().join());
  });

  it('opens the card of a metric, with or without a run', async () => {
    await run('explainMetric', 'nc3');
    await eventually(() => webviewTitles().includes('NC3 self-duality (Papyan)'), webviewTitles().join());
    await run('openSampleRun');
    await run('explainMetric', 'nc1');
    await eventually(() => webviewTitles().includes('NC1 within-class variability'), webviewTitles().join());
    assert.ok(!webviewTitles().includes('NC3 self-duality (Papyan)'), 'one card for all metrics');
  });

  it('measures two runs at the same time without mixing them up', async () => {
    const copy = path.join(folder, 'beside');
    await mkdir(copy);
    for (const name of ['epoch_020.onnx', 'train.npz'])
      await copyFile(path.join(sampleRun, name), path.join(copy, name));
    const [one, other] = await Promise.all([
      run<Report>('openSampleRun'),
      run<Report>('inspectRun', vscode.Uri.file(copy)),
    ]);
    assert.deepEqual(
      [one, other].map((report) => report.checkpoints.map((checkpoint) => checkpoint.epoch)),
      [[0, 3, 20, 120, 500], [20]],
    );
  });

  it('lets the later inspection of a run take over from the earlier', async () => {
    const [first, second] = await Promise.all([run<Report | undefined>('openSampleRun'), run<Report>('openSampleRun')]);
    assert.equal(first, undefined);
    assert.equal(second.checkpoints.length, 5);
  });

  it('uses one panel for a run that is inspected twice', async () => {
    const copy = path.join(folder, 'twice');
    await cp(sampleRun, copy, { recursive: true });
    await run('inspectRun', vscode.Uri.file(copy));
    await run('inspectRun', vscode.Uri.file(copy));
    assert.equal(webviewTitles().filter((title) => title === 'twice').length, 1);
  });
});
