import path from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './processes.mjs';

/** Builds the product, and with `tests` the test bundles. */
export async function build({ tests = false } = {}) {
  console.log(tests ? 'Building the extension and its tests …' : 'Building the extension …');
  const args = [path.join(ROOT, 'esbuild.mjs'), ...(tests ? ['--tests'] : [])];
  const { code } = await run(process.execPath, args, { cwd: ROOT });
  if (code !== 0) throw new Error('The build failed: see the messages above.');
}
