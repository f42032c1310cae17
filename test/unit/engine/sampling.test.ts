import assert from 'node:assert/strict';
import { pickLabels, sampleRows } from '../../../src/engine/sampling';

function countsOf(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

describe('sampling', () => {
  it('gives every class its share, in whatever order the data is', () => {
    const cyclic = Int32Array.from({ length: 200 }, (_, i) => i % 10);
    const sorted = cyclic.slice().sort();
    for (const labels of [cyclic, sorted]) {
      const used = sampleRows(labels, 20);
      assert.ok(used);
      assert.deepEqual(countsOf(pickLabels(labels, used), 10), new Array(10).fill(2));
    }
  });

  it('takes exactly as many rows as asked, each once, ascending', () => {
    const labels = Int32Array.from({ length: 97 }, (_, i) => (i * i) % 7);
    for (const count of [1, 5, 13, 96]) {
      const used = sampleRows(labels, count);
      assert.equal(used?.length, count);
      assert.deepEqual(
        [...new Set(used)],
        [...used].toSorted((a, b) => a - b),
      );
    }
  });

  it('leaves all rows where as many or more are asked for', () => {
    assert.equal(sampleRows(new Int32Array(5), 5), undefined);
    assert.equal(sampleRows(new Int32Array(5), undefined), undefined);
  });
});
