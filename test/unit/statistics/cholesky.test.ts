import assert from 'node:assert/strict';
import { cholesky, solveRows, whitenRows, type CholeskyFactor } from '../../../src/statistics/cholesky';
import { gram } from '../../../src/statistics/products';
import { matrix, randomNumbers } from '../metrics/layer';

function factored(a: Float64Array, n: number): CholeskyFactor {
  const found = cholesky(a, n);
  assert.ok('lower' in found, JSON.stringify(found));
  return found;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

describe('the Cholesky factor', () => {
  for (const n of [1, 2, 5, 63, 64, 65, 150, 200]) {
    it(`multiplies back and solves: n=${n}`, () => {
      const a = gram(matrix(n, 2 * n, randomNumbers(n)), n, 2 * n);
      const copy = a.slice();
      const factor = factored(a, n);
      assert.deepEqual(a, copy);
      const { lower } = factor;
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) assert.equal(lower[i * n + j], 0);
      const back = gram(lower, n, n);
      assert.ok(largest(back.map((value, at) => value - a[at]!)) < 1e-14 * n * largest(a));

      const rows = 37;
      const b = matrix(rows, n, randomNumbers(n + 1));
      const x = b.slice();
      solveRows(factor, x, rows);
      const residual = matrix(rows, n, (r, i) => {
        let sum = -b[r * n + i]!;
        for (let j = 0; j < n; j++) sum += a[i * n + j]! * x[r * n + j]!;
        return sum;
      });
      assert.ok(largest(residual) < 1e-12, `${largest(residual)}`);

      // ⟨L⁻¹b, L⁻¹c⟩ = bᵀA⁻¹c.
      const white = b.slice();
      whitenRows(factor, white, rows);
      const products = gram(white, rows, n);
      for (let j = 0; j < n; j++) products[1]! -= b[j]! * x[n + j]!;
      assert.ok(Math.abs(products[1]!) < 1e-11 * Math.max(1, products[0]!));
    });
  }

  it('does not care how features are scaled', () => {
    const scale = (i: number) => 10 ** (8 * Math.sin(i));
    const plain = gram(matrix(20, 40, randomNumbers(2)), 20, 40);
    const graded = matrix(20, 20, (i, j) => plain[i * 20 + j]! * scale(i) * scale(j));
    const [x, y] = [factored(plain, 20), factored(graded, 20)];
    x.lower.forEach((value, at) => {
      const expected = value * scale(Math.floor(at / 20));
      assert.ok(Math.abs(y.lower[at]! - expected) <= 1e-11 * Math.abs(expected));
    });
  });

  it('names the first row that depends on those before it', () => {
    // Row 70 is the sum of rows 3 and 41; the rest is independent.
    const rows = matrix(80, 200, randomNumbers(9));
    for (let j = 0; j < 200; j++) rows[70 * 200 + j] = rows[3 * 200 + j]! + rows[41 * 200 + j]!;
    assert.deepEqual(cholesky(gram(rows, 80, 200), 80), { dependentRow: 70 });
    assert.deepEqual(cholesky(Float64Array.of(1, 0, 0, 0), 2), { dependentRow: 1 });
    assert.deepEqual(cholesky(Float64Array.of(-1), 1), { dependentRow: 0 });
    assert.deepEqual(cholesky(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2), { dependentRow: 1 });
    assert.ok('lower' in cholesky(Float64Array.of(1, 0, 0, 1e-30), 2));
    assert.ok('lower' in cholesky(new Float64Array(0), 0));
  });
});
