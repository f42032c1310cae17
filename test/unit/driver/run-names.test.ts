import assert from 'node:assert/strict';
import { distinctNames } from '../../../src/driver/run-names';

const names = (targets: string[], taken: string[] = []): string[] =>
  distinctNames(
    targets.map((target) => ({ target, name: target.split('/').at(-1)! })),
    taken,
  );

describe('names of compared runs', () => {
  it('are the runs’ own, with the folder above where two are alike, then numbers', () => {
    assert.deepEqual(names(['/a/one', '/a/two']), ['one', 'two']);
    assert.deepEqual(names(['/a/run', '/b/run']), ['a/run', 'b/run']);
    assert.deepEqual(names(['/x/a/run', '/y/a/run']), ['a/run', 'run (2)']);
    assert.deepEqual(names(['/b/run'], ['run']), ['b/run']);
    assert.deepEqual(names(['/b/run'], ['run', 'b/run']), ['run (2)']);
  });
});
