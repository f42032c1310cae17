import assert from 'node:assert/strict';
import { formatCount, formatExact, formatLimit, formatValue } from '../../../src/metrics/number-format';

describe('numbers', () => {
  it('show four significant digits', () => {
    const cases: [number, string][] = [
      [0.1329865, '0.1330'],
      [12.706, '12.71'],
      [4567.8, '4568'],
      [45678.9, '45679'],
      [0, '0'],
      [0.0006612, '6.61e-4'],
      [1234567, '1.23e+6'],
    ];
    for (const [value, text] of cases) assert.equal(formatValue(value), text);
  });

  it('show shares in per cent', () => {
    assert.equal(formatValue(1, true), '100\u202f%');
    assert.equal(formatValue(0.97155, true), '97.16\u202f%');
    assert.equal(formatValue(0.0005, true), '0.05\u202f%');
  });

  it('show limits as exactly as the values beside them', () => {
    assert.equal(formatLimit(0), '0');
    assert.equal(formatLimit(-1 / 9), '-0.1111');
    assert.equal(formatLimit(2), '2');
    assert.equal(formatLimit(1, true), '100\u202f%');
  });

  it('show exact values without padding', () => {
    assert.equal(formatExact(0), '0');
    assert.equal(formatExact(0.005), '0.005');
    assert.equal(formatExact(1e-4), '10⁻⁴');
    assert.equal(formatExact(5e-4), '5e-4');
    assert.equal(formatExact(1e12), '10¹²');
    assert.equal(formatExact(-1 / 9), '-0.111111');
    assert.equal(formatExact(1, true), '100\u202f%');
  });

  it('group thousands', () => {
    assert.equal(formatCount(60000), '60,000');
  });
});
