import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { experiments } from '../../src/theory/registry';

describe('the gallery of the documents', () => {
  const text = readFileSync(path.join('docs', 'reproduce.md'), 'utf8');

  it('shows every experiment with its claim, its pictures and its verdict; npm run gallery writes it', () => {
    for (const { paper, title, claim, parameters } of experiments) {
      const start = text.indexOf(`<a id="${paper}"></a>`);
      assert.ok(start > 0, paper);
      const section = text.slice(start, text.indexOf('<a id=', start + 1) > 0 ? text.indexOf('<a id=', start + 1) : undefined); // prettier-ignore
      assert.ok(section.includes(title) && section.includes(claim), paper);
      for (const { id } of parameters) assert.ok(section.includes(`\`${id}\``), `${paper} ${id}`);
      assert.match(section, /\| holds \|/);
      assert.doesNotMatch(section, /fails/, paper);
    }
  });

  it('names pictures that are there, and no others are', () => {
    const named = [...text.matchAll(/\(gallery\/([^)]+)\)/g)].map(([, file]) => file!);
    assert.ok(named.length >= experiments.length);
    for (const file of named) assert.ok(existsSync(path.join('docs', 'gallery', file)), file);
    assert.deepEqual(readdirSync(path.join('docs', 'gallery')).sort(), [...named].sort());
  });
});
