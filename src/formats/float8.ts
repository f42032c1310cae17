/** Floating point in 8 bits: every bit pattern as a number. */

export type Float8 = 'float8_e4m3fn' | 'float8_e5m2' | 'float8_e4m3fnuz' | 'float8_e5m2fnuz' | 'float8_e8m0fnu';

const tables = new Map<Float8, Float32Array>();

/** 256 numbers, by bit pattern. */
export function float8Table(dtype: Float8): Float32Array {
  let table = tables.get(dtype);
  if (!table) {
    table = Float32Array.from({ length: 256 }, (_, bits) => VALUE[dtype](bits));
    tables.set(dtype, table);
  }
  return table;
}

const VALUE: Readonly<Record<Float8, (bits: number) => number>> = {
  // No infinities; only all ones are not a number.
  float8_e4m3fn: (bits) => ((bits & 127) === 127 ? NaN : signed(bits, 3, 7)),
  // As IEEE 754 has it: the highest exponent is infinity and NaN.
  float8_e5m2: (bits) => {
    if ((bits & 127) === 124) return bits & 128 ? -Infinity : Infinity;
    return (bits & 127) > 124 ? NaN : signed(bits, 2, 15);
  },
  // "uz": one zero; the pattern of the negative one is NaN.
  float8_e4m3fnuz: (bits) => (bits === 128 ? NaN : signed(bits, 3, 8)),
  float8_e5m2fnuz: (bits) => (bits === 128 ? NaN : signed(bits, 2, 16)),
  // Powers of two: an exponent alone.
  float8_e8m0fnu: (bits) => (bits === 255 ? NaN : 2 ** (bits - 127)),
};

/** Sign, exponent, `fraction` bits; exponent 0 has no hidden one. */
function signed(bits: number, fraction: number, bias: number): number {
  const sign = bits & 128 ? -1 : 1;
  const exponent = (bits & 127) >> fraction;
  const digits = bits & ((1 << fraction) - 1);
  const value = exponent === 0 ? digits * 2 ** (1 - bias) : ((1 << fraction) + digits) * 2 ** (exponent - bias);
  return (sign * value) / (1 << fraction);
}
