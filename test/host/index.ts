import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as RunMocha from '../workbench/run-mocha.mjs';

/** The extension host calls this (`extensionTestsPath`): runs every test of this folder, rejects when one fails. */
export async function run(): Promise<void> {
  const root = path.resolve(__dirname, '../../..');
  const program = pathToFileURL(path.join(root, 'test/workbench/run-mocha.mjs')).href;
  const { runMocha } = (await import(program)) as typeof RunMocha;
  const totals = await runMocha({
    folder: __dirname,
    totalsFile: process.env['NEURAL_COLLAPSE_TEST_TOTALS'] ?? path.join(root, 'out', 'host-totals.json'),
    timeout: Number(process.env['NEURAL_COLLAPSE_TEST_TIMEOUT'] ?? 60_000),
    grep: process.env['NEURAL_COLLAPSE_TEST_GREP'],
    mark: process.env['NEURAL_COLLAPSE_TEST_MARK'],
  });
  if (totals.failed > 0) throw new Error(`${totals.failed} tests failed`);
}
