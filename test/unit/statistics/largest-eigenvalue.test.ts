import assert from 'node:assert/strict';
import { largestEigenvalue } from '../../../src/statistics/largest-eigenvalue';
import { gram } from '../../../src/statistics/products';
import reference from '../../fixtures/metrics/depth.json';
import { matrix, randomNumbers } from '../metrics/layer';

function relative(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

describe('the largest eigenvalue', () => {
  it("is NumPy's", () => {
    const { n, value } = reference.largest;
    const rows = matrix(n, n, (r, j) => Math.sin(1 + 2 * r + 3 * j + r * j) * 0.99 ** r);
    assert.ok(relative(largestEigenvalue(gram(rows, n, n), n), value) < 1e-12);
  });

  it('is found among others: isolated, repeated, the only one, crowded', () => {
    const n = 400;
    const diagonal = (at: (i: number) => number) => matrix(n, n, (i, j) => (i === j ? at(i) : 0));
    assert.ok(
      relative(
        largestEigenvalue(
          diagonal((i) => (i === 399 ? 5 : i / n)),
          n,
        ),
        5,
      ) < 1e-13,
    );
    assert.ok(
      relative(
        largestEigenvalue(
          diagonal((i) => (i % 7 === 0 ? 3 : 1)),
          n,
        ),
        3,
      ) < 1e-13,
    );
    assert.ok(
      relative(
        largestEigenvalue(
          diagonal((i) => (i === 17 ? 1e-30 : 0)),
          n,
        ),
        1e-30,
      ) < 1e-13,
    );
    assert.ok(
      relative(
        largestEigenvalue(
          diagonal(() => 2),
          n,
        ),
        2,
      ) < 1e-13,
    );
    // Evenly spaced up to 1: the neighbours are 1/400 away.
    assert.ok(
      relative(
        largestEigenvalue(
          diagonal((i) => (i + 1) / n),
          n,
        ),
        1,
      ) < 1e-11,
    );
    assert.equal(largestEigenvalue(new Float64Array(n * n), n), 0);
  });

  it('agrees with all eigenvalues on both sides of the change of method', () => {
    for (const n of [1, 2, 100, 128]) {
      const small = gram(matrix(n, n, randomNumbers(n + 3)), n, n);
      // Padding with zeros leaves the eigenvalue and takes the other way.
      const wide = matrix(300, 300, (i, j) => (i < n && j < n ? small[i * n + j]! : 0));
      assert.ok(relative(largestEigenvalue(wide, 300), largestEigenvalue(small, n)) < 1e-12, `${n}`);
    }
  });
});
