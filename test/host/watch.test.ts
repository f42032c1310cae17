/** Runs that are watched, compared and opened from files, and files opened as editors, inside a real VS Code. */
import assert from 'node:assert/strict';
import { appendFile, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Report } from '../../src/protocol/report';
import { models, sampleRun } from '../fixtures/paths';
import { answerPicks } from './answers';

function run<T>(id: string, ...args: unknown[]): Thenable<T> {
  return vscode.commands.executeCommand<T>(`neuralCollapse.${id}`, ...args);
}

function tabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

async function eventually(check: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await check())) {
    if (Date.now() > end) assert.fail(what());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a run in training', function () {
  this.timeout(180_000);
  let home: string;
  let folder: string;
  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'nc-watch-'));
    folder = path.join(home, 'training');
    await mkdir(folder);
  });
  after(() => rm(home, { recursive: true, force: true }));
  afterEach(async () => {
    await run('stopWatching');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** The report of the panel in front, as it would be exported. */
  async function shown(): Promise<Report | undefined> {
    const target = path.join(home, 'shown.json');
    await rm(target, { force: true });
    await run('exportReport', vscode.Uri.file(target));
    const text = await readFile(target, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Report);
  }

  const epochs = (report: Report | undefined) => report?.checkpoints.map(({ epoch }) => epoch) ?? [];

  it('grows in its panel as checkpoints are completed, broken ones listed', async () => {
    await run('watchRun', vscode.Uri.file(folder));
    await eventually(
      () => tabs().some(({ label }) => label === 'training'),
      () =>
        tabs()
          .map(({ label }) => label)
          .join(),
    );
    for (const name of ['train.npz', 'test.npz', 'neural-collapse.json'])
      await copyFile(path.join(sampleRun, name), path.join(folder, name));
    // Written under another name and renamed, as careful writers do.
    const place = (name: string): string => path.join(folder, name);
    await copyFile(path.join(sampleRun, 'epoch_000.onnx'), place('epoch_000.onnx.tmp'));
    await rename(place('epoch_000.onnx.tmp'), place('epoch_000.onnx'));
    await eventually(
      async () => epochs(await shown()).join() === '0',
      () => 'epoch 0 was not measured',
    );
    // In two halves, with a pause between them in which several looks find it cut short.
    const bytes = await readFile(path.join(sampleRun, 'epoch_003.onnx'));
    await writeFile(place('epoch_003.onnx'), bytes.subarray(0, bytes.length / 2));
    await new Promise((resolve) => setTimeout(resolve, 4000));
    const waiting = await shown();
    assert.deepEqual([epochs(waiting), waiting?.failed], [[0], []]);
    await appendFile(place('epoch_003.onnx'), bytes.subarray(bytes.length / 2));
    await eventually(
      async () => epochs(await shown()).join() === '0,3',
      () => 'epoch 3 was not measured',
    );
    // A broken one counts once it rests; the watch goes on meanwhile.
    await writeFile(place('epoch_010.onnx'), 'broken');
    await copyFile(path.join(sampleRun, 'epoch_020.onnx'), place('epoch_020.onnx'));
    await eventually(
      async () => epochs(await shown()).join() === '0,3,20',
      () => 'epoch 20 was not measured',
    );
    await eventually(
      async () => (await shown())?.failed[0]?.path === 'epoch_010.onnx',
      () => 'the broken checkpoint was not listed',
    );
    const report = await shown();
    assert.ok(Number.isFinite(report?.checkpoints[2]?.metrics['drift.means']));
    const at20 = await run<Report>('inspectCheckpoint', vscode.Uri.file(place('epoch_020.onnx')));
    assert.equal(report?.checkpoints[2]?.metrics['nc1'], at20.checkpoints[0]?.metrics['nc1']);
  });

  it('is no longer measured once its watch has ended, and goes on from what is known when it begins again', async () => {
    const inspected = await run<Report>('inspectRun', vscode.Uri.file(folder));
    assert.deepEqual(epochs(inspected), [0, 3, 20]);
    await copyFile(path.join(sampleRun, 'epoch_120.onnx'), path.join(folder, 'epoch_120.onnx'));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.deepEqual(epochs(await shown()), [0, 3, 20]);
    await run('watchRun', vscode.Uri.file(folder));
    await eventually(
      async () => epochs(await shown()).join() === '0,3,20,120',
      () => 'epoch 120 was not measured',
    );
    const report = await shown();
    // Those before are the very same: a checkpoint measured again would have taken another time.
    assert.deepEqual(
      report?.checkpoints.slice(0, 3).map(({ seconds }) => seconds),
      inspected.checkpoints.map(({ seconds }) => seconds),
    );
    assert.ok(Number.isFinite(report?.checkpoints[3]?.metrics['drift.means']));
  });

  it('is compared with a report that was exported, and with itself in another folder', async () => {
    const exported = path.join(home, 'sample-run-collapse.json');
    await run('openSampleRun');
    await run('exportReport', vscode.Uri.file(exported));
    const opened = await run<Report>('openReport', vscode.Uri.file(exported));
    assert.equal(opened.checkpoints.length, 5);
    await eventually(
      () => tabs().some(({ label }) => label === 'sample-run-collapse.json'),
      () => 'no panel',
    );
    const uris = [folder, exported].map((file) => vscode.Uri.file(file));
    const compared = await run<Report[]>('compareRuns', uris[0], uris);
    assert.deepEqual(
      compared.map(({ run: { path: name }, checkpoints }) => [name, checkpoints.length]),
      [
        ['training', 4],
        ['sample-run', 5],
      ],
    );
    await eventually(
      () => tabs().some(({ label }) => label === 'training · sample-run'),
      () => 'no comparison',
    );
  });

  it('is chosen with others from a picker', async () => {
    await run('openSampleRun');
    const picks = answerPicks([(items) => items.filter(({ description }) => description === 'open')]);
    try {
      assert.equal(await run('compareRuns'), undefined, 'one run is no comparison');
      assert.ok(picks.shown[0]?.some(({ label }) => label === 'sample-run'));
    } finally {
      picks.restore();
    }
  });

  it('refuses a file that is no report', async () => {
    const file = path.join(home, 'other-collapse.json');
    await writeFile(file, '{}');
    assert.equal(await run('openReport', vscode.Uri.file(file)), undefined);
  });
});

describe('files as editors', function () {
  this.timeout(60_000);
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  for (const file of [path.join(sampleRun, 'epoch_500.onnx'), path.join(models, 'activations.npz')]) {
    it(`open ${path.basename(file)} in its overview`, async () => {
      await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), 'neuralCollapse.file');
      await eventually(
        () => tabs().some(({ input }) => input instanceof vscode.TabInputCustom && input.uri.fsPath === file),
        () =>
          tabs()
            .map(({ label }) => label)
            .join(),
      );
    });
  }
});

describe('the manifest in the editor', function () {
  this.timeout(60_000);

  it('says what holds without a key, and names papers with links that open their cards', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'nc-hover-'));
    try {
      const file = path.join(folder, 'neural-collapse.json');
      await writeFile(file, '{ "loss": "mse", "layers": "auto" }');
      const uri = vscode.Uri.file(file);
      await vscode.workspace.openTextDocument(uri);
      const hover = async (character: number): Promise<string> => {
        const all = await vscode.commands.executeCommand<vscode.Hover[]>(
          'vscode.executeHoverProvider',
          uri,
          new vscode.Position(0, character),
        );
        return all
          .flatMap(({ contents }) => contents.map((one) => (typeof one === 'string' ? one : one.value)))
          .join('\n');
      };
      assert.match(await hover(12), /Mixon et al\. 2020|command:neuralCollapse\.openPaper\?%5B%22mixon2022%22%5D/);
      assert.match(await hover(20), /`layers` · without it: &quot;auto&quot;|`layers` · without it: "auto"/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
