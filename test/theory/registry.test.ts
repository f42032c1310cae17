import assert from 'node:assert/strict';
import { paperByKey } from '../../src/papers/catalogue';
import { reproducible } from '../../src/papers/reproducible';
import { holds, type Check } from '../../src/protocol/theory';
import { settingsOf } from '../../src/theory/experiment';
import { experiments, reproduce } from '../../src/theory/registry';
import { silent } from './experiments';

describe('the experiments', () => {
  it('are of papers in the catalogue, one each, and the sidebar knows them all', () => {
    const keys = experiments.map(({ paper }) => paper);
    assert.equal(new Set(keys).size, keys.length);
    for (const key of keys) assert.ok(paperByKey(key), key);
    assert.deepEqual([...reproducible].sort(), [...keys].sort());
  });

  for (const experiment of experiments) {
    it(`of ${experiment.paper} says what it does, and its defaults lie within their bounds`, () => {
      const { title, claim, setup, formula, parameters } = experiment;
      for (const text of [title, claim, setup, formula]) assert.ok(text.length > 8);
      assert.ok(/[.:]$/.test(claim) && /[.:]$/.test(setup) && !/[.]$/.test(title));
      for (const { id, min, max, default: value, plain } of parameters) {
        assert.match(id, /^[A-Za-z][A-Za-z0-9]*$/);
        assert.ok(min <= value && value <= max && plain.endsWith('.'), id);
      }
      settingsOf(experiment, Object.fromEntries(parameters.map((one) => [one.id, one.default])));
      assert.ok(parameters.some(({ id }) => id === 'seed'), 'a seed makes it repeatable'); // prettier-ignore
    });
  }

  it('refuse what they do not know, in a sentence', async () => {
    const [first] = experiments;
    assert.ok(first);
    await assert.rejects(
      reproduce({ paper: 'nobody1999' }, silent),
      /no experiment for nobody1999; there is one for each of/,
    );
    assert.throws(() => settingsOf(first, { nothing: 1 }), /has no parameter nothing; it has/);
    const whole = first.parameters.find((one) => one.whole)!;
    assert.throws(() => settingsOf(first, { [whole.id]: whole.min + 0.5 }), /must be a whole number from/);
    assert.throws(() => settingsOf(first, { [whole.id]: whole.max + 1 }), /and not/);
    assert.throws(() => settingsOf(first, { [whole.id]: Number.NaN }), /and not NaN/);
  });
});

describe('a check', () => {
  const check = (relation: Check['relation'], measured: number): boolean =>
    holds({ id: 'x', what: '', measured, relation, expected: 2, tolerance: 0.5, because: '' });
  it('holds within its tolerance, on the side that it asks for', () => {
    assert.deepEqual([1.4, 1.5, 2.5, 2.6].map((value) => check('equal', value)), [false, true, true, false]); // prettier-ignore
    assert.deepEqual([-9, 2.5, 2.6].map((value) => check('atMost', value)), [true, true, false]); // prettier-ignore
    assert.deepEqual([9, 1.5, 1.4].map((value) => check('atLeast', value)), [true, true, false]); // prettier-ignore
    assert.equal(check('atMost', Number.NaN), false);
    assert.equal(check('atMost', -Infinity), false);
  });
});
