import assert from 'node:assert/strict';
import { parseFromPanel } from '../../../src/protocol/panel';

const PNG = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==';
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1"><g/></svg>';

describe('messages of a webview', () => {
  it('carry pictures that are pictures', () => {
    for (const [format, data] of [
      ['png', PNG],
      ['svg', SVG],
    ]) {
      // prettier-ignore
      const message = { type: 'savePicture', format, name: 'run-variability', data };
      assert.deepEqual(parseFromPanel(message), message);
    }
  });

  it('are dropped where a picture is something else, or too large', () => {
    const picture = (format: unknown, data: unknown): unknown =>
      parseFromPanel({ type: 'savePicture', format, name: 'a', data });
    assert.equal(picture('png', SVG), undefined);
    assert.equal(picture('svg', PNG), undefined);
    assert.equal(picture('exe', PNG), undefined);
    assert.equal(picture('png', 'data:image/png;base64,AAAA'), undefined, 'not a PNG’s first bytes');
    assert.equal(picture('png', `${PNG}<script>`), undefined);
    assert.equal(picture('svg', '<html></html>'), undefined);
    assert.equal(picture('png', PNG.replace('==', 'A'.repeat(33 << 20))), undefined, 'too large');
    assert.equal(parseFromPanel({ type: 'savePicture', format: 'png', name: 'a'.repeat(5000), data: PNG }), undefined);
  });

  it('carry tables of any run that fits into memory twice', () => {
    const message = { type: 'copyText', text: 'x'.repeat(1 << 20), what: 'Table' };
    assert.equal(parseFromPanel(message), message);
    assert.equal(parseFromPanel({ ...message, text: 1 }), undefined);
    assert.equal(parseFromPanel({ ...message, what: 'x'.repeat(5000) }), undefined);
  });
});
