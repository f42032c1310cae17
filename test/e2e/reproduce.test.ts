/** A paper's claim, tried by a person: from the sidebar's paper to the verdict. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import type { Reproduced } from '../../src/protocol/theory';
import { run } from '../theory/experiments';
import { Workbench } from './workbench';

describe('reproducing a paper', () => {
  let workbench: Workbench;
  let folder: string;
  let expected: Reproduced;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'nc-reproduce-'));
    workbench = await Workbench.open({ workspace: folder });
    expected = await run('zhu2021');
  });
  after(async () => {
    await workbench?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const page = (): Promise<Frame> =>
    workbench.webviewFrame((frame) =>
      frame.evaluate(() => document.querySelector('article.experiment')?.getAttribute('data-paper') === 'zhu2021'),
    );

  it('shows the claim, the curves that were measured, and a verdict in numbers', async () => {
    await workbench.commandPick('Neural Collapse: Reproduce Paper…', 'Cross-entropy with weight decay', 'zhu');
    const frame = await page();
    await frame.locator('.verdict.good').waitFor({ timeout: 60_000 });
    const words = await frame.locator('body').innerText();
    assert.match(words, /The claim holds here/);
    assert.equal(await frame.locator('.verdict tbody tr').count(), expected.checks.length);
    const charts = await frame.evaluate(() => window.neuralCollapse!.charts());
    const [chart] = expected.charts;
    const drawn = charts.find(({ id }) => id === chart!.id)!;
    assert.deepEqual(
      drawn.datasets.map(({ label, points }) => [label, points.map(({ x, y }) => [x, y])]),
      chart!.series.map(({ name, points }) => [name, points]),
    );
  });

  it('takes another set-up, and says when the claim does not hold in it', async () => {
    const frame = await page();
    await frame.locator('#parameter-d').fill('2');
    await frame.locator('#parameter-d').press('Enter');
    await frame.locator('.verdict.bad').waitFor({ timeout: 60_000 });
    assert.match(await frame.locator('.verdict').innerText(), /does not hold here[\s\S]*fails/);
    // Beyond its bounds nothing is run: the field says why.
    await frame.locator('#parameter-K').fill('99');
    await frame.getByRole('button', { name: 'Run' }).click();
    assert.equal(await frame.locator('#parameter-K:invalid').count(), 1);
    assert.equal(await frame.locator('.verdict.bad').count(), 1);
  });

  it('opens from the paper’s card', async () => {
    await workbench.command('View: Close All Editors');
    await workbench.commandPick('Neural Collapse: Open Paper Reference', 'A Geometric Analysis of Neural Collapse with Unconstrained', 'geometric'); // prettier-ignore
    const card = await workbench.webviewFrame('A Geometric Analysis of Neural Collapse with Unconstrained');
    await card.getByRole('button', { name: 'Reproduce' }).click();
    await (await page()).locator('.verdict.good').waitFor({ timeout: 60_000 });
  });
});
