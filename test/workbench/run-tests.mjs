// npm test [SUITE …] [-- --grep TEXT]: gets what the suites need, runs them and adds up what came of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { ensureDependencies } from './npm.mjs';
import { ROOT } from './paths.mjs';
import { endAll, run, wasInterrupted } from './processes.mjs';
import { DEFAULT_SUITES, SUITES } from './suites.mjs';

const TOTALS = path.join(ROOT, 'out', 'totals');

/** @returns {Promise<{passed: number, failed: number, skipped: number, skippedTitles: string[], failures: string[]}>} */
async function runSuite(name, grep) {
  const { folder, test, suite } = SUITES[name];
  const totalsFile = path.join(TOTALS, `${name}.json`);
  await mkdir(TOTALS, { recursive: true });
  await rm(totalsFile, { force: true });
  const options = { totalsFile, folder: path.join(ROOT, 'out', 'test', folder), timeout: test };

  let problem = sourceProblem(path.join(ROOT, 'test', folder));
  if (problem === undefined) {
    try {
      problem = await (name === 'host' || name === 'desktop'
        ? inExtensionHost(name, options, suite, grep)
        : inNode(name, options, suite, grep));
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
  }
  const totals = existsSync(totalsFile)
    ? JSON.parse(readFileSync(totalsFile, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0, failures: [], skippedTitles: [], complete: false };
  if (problem === undefined && !totals.complete) problem = 'it ended before all tests had run';
  if (problem === undefined && totals.passed + totals.failed === 0) problem = 'it ran no test at all';
  // Failing tests make the suite's process fail as well: that is one failure, not two.
  if (problem !== undefined && !(totals.complete && totals.failed > 0)) {
    totals.failed++;
    totals.failures.push(`suite ${name}: ${problem}`);
  }
  return totals;
}

/** A test that is never loaded cannot fail, so a suite must hold tests and name them in the way that is looked for. */
function sourceProblem(folder) {
  if (!existsSync(folder)) return `${path.relative(ROOT, folder)} does not exist`;
  const sources = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.ts'));
  if (!sources.some((file) => file.endsWith('.test.ts'))) return `${path.relative(ROOT, folder)} holds no *.test.ts`;
  const stray = sources.find(
    (file) => !file.endsWith('.test.ts') && /^\s*describe\(/m.test(readFileSync(path.join(folder, file), 'utf8')),
  );
  return stray && `${path.relative(ROOT, path.join(folder, stray))} has tests but is not named *.test.ts`;
}

async function inNode(name, { folder, totalsFile, timeout }, limit, grep) {
  const env = { ...process.env };
  if (name === 'e2e') {
    const { ensureChromium } = await import('./chromium.mjs');
    const { ensureServer } = await import('./vscode-install.mjs');
    env.CHROMIUM_PATH = await ensureChromium();
    await ensureServer();
  }
  const program = path.join(ROOT, 'test', 'workbench', 'run-mocha.mjs');
  const args = [program, folder, totalsFile, String(timeout), ...(grep === undefined ? [] : [grep])];
  const result = await run(process.execPath, args, { cwd: ROOT, env, timeout: limit });
  if (result.timedOut) return `it did not finish within ${limit / 1000} s`;
  return result.code === 0 ? undefined : `mocha ended with ${result.signal ?? `exit code ${result.code}`}`;
}

async function inExtensionHost(name, { totalsFile, timeout }, limit, grep) {
  const { runHostInDesktop, runHostInServer } = await import('./host-suite.mjs');
  const env = { NEURAL_COLLAPSE_TEST_TOTALS: totalsFile, NEURAL_COLLAPSE_TEST_TIMEOUT: String(timeout) };
  if (grep !== undefined) env.NEURAL_COLLAPSE_TEST_GREP = grep;
  return (name === 'desktop' ? runHostInDesktop : runHostInServer)({ env, timeout: limit });
}

/** The suites asked for, or all whose folder is there. */
function chosenSuites(positionals) {
  const unknown = positionals.find((name) => !(name in SUITES));
  if (unknown !== undefined) {
    throw new Error(`There is no suite ${unknown}; there are ${Object.keys(SUITES).join(', ')}.`);
  }
  if (positionals.length > 0) return Object.keys(SUITES).filter((name) => positionals.includes(name));
  return DEFAULT_SUITES.filter((name) => {
    const present = existsSync(path.join(ROOT, 'test', SUITES[name].folder));
    if (!present) console.log(`Suite ${name} is left out: there is no test/${SUITES[name].folder}.`);
    return present;
  });
}

const sum = { passed: 0, failed: 0 };
const summary = [];
try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: 'string' } } });
  const suites = chosenSuites(positionals);
  await ensureDependencies();
  await build({ tests: true });
  for (const name of suites) {
    console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
    const started = Date.now();
    const totals = await runSuite(name, values.grep);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    sum.passed += totals.passed;
    sum.failed += totals.failed;
    summary.push(
      `${name.padEnd(8)} ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped in ${seconds} s`,
    );
    for (const title of totals.skippedTitles) summary.push(`         skipped: ${title}`);
    for (const title of totals.failures) summary.push(`         FAILED:  ${title}`);
  }
  if (suites.length === 0) throw new Error('No suite was run.');
} catch (error) {
  sum.failed++;
  summary.push(`FAILED: ${error.message}`);
}
await endAll();
if (!wasInterrupted()) {
  console.log(`\n${summary.join('\n')}\n`);
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  process.exit(sum.failed > 0 ? 1 : 0);
}
