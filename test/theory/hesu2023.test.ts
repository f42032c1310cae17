import assert from 'node:assert/strict';
import { run, told } from './experiments';

describe('the experiment of hesu2023', function () {
  this.timeout(240_000);

  it('holds at its defaults', async () => {
    const found = await run('hesu2023');
    assert.ok(found.holds, told(found));
  });

  it('holds for another seed and depth', async () => {
    const found = await run('hesu2023', { seed: 3, depth: 6 });
    assert.ok(found.holds, told(found));
  });

  it('fails for a network that is hardly trained', async () => {
    const found = await run('hesu2023', { epochs: 1 });
    assert.equal(found.holds, false, told(found));
  });

  it('repeats with its seed', async () => {
    const settings = { K: 3, n: 20, width: 16, depth: 3, epochs: 3, seed: 4 };
    assert.deepEqual((await run('hesu2023', settings)).charts, (await run('hesu2023', settings)).charts);
  });
});
