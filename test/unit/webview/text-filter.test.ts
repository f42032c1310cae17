import assert from 'node:assert/strict';
import { matches } from '../../../webview/page/text-filter';

describe('the filter of the metric list', () => {
  const text = 'NC2 equinorm, class means nc2.means.normCv Equal norms Súkeník et al. 2023';

  it('finds every word in any order, capitals and accents aside', () => {
    for (const filter of ['', '  ', 'norm', 'MEANS nc2', 'sukenik', 'Súkeník 2023', 'nc2.means']) {
      assert.ok(matches(text, filter), filter);
    }
  });

  it('leaves out what lacks a word', () => {
    for (const filter of ['weights', 'nc2 weights', 'normcv 2020']) assert.equal(matches(text, filter), false, filter);
  });
});
