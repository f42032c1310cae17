/** float16 as models take and give it: Uint16 bit patterns. */

const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);

/** Nearest float16 of a number (ties to even), as its bits; beyond 65504 infinity. */
function halfBits(value: number): number {
  word[0] = value;
  const x = bits[0]!;
  const sign = (x >>> 16) & 0x8000;
  const exponent = ((x >>> 23) & 0xff) - 112;
  const fraction = x & 0x7fffff;
  if (exponent >= 143) return sign | 0x7c00 | (fraction ? 0x200 : 0);
  if (exponent <= 0) {
    // Below the smallest normal number: units of 2^-24.
    if (exponent < -10) return sign;
    const whole = (fraction | 0x800000) >>> 0;
    return sign | roundedShift(whole, 14 - exponent);
  }
  // A carry out of the fraction is right to run into the exponent, up to infinity.
  return sign | Math.min(0x7c00, roundedShift((exponent << 23) | fraction, 13));
}

function roundedShift(value: number, shift: number): number {
  const kept = Math.floor(value / 2 ** shift);
  const rest = value - kept * 2 ** shift;
  const half = 2 ** (shift - 1);
  return rest > half || (rest === half && kept % 2 === 1) ? kept + 1 : kept;
}

export function toHalf(values: ArrayLike<number>): Uint16Array {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = halfBits(values[i]!);
  return out;
}
