import assert from 'node:assert/strict';
import { placeCard } from '../../../webview/cards/placement';

const viewport = { width: 800, height: 600 };
const card = { width: 300, height: 200 };

function at(left: number, top: number): { left: number; top: number } {
  return placeCard({ left, top, width: 20, height: 10 }, card, viewport);
}

describe('card placement', () => {
  it('prefers below, near enough to be reached', () => {
    assert.deepEqual(at(100, 100), { left: 100, top: 116 });
  });

  it('goes above where there is no room below', () => {
    assert.deepEqual(at(100, 500), { left: 100, top: 294 });
  });

  it('stays inside the right and the left edge', () => {
    assert.equal(at(700, 100).left, 492);
    assert.equal(at(-50, 100).left, 8);
  });

  it('goes to the side where neither above nor below has room, without covering its anchor', () => {
    const low = { width: 800, height: 260 };
    const right = placeCard({ left: 100, top: 120, width: 20, height: 10 }, card, low);
    assert.deepEqual(right, { left: 126, top: 52 });
    const left = placeCard({ left: 600, top: 120, width: 20, height: 10 }, card, low);
    assert.equal(left.left, 294);
  });

  it('keeps its upper edge in view where nothing fits', () => {
    const tiny = placeCard({ left: 10, top: 50, width: 20, height: 10 }, card, { width: 200, height: 100 });
    assert.deepEqual(tiny, { left: 8, top: 8 });
  });
});
