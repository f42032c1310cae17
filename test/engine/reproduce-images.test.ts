/** Experiments on real images, in the engine process: it finds the file that is shipped, tells progress, and stops. */
import assert from 'node:assert/strict';
import { CancelledError, type EngineClient } from '../../src/driver/engine-client';
import { startEngine } from './engine';

describe('experiments on images, in the engine', function () {
  this.timeout(60_000);
  let engine: EngineClient;
  beforeEach(() => (engine = startEngine()));
  afterEach(() => engine.dispose());

  it('train on the images that are shipped, and tell how far they are', async () => {
    const shares: number[] = [];
    let charts = 0;
    const settings = { K: 3, n: 40, width: 32, depth: 3, epochs: 40 };
    const found = await engine.reproduce({ paper: 'papyan2020', settings }, ({ share, charts: drawn }) => {
      shares.push(share);
      if (drawn) charts += 1;
    });
    assert.equal(found.checks.length, 9);
    assert.ok(found.checks.every(({ measured }) => Number.isFinite(measured)));
    assert.ok(shares.length > 1 && charts > 0);
    assert.deepEqual(shares.slice().sort((a, b) => a - b), shares); // prettier-ignore
  });

  for (const paper of ['papyan2020', 'rangamani2022', 'hesu2023']) {
    it(`stop within a second: ${paper}`, async () => {
      const stop = new AbortController();
      let cancelledAt = 0;
      const running = engine.reproduce(
        { paper },
        () => {
          if (cancelledAt > 0) return;
          cancelledAt = Date.now();
          stop.abort();
        },
        stop.signal,
      );
      await assert.rejects(running, CancelledError);
      assert.ok(cancelledAt > 0 && Date.now() - cancelledAt < 1000);
    });
  }
});
