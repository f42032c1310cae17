/** The panel's page with a made-up translation, put into it as the editor would: what it says, and that its charts hold. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Report } from '../../src/protocol/report';
import { experimentOf, factsOf } from '../../src/theory/registry';
import { WORDS_ID } from '../../webview/words';
import { sampleRun } from '../fixtures/paths';
import { openPreview, type Opened, post, type Preview, reportOf } from './preview';

const ORIGIN = { target: '/runs/sample-run', folder: '/runs/sample-run', checkpoints: 5 };
const HOSTILE = '<b>markup</b>';
const WORDS = {
  'Metric against epoch': 'Maß über Epoche',
  'Metric against layer': 'Maß über Schicht',
  Values: HOSTILE,
  'Choose metrics…': 'Maße wählen…',
  'epoch {0}': 'Epoche {0}',
  'test data': 'Testdaten',
  'other epochs, later ones stronger': 'andere Epochen, spätere stärker',
  '{0} against {1}: {2}': '{0} über {1}: {2}',
  epoch: 'Epoche',
  'within / between': 'innen / zwischen',
  'The claim does not hold here': 'Die Aussage gilt hier nicht',
  fails: 'verfehlt',
};

describe('the panel’s page in another language', function () {
  this.timeout(60_000);
  let preview: Preview;
  let report: Report;
  let opened: Opened;

  before(async () => {
    preview = await openPreview();
    report = await reportOf(sampleRun);
  });
  after(() => preview?.close());

  beforeEach(async () => {
    opened = await preview.open({ width: 1200, height: 800 });
    await putWords(opened.page);
  });
  afterEach(async () => {
    assert.deepEqual(opened.problems, []);
    await opened.page.context().close();
  });

  it('has titles, legends and what a screen reader says of charts in it, and English where a word is missing', async () => {
    const { page } = opened;
    await post(page, { type: 'report', report, running: false, origin: ORIGIN });
    await page.locator('.split-choice').getByRole('button', { name: '+ Testdaten' }).click();
    const legend = page.locator('[data-figure=variability] .legend li', { hasText: 'Testdaten' });
    await legend.first().waitFor();
    const text = (selector: string): Promise<string | null> => page.locator(selector).first().textContent();
    assert.equal(await text('#epochs-title'), 'Maß über Epoche');
    assert.equal(await text('#layers-title'), 'Maß über Schicht');
    assert.equal(await text('.layers .legend li.muted'), 'andere Epochen, spätere stärker');
    assert.equal(
      await text('.layers .legend li:first-child > span:last-child'),
      `Epoche ${report.checkpoints.at(-1)?.epoch}`,
    );
    assert.equal(await text('#values-title'), HOSTILE, 'a translation is text');
    const said = await page.locator('canvas[data-chart=variability]').getAttribute('aria-label');
    assert.match(said ?? '', / über Epoche: .*Testdaten/);
    await page.getByRole('button', { name: 'Maße wählen…' }).click();
    await page.getByRole('button', { name: 'Close' }).waitFor();
  });

  it('has the verdict of an experiment in it', async () => {
    const { page } = opened;
    const facts = factsOf(experimentOf('zhu2021')!);
    const check = {
      id: 'a',
      what: 'A number',
      relation: 'equal',
      expected: 1,
      tolerance: 0,
      because: 'as it is',
    } as const;
    await post(page, { type: 'experiment', facts });
    const result = { facts, settings: {}, holds: false, seconds: 1, charts: [], checks: [{ ...check, measured: 2 }] };
    await post(page, { type: 'experimentDone', result });
    const verdict = page.getByRole('region', { name: 'Die Aussage gilt hier nicht' });
    await verdict.waitFor();
    assert.match((await verdict.locator('[data-check=a]').textContent()) ?? '', /✗ verfehlt/);
    assert.equal(await verdict.locator('thead th').first().textContent(), 'Verdict');
  });
});

/** Opens the page again with the table where the host puts it: before the script. */
async function putWords(page: Page): Promise<void> {
  const table = JSON.stringify(WORDS).replace(/</g, '\\u003c');
  await page.route(page.url(), async (route) => {
    const response = await route.fetch();
    const script = `<script type="application/json" id="${WORDS_ID}">${table}</script><script nonce`;
    await route.fulfill({ response, body: (await response.text()).replace('<script nonce', script) });
  });
  await page.reload();
}
