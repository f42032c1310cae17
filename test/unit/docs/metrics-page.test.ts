import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { metrics } from '../../../src/metrics/registry';
import { root } from '../../fixtures/paths';
import { metricsPage, testedIn } from './metrics-page';

describe('docs/metrics.md', () => {
  it('is what the registry, the papers and the tests say; npm run docs writes it', () => {
    const page = readFileSync(path.join(root, 'docs', 'metrics.md'), 'utf8');
    assert.ok(page === metricsPage(root), 'docs/metrics.md is not up to date: run npm run docs');
  });

  it('has one row for every metric, of as many cells as there are columns', () => {
    const rows = metricsPage(root)
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    assert.deepEqual(
      rows.map((row) => /^\| `(.+?)` \|/.exec(row)?.[1]).toSorted(),
      metrics.map(({ id }) => id).toSorted(),
    );
    for (const row of rows) assert.equal(row.split(/(?<!\\)\|/).length, 10, row);
  });

  it('names a test for every metric', () => {
    for (const row of metricsPage(root).split('\n')) {
      if (row.startsWith('| `')) assert.match(row, /\.test\.ts\) \|$/);
    }
  });

  it('finds an id in a test only where it stands whole', () => {
    const named = (text: string): string[] => testedIn('nc4', [{ name: 'a.test.ts', text }]);
    assert.deepEqual(named("measured['nc4']"), ['a.test.ts']);
    assert.deepEqual(named('  nc4: 0,'), ['a.test.ts']);
    assert.deepEqual(named("measured['nc4.test'] nc4"), []);
  });
});
