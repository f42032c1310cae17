import assert from 'node:assert/strict';
import { nearestPoint } from '../../../webview/charts/nearest';

const rising = [
  { x: 0, y: 100 },
  { x: 100, y: 0 },
];
const flat = [
  { x: 0, y: 50 },
  { x: 40, y: 50 },
  { x: 100, y: 50 },
];

describe('nearest point', () => {
  it('finds a curve between its points, and the nearer of them', () => {
    assert.deepEqual(nearestPoint([rising, flat], { x: 22, y: 76 }, 12), { curve: 0, point: 0 });
    assert.deepEqual(nearestPoint([rising, flat], { x: 90, y: 12 }, 12), { curve: 0, point: 1 });
    assert.deepEqual(nearestPoint([rising, flat], { x: 30, y: 48 }, 12), { curve: 1, point: 1 });
  });

  it('finds nothing away from all curves', () => {
    assert.equal(nearestPoint([rising, flat], { x: 80, y: 90 }, 12), undefined);
    assert.equal(nearestPoint([], { x: 0, y: 0 }, 12), undefined);
  });

  it('prefers the earlier of two curves at the same distance', () => {
    assert.deepEqual(nearestPoint([flat, flat], { x: 0, y: 51 }, 12), { curve: 0, point: 0 });
  });

  it('finds a lone point', () => {
    assert.deepEqual(nearestPoint([[{ x: 5, y: 5 }]], { x: 9, y: 8 }, 12), { curve: 0, point: 0 });
    assert.equal(nearestPoint([[{ x: 5, y: 5 }]], { x: 25, y: 5 }, 12), undefined);
  });
});
