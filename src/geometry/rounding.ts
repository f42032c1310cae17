/** Fewer digits in what crosses between processes: a picture shows no more. */

const DIGITS = 6;
/** Of samples, of which there are many: a ten-thousandth of the picture is less than a pixel. */
const COARSE = 4;

/** To 6 significant digits, as float32 has. */
export function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

export function roundedList(values: Iterable<number>): number[] {
  return Array.from(values, rounded);
}

/** To 4 significant digits of the largest value of the list, so that no digit is spent on noise. */
export function coarseList(values: Float64Array): number[] {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return Array.from(values);
  const step = 10 ** (Math.floor(Math.log10(largest)) + 1 - COARSE);
  return Array.from(values, (value) => Number((Math.round(value / step) * step).toPrecision(COARSE)));
}
