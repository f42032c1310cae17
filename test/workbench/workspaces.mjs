// Throw-away workspaces, so that no run leaves a trace in the checkout.
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ROOT, temporaryFolder } from './paths.mjs';

const SAMPLE_RUN = path.join(ROOT, 'media', 'sample-run');
const HOST_FIXTURE = path.join(ROOT, 'test', 'fixtures', 'workspace-smoke');

/**
 * A fresh copy of the sample run.
 * @returns {Promise<{home: string, workspace: string}>} `workspace` is to be opened, `home` to be removed afterwards
 */
export async function sampleWorkspace() {
  if (!existsSync(SAMPLE_RUN)) throw new Error(`The sample run is missing: ${SAMPLE_RUN} is not there.`);
  return fill('sample-run', (workspace) => cp(SAMPLE_RUN, workspace, { recursive: true }));
}

/** The workspace of the extension host tests: their fixture, with the sample run in it. */
export async function hostWorkspace() {
  return fill('workspace', async (workspace) => {
    await cp(HOST_FIXTURE, workspace, { recursive: true });
    await cp(SAMPLE_RUN, path.join(workspace, 'sample-run'), { recursive: true });
  });
}

async function fill(name, copy) {
  const home = await temporaryFolder('workspace');
  const workspace = path.join(home, name);
  await mkdir(workspace);
  await copy(workspace);
  return { home, workspace };
}
