// Where things lie in the checkout and which versions the harness pins.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onEnd } from './processes.mjs';

/** The repository root, which is also the extension under development. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Downloads that survive between runs; git ignores it. */
export const CACHE = path.join(ROOT, '.vscode-test');

/**
 * A fresh folder outside the checkout, removed at the end of the run at the latest. Its name is short: VS Code puts sockets
 * into it, whose paths may have a hundred characters, and macOS spends half of them on its temporary folder.
 */
export async function temporaryFolder(purpose) {
  const folder = await mkdtemp(path.join(os.tmpdir(), `nci-${purpose}-`));
  onEnd(() => removeFolder(folder));
  return folder;
}

/** Removes a folder; processes that have just died may still be writing, so it tries again for a while. */
export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch((error) => {
    console.error(`Could not remove ${folder}: ${error.message}`);
  });
}
