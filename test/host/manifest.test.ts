/** The manifest in a real VS Code: comments, diagnostics, and the commands that write it. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { MANIFEST_NAME, parseManifest } from '../../src/run/manifest';
import { sampleRun } from '../fixtures/paths';
import { answerMessages } from './answers';

function run<T>(id: string, ...args: unknown[]): Thenable<T> {
  return vscode.commands.executeCommand<T>(`neuralCollapse.${id}`, ...args);
}

async function eventually<T>(look: () => T | undefined, what: () => string): Promise<T> {
  const end = Date.now() + 15_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) assert.fail(what());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the manifest in the editor', function () {
  this.timeout(60_000);
  let home: string;
  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'nc-manifest-'));
    await vscode.extensions.getExtension('neural-collapse-inspector.neural-collapse-inspector')?.activate();
  });
  after(() => rm(home, { recursive: true, force: true }));
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** A folder with a manifest, and the manifest open. */
  async function opened(name: string, text: string, files: string[] = []): Promise<vscode.TextDocument> {
    const folder = path.join(home, name);
    await mkdir(folder);
    for (const file of files) await copyFile(path.join(sampleRun, file), path.join(folder, file));
    await writeFile(path.join(folder, MANIFEST_NAME), text);
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path.join(folder, MANIFEST_NAME)));
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document && document.uri.fsPath.startsWith(folder));
    return document;
  }

  /** `line: message` of each mark, lines counted from 1. */
  function marks({ uri }: vscode.TextDocument): string[] {
    return vscode.languages
      .getDiagnostics(uri)
      .map(({ range, message, severity }) => `${range.start.line + 1} ${severity} ${message}`);
  }

  function marked(document: vscode.TextDocument, pattern: RegExp): Promise<string> {
    return eventually(
      () => marks(document).find((mark) => pattern.test(mark)),
      () => `no mark ${pattern} among: ${marks(document).join(' | ')}`,
    );
  }

  async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    const at = document.getText().indexOf(from);
    assert.ok(at >= 0, from);
    edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + from.length)), to);
    await vscode.workspace.applyEdit(edit);
  }

  it('may have comments: only what is wrong is marked, by the schema, at its line', async () => {
    const document = await opened(
      'schema',
      '{\n  // why\n  "loss": "ce",\n  "oops": 1,\n  "preprocess": { "std": [0] }\n}\n',
    );
    assert.equal(document.languageId, 'jsonc');
    await marked(document, /^4 1 Property oops is not allowed/);
    await marked(document, /^5 1 Value is below the exclusive minimum of 0/);
    assert.equal(marks(document).length, 2, marks(document).join());
  });

  it('completes keys and explains them', async () => {
    const document = await opened('complete', '{\n  // a comment\n  "weightDecay": 1,\n  \n}\n');
    const at = new vscode.Position(3, 2);
    const offered = await eventuallyAsync(async () => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        at,
      );
      const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      return labels.some((label) => label.includes('preprocess')) ? labels : undefined;
    });
    assert.ok(
      offered.some((label) => label.includes('ood')),
      offered.join(),
    );
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(2, 5),
    );
    const words = hovers.flatMap(({ contents }) =>
      contents.map((part) => (typeof part === 'string' ? part : part.value)),
    );
    assert.match(words.join(), /optimiser/);
  });

  it('marks what a schema cannot say, as it is typed and as files come and go', async () => {
    const text = [
      '{',
      '  // the data',
      '  "train": { "inputs": "train.npz#x",',
      '    "labels": "train.npz#nothing" },',
      '  "classNames": ["a", "b",',
      '    "a"]',
      '}',
    ].join('\n');
    const document = await opened('beyond', text, ['train.npz']);
    await marked(document, /^4 0 train\.npz holds no array named nothing; it holds x .*, y /);
    await marked(document, /^6 1 Class 0 is named a already/);
    assert.equal(marks(document).length, 2, marks(document).join());
    await replace(document, '#nothing', '#y');
    await eventually(
      () => (marks(document).length === 1 ? true : undefined),
      () => marks(document).join(),
    );
    await rm(path.join(path.dirname(document.uri.fsPath), 'train.npz'));
    await marked(document, /^3 0 train\.npz cannot be read/);
    const { uri } = document;
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await eventually(
      () =>
        vscode.languages.getDiagnostics(uri).some(({ source }) => source === 'Neural Collapse') ? undefined : true,
      () => 'marks stay when the file is closed',
    );
  });

  it('is created with what was found, valid, with comments, and plans the same', async () => {
    const folder = path.join(home, 'create');
    await mkdir(folder);
    for (const file of await readdir(sampleRun)) {
      if (/\.(npz|onnx)$/.test(file)) await copyFile(path.join(sampleRun, file), path.join(folder, file));
    }
    const uri = await run<vscode.Uri>('createManifest', vscode.Uri.file(folder));
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, uri.fsPath);
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    const { manifest, warnings } = parseManifest(document.getText(), MANIFEST_NAME);
    assert.deepEqual(warnings, []);
    assert.deepEqual(manifest, {
      checkpoints: 'epoch_*.onnx',
      train: { inputs: 'train.npz#x', labels: 'train.npz#y' },
      test: { inputs: 'test.npz#x', labels: 'test.npz#y' },
      layers: 'auto',
    });
    assert.match(document.getText(), /\/\/ {3}"\S+" +body\.2 Relu +batch×16×14×14/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.deepEqual(marks(document), []);
    await writeFile(uri.fsPath, '{\n  "loss": "ce" // mine\n}\n');
    await eventually(
      () => (document.getText().includes('mine') ? true : undefined),
      () => 'the editor does not see the file',
    );
    const answers = answerMessages((message) => (/Add what else was found/.test(message) ? 'Add' : undefined));
    try {
      assert.equal((await run<vscode.Uri>('createManifest', vscode.Uri.file(folder))).fsPath, uri.fsPath);
      await eventually(
        () => (vscode.window.activeTextEditor?.document.getText().includes('train.npz') ? true : undefined),
        () => `nothing was added: ${vscode.window.activeTextEditor?.document.getText()}`,
      );
    } finally {
      answers.restore();
    }
    assert.match(answers.messages.join(), /checkpoints, train, test\?/);
    const added = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(added, /"loss": "ce", \/\/ mine/);
    assert.deepEqual(parseManifest(added, MANIFEST_NAME).manifest.train, {
      inputs: 'train.npz#x',
      labels: 'train.npz#y',
    });
    assert.equal(await readFile(uri.fsPath, 'utf8'), '{\n  "loss": "ce" // mine\n}\n', 'saving is left to the person');
  });
});

async function eventuallyAsync<T>(look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 15_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) assert.fail('nothing came');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
