import assert from 'node:assert/strict';
import { Gram } from '../../src/engine/gram';

describe('XᵀX by ONNX Runtime', () => {
  it('is the float64 product', async () => {
    const gram = await Gram.open();
    try {
      const [n, d] = [37, 5];
      const x = Float64Array.from({ length: n * d }, (_, i) => Math.sin(i * i + 1) * 10 ** (i % 5));
      const y = await gram.of(x, n, d);
      for (let a = 0; a < d; a++) {
        for (let b = 0; b < d; b++) {
          let sum = 0;
          let size = 0;
          for (let i = 0; i < n; i++) {
            sum += x[i * d + a]! * x[i * d + b]!;
            size += Math.abs(x[i * d + a]! * x[i * d + b]!);
          }
          assert.ok(Math.abs(y[a * d + b]! - sum) <= 1e-14 * size);
        }
      }
    } finally {
      await gram.close();
    }
  });
});
