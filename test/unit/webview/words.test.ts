import assert from 'node:assert/strict';
import { setWords, t } from '../../../webview/words';

describe('the page’s words', () => {
  afterEach(() => setWords(undefined));

  it('are English where there is no translation, with their places filled', () => {
    assert.equal(t('{0} of {1}', 2, 'three'), '2 of three');
    assert.equal(t('{0} {2}', 'a'), 'a {2}');
  });

  it('come from the table where it has them, in the order of the other language', () => {
    setWords({ '{0} of {1}': '{1}: {0}' });
    assert.equal(t('{0} of {1}', 2, 3), '3: 2');
    assert.equal(t('constructor'), 'constructor');
  });
});
