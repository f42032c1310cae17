// Runs npm, also from a plain `node test/workbench/….mjs`, and on Windows, where npm is a command script.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './processes.mjs';

/** Runs npm in `cwd` and rejects with a sentence when it fails. */
export async function npm(args, cwd) {
  // onnxruntime-node would otherwise look for CUDA libraries on the web.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const script = process.env.npm_execpath;
  const byScript = script !== undefined && /npm-cli\.c?js$/.test(script);
  const result = byScript
    ? await run(process.execPath, [script, ...args], { cwd, env })
    : await run('npm', args, { cwd, env, shell: process.platform === 'win32' });
  if (result.code !== 0) {
    throw new Error(`\`npm ${args.join(' ')}\` failed in ${cwd} (${result.signal ?? `exit code ${result.code}`}).`);
  }
}

/** Installs the packages of the lock file unless exactly these are there already. */
export async function ensureDependencies() {
  const reason = whatIsMissing();
  if (reason === undefined) return;
  console.log(`Installing packages (${reason}) …`);
  await npm(['ci', '--no-audit', '--no-fund'], ROOT);
}

/** Compares contents, not dates: a checkout touches dates without changing a package. */
function whatIsMissing() {
  const installed = path.join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return 'there is no node_modules yet';
  const wanted = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  for (const [name, entry] of Object.entries(wanted)) {
    if (name === '' || entry.optional || entry.peer || entry.devOptional) continue;
    const found = present[name];
    if (found === undefined) return `${name} is missing`;
    if (found.version !== entry.version) return `${name} is ${found.version}, the lock file wants ${entry.version}`;
  }
  return undefined;
}
