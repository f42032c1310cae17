/** The words that can be translated, and the manifest's: complete, and up to date. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../fixtures/paths';

describe('words for translation', () => {
  it('are collected in l10n/bundle.l10n.json (npm run docs)', async () => {
    const program = pathToFileURL(path.join(root, 'test/workbench/words.mjs')).href;
    const { bundleText, BUNDLE } = (await import(program)) as { bundleText: () => string; BUNDLE: string };
    assert.equal(await readFile(BUNDLE, 'utf8'), bundleText());
  });

  it('of package.json stand in package.nls.json, none too many', async () => {
    const text = await readFile(path.join(root, 'package.json'), 'utf8');
    const words = JSON.parse(await readFile(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
    const used = new Set([...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key));
    assert.deepEqual([...used].sort(), Object.keys(words).sort());
    for (const word of Object.values(words)) assert.notEqual(word.trim(), '');
  });

  it('name media of the walkthrough that are there', async () => {
    const { contributes } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      contributes: { walkthroughs: { steps: { media: { markdown: string } }[] }[] };
    };
    const steps = contributes.walkthroughs.flatMap((one) => one.steps);
    assert.equal(steps.length, 4);
    for (const { media } of steps) assert.match(await readFile(path.join(root, media.markdown), 'utf8'), /^# /);
  });
});
