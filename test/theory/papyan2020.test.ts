import assert from 'node:assert/strict';
import { run, told } from './experiments';

describe('the experiment of papyan2020', function () {
  this.timeout(240_000);

  it('holds at its defaults', async () => {
    const found = await run('papyan2020');
    assert.ok(found.holds, told(found));
  });

  it('holds for another seed and fewer classes', async () => {
    const found = await run('papyan2020', { K: 3, seed: 3 });
    assert.ok(found.holds, told(found));
  });

  it('fails where zero training error is never reached', async () => {
    const found = await run('papyan2020', { epochs: 2 });
    assert.equal(found.holds, false, told(found));
    assert.ok(found.notes!.some((note) => note.includes('not reached')));
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, n: 20, width: 16, depth: 2, epochs: 6, seed: 4 };
    assert.deepEqual((await run('papyan2020', settings)).charts, (await run('papyan2020', settings)).charts);
  });
});
