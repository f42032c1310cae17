// Runs test files with mocha, in plain Node or inside an extension host, and writes down what came of it.
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/**
 * Runs every `*.test.js` under `folder`. The totals file is rewritten after each test, so that a crash leaves what was
 * counted before it, with `complete: false`.
 * @param {import('./run-mocha.d.mts').MochaRun} options
 * @returns {Promise<import('./run-mocha.d.mts').Totals>}
 */
export async function runMocha({ folder, totalsFile, timeout, grep, mark = '' }) {
  const totals = { passed: 0, failed: 0, skipped: 0, failures: [], skippedTitles: [], complete: false };
  const write = () => writeFileSync(totalsFile, JSON.stringify(totals));
  write();

  // An editor writes to the same console; the mark tells mocha's lines from its own.
  const print = Mocha.reporters.Base.consoleLog;
  Mocha.reporters.Base.consoleLog = (...args) => print(format(...args).replace(/^/gm, mark));
  const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', timeout, forbidOnly: true, ...(grep && { grep }) });
  for (const file of testFiles(folder)) mocha.addFile(file);
  await mocha.loadFilesAsync();
  await new Promise((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', () => {
      totals.passed++;
      write();
    });
    runner.on('pending', (test) => {
      totals.skipped++;
      totals.skippedTitles.push(test.fullTitle());
      write();
    });
    runner.on('fail', (test) => {
      totals.failed++;
      totals.failures.push(test.fullTitle());
      write();
    });
  });
  totals.complete = true;
  write();
  return totals;
}

function testFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.test.js'))
    .sort()
    .map((file) => path.join(folder, file));
}

// As a program: node run-mocha.mjs FOLDER TOTALS_FILE TIMEOUT [GREP]
if (process.argv[1] !== undefined && path.basename(process.argv[1]) === 'run-mocha.mjs') {
  const [folder, totalsFile, timeout, grep] = process.argv.slice(2);
  const totals = await runMocha({ folder: path.resolve(folder), totalsFile, timeout: Number(timeout), grep });
  // A handle left open by a test must not keep the suite alive.
  process.exit(totals.failed > 0 ? 1 : 0);
}
