import assert from 'node:assert/strict';
import { stroke } from '../../../webview/charts/strokes';

describe('the curves of one figure', () => {
  it('differ in line or colour, up to sixteen', () => {
    const looks = Array.from({ length: 16 }, (_, style) => `${style % 4} ${stroke(style).point}`);
    assert.equal(new Set(looks).size, 16);
    assert.equal(new Set(looks.slice(0, 4).map((look) => look.split(' ')[1])).size, 4, 'the first four differ in both');
  });
});
