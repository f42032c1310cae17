import { readFile, mkdir } from 'node:fs/promises';
import { openPreview } from './open.mjs';
const report = JSON.parse(await readFile(process.argv[2], 'utf8'));
const out = process.argv[3];
await mkdir(out, { recursive: true });
const preview = await openPreview('/work/wt-reading/dist/webview');
const origin = { target: '/x/y', folder: '/x', checkpoints: 9 };
for (const theme of (process.argv[4] ?? 'dark').split(',')) {
  const { page, problems } = await preview.open({ theme, width: 1300, height: 1000 });
  await page.evaluate((m) => window.postMessage(m, '*'), { type: 'report', report, running: false, origin });
  await page.waitForTimeout(900);
  await page.evaluate(() => window.neuralCollapse.charts());
  await page.screenshot({ path: `${out}/${theme}-full.png`, fullPage: true });
  await page.locator('#choose-layer-metric').selectOption('separation.fuzziness');
  await page.waitForTimeout(200);
  await page.locator('section.layers').screenshot({ path: `${out}/${theme}-layers.png` });
  const c = page.locator('canvas[data-chart=variability]');
  await c.scrollIntoViewIfNeeded();
  const b = await c.boundingBox();
  await page.mouse.move(b.x + b.width * 0.4, b.y + 40);
  await page.mouse.down();
  await page.mouse.move(b.x + b.width * 0.9, b.y + 60, { steps: 4 });
  await page.screenshot({ path: `${out}/${theme}-drag.png` });
  await page.mouse.up();
  await page.waitForTimeout(200);
  await page.mouse.move(b.x + b.width * 0.6, b.y + 100);
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${out}/${theme}-zoomed.png` });
  await page.locator('[data-figure=variability] .tool').nth(1).click();
  await page.waitForTimeout(100);
  await page.screenshot({ path: `${out}/${theme}-menu.png` });
  await page.keyboard.press('Escape');
  await page.locator('[data-figure=variability] .tool').first().click();
  await page.waitForTimeout(200);
  await page.screenshot({ path: `${out}/${theme}-table.png` });
  await page.keyboard.press('Escape');
  console.log(theme, problems);
  // pictures
  for (const fig of ['variability', 'layers', 'heatmap'])
    for (const item of ['PNG', 'SVG']) {
      await page.locator(`[data-figure=${fig}] .tool`).nth(1).click();
      await page.getByRole('menuitem', { name: new RegExp(item) }).click();
      await page.waitForTimeout(500);
      const m = await page.evaluate(() => window.host.sent.at(-1));
      const { writeFile } = await import('node:fs/promises');
      if (item === 'PNG')
        await writeFile(`${out}/${theme}-pic-${fig}.png`, Buffer.from(m.data.split(',')[1], 'base64'));
      else await writeFile(`${out}/${theme}-pic-${fig}.svg`, m.data);
    }
  console.log(theme, problems);
}
await preview.close();
