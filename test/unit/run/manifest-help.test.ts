import assert from 'node:assert/strict';
import schema from '../../../media/schemas/manifest.schema.json';
import { paperByKey } from '../../../src/papers/catalogue';
import { HELPED_KEYS, keyHelp } from '../../../src/run/manifest-help';

const TEXT = `{
  // a comment
  "train": { "inputs": "train.npz#x", "cleanLabels": "train.npz#c" },
  "loss": "pick-all-labels",
  "weightDecay": 0,
  "unknown": 1
}`;
const at = (words: string) => keyHelp(TEXT, TEXT.indexOf(words) + 2);

describe('help on the keys of a manifest', () => {
  it('names the key under the pointer, what holds without it, and where it stands', () => {
    const help = at('"cleanLabels"')!;
    assert.equal(help.key, 'train.cleanLabels');
    assert.deepEqual(
      help.papers.map(({ paper }) => paper),
      ['nguyen2022'],
    );
    assert.equal(TEXT.slice(help.offset, help.offset + help.length), '"cleanLabels"');
    assert.match(at('"weightDecay"')!.without, /not known/);
  });

  it('names the papers of the loss on the loss', () => {
    const value = at('pick-all-labels')!;
    assert.equal(value.key, 'loss');
    assert.deepEqual(
      value.papers.map(({ paper }) => paper),
      ['li2024'],
    );
    assert.deepEqual(
      at('"loss"')!.papers.map(({ paper }) => paper),
      ['zhou2022b'],
    );
  });

  it('is silent elsewhere, and on what is no JSON', () => {
    assert.equal(at('a comment'), undefined);
    assert.equal(at('"unknown"'), undefined);
    assert.equal(keyHelp('', 0), undefined);
    assert.equal(keyHelp('{ "constructor": 1 }', 4), undefined);
    assert.doesNotThrow(() => keyHelp('{ "loss": ', 10));
  });

  it('knows every key of the schema, every loss, and only papers of the catalogue', () => {
    for (const key of Object.keys(schema.properties)) assert.ok(HELPED_KEYS.includes(key), key);
    for (const loss of schema.properties.loss.enum) {
      const text = `{ "loss": "${loss}" }`;
      const help = keyHelp(text, text.indexOf(loss) + 1)!;
      assert.ok(help.papers.length > 0, loss);
      for (const { paper } of help.papers) assert.ok(paperByKey(paper), paper);
    }
    for (const key of HELPED_KEYS) {
      const names = key.split('.');
      const text = names.reduceRight((inner, name) => `{ "${name}": ${inner} }`, '1');
      const help = keyHelp(text, text.indexOf(`"${names.at(-1)!}"`) + 1)!;
      assert.equal(help.key, key);
      for (const { paper } of help.papers) assert.ok(paperByKey(paper), paper);
    }
  });
});
