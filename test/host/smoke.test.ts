import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';

const ID = 'neural-collapse-inspector.neural-collapse-inspector';

interface Manifest {
  contributes?: { commands?: { command: string }[] };
}

describe('extension in a real VS Code', () => {
  it('is the one of this checkout and activates', async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension, `${ID} is not installed in this extension host`);
    assert.equal(path.resolve(extension.extensionPath), path.resolve(__dirname, '../../..'));
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command it contributes', async () => {
    const extension = vscode.extensions.getExtension(ID);
    await extension?.activate();
    const contributed = (extension?.packageJSON as Manifest).contributes?.commands ?? [];
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.notEqual(contributed.length, 0);
    assert.deepEqual(
      contributed.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  });

  it('runs in a throw-away copy of the fixture workspace', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder, 'no folder is open');
    assert.ok(!folder.fsPath.startsWith(path.resolve(__dirname, '../../..')), `${folder.fsPath} is in the checkout`);
    const notes = vscode.Uri.joinPath(folder, 'notes.txt');
    const document = await vscode.workspace.openTextDocument(notes);
    assert.equal(document.getText(), await readFile(notes.fsPath, 'utf8'));
  });
});
