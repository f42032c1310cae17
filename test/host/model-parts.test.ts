/** Choose Layers… and Override Model Parts… in a real VS Code, with a person's answers given. */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Report } from '../../src/protocol/report';
import { MANIFEST_NAME, parseManifest } from '../../src/run/manifest';
import { models } from '../fixtures/paths';
import { answerPicks } from './answers';

function run<T>(id: string, ...args: unknown[]): Thenable<T> {
  return vscode.commands.executeCommand<T>(`neuralCollapse.${id}`, ...args);
}

describe('choosing parts of a model', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'nc-choose-'));
    await copyFile(path.join(models, 'cnn.onnx'), path.join(folder, 'cnn.onnx'));
    await copyFile(path.join(models, 'data.npz'), path.join(folder, 'data.npz'));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });

  const text = (): Promise<string> => readFile(path.join(folder, MANIFEST_NAME), 'utf8');
  const model = (): vscode.Uri => vscode.Uri.file(path.join(folder, 'cnn.onnx'));

  it('writes the layers that are picked, keeps comments, and forgets them where they are the automatic ones', async () => {
    await writeFile(path.join(folder, MANIFEST_NAME), '{\n  // mine\n  "loss": "ce"\n}\n');
    const first = answerPicks([
      (items) => items.filter((item, i) => i === 0 || item.picked),
      (items) => items.find(({ label }) => label.endsWith('Mean over positions')),
    ]);
    await run('chooseLayers', model()).then(undefined, first.fail);
    first.restore();
    const [layers = [], poolings = []] = first.shown;
    assert.ok(layers.length > 2, JSON.stringify(layers));
    assert.ok(layers.every(({ detail }) => typeof detail === 'string' && detail !== ''));
    assert.match(String(layers[0]?.description), /^batch×\d+×\d+×\d+/);
    assert.equal(layers[0]?.picked, false);
    assert.equal(layers.filter(({ description }) => /always measured/.test(String(description))).length, 1);
    assert.ok(poolings[0]?.label.includes('$(check) Automatic'), JSON.stringify(poolings));
    const picked = layers.filter((item, i) => i === 0 || item.picked).map(({ detail }) => detail);
    assert.match(await text(), /\/\/ mine/);
    const { manifest } = parseManifest(await text(), MANIFEST_NAME);
    assert.deepEqual(manifest, { loss: 'ce', layers: picked, pooling: 'mean' });

    const report = await run<Report>('inspectCheckpoint', model());
    assert.equal(report.checkpoints[0]?.layers.length, picked.length);

    const second = answerPicks([
      (items) => {
        assert.deepEqual(
          items.filter((item) => item.picked).map(({ detail }) => detail),
          picked,
          'what the manifest says is picked',
        );
        return items.filter(({ description }) => /automatic|always/.test(String(description)));
      },
      (items) => items.find(({ label }) => label.endsWith('Automatic')),
    ]);
    await run('chooseLayers', model());
    second.restore();
    const after = parseManifest(await text(), MANIFEST_NAME).manifest;
    assert.equal(after.layers, undefined);
    assert.equal(after.pooling, undefined);
    assert.match(await text(), /\/\/ mine/);
  });

  it('writes nothing where the person turns away', async () => {
    const answers = answerPicks([(items) => items.slice(0, 1), () => undefined]);
    await run('chooseLayers', model());
    answers.restore();
    assert.equal(answers.shown.length, 2);
    await assert.rejects(text(), { code: 'ENOENT' });
  });

  it('takes the run that is shown where it is called from the palette', async () => {
    const report = await run<Report>('inspectRun', vscode.Uri.file(folder));
    assert.equal(report.checkpoints.length, 1);
    const answers = answerPicks([() => []], (options) => assert.match(String(options?.title), /Layers of cnn\.onnx/));
    await run('chooseLayers');
    answers.restore();
    assert.equal(answers.shown.length, 2, 'the layers, then the pooling');
  });

  it('writes overrides of model parts once the model can be read with them', async () => {
    let refused: unknown;
    const answers = answerPicks([(items) => items.find(({ label }) => /Classifier/.test(label))]);
    const { showInputBox } = vscode.window;
    const boxes: string[] = [];
    vscode.window.showInputBox = async (options) => {
      boxes.push(options?.value ?? '');
      if (boxes.length === 1) return 'no.such.weight';
      if (boxes.length === 2) {
        refused = await options?.validateInput?.('no.such.weight');
        return known;
      }
      return '';
    };
    const known = await classifierWeight(model());
    await run('overrideModel', model());
    vscode.window.showInputBox = showInputBox;
    answers.restore();
    assert.match(JSON.stringify(refused), /no constant tensor named no\.such\.weight/);
    assert.deepEqual(boxes, [known, 'no.such.weight', '']);
    assert.deepEqual(parseManifest(await text(), MANIFEST_NAME).manifest, { model: { weight: known } });

    const again = answerPicks([(items) => items.find(({ label }) => /Penultimate/.test(label)), (items) => items[0]]);
    await run('overrideModel', model());
    again.restore();
    const { model: parts } = parseManifest(await text(), MANIFEST_NAME).manifest;
    assert.deepEqual(Object.keys(parts ?? {}).sort(), ['penultimate', 'weight']);

    const forget = answerPicks([(items) => items.find(({ label }) => /Detect everything/.test(label))]);
    await run('overrideModel', model());
    forget.restore();
    assert.deepEqual(parseManifest(await text(), MANIFEST_NAME).manifest, {});
  });
});

/** What the picker of model parts shows as the classifier's weight. */
async function classifierWeight(file: vscode.Uri): Promise<string> {
  let weight = '';
  const answers = answerPicks([
    (items) => {
      weight = String(items.find(({ label }) => /Classifier/.test(label))?.description);
      return undefined;
    },
  ]);
  await run('overrideModel', file);
  answers.restore();
  return weight;
}
