/** Numbers as people read them. */

const NARROW_SPACE = '\u202f';

/** Four significant digits; exponents outside [10⁻³, 10⁵); shares in per cent. */
export function formatValue(value: number, percent = false): string {
  if (percent) return `${Number((value * 100).toPrecision(4))}${NARROW_SPACE}%`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e5) return value.toExponential(2);
  return value.toPrecision(size >= 1000 ? Math.floor(Math.log10(size)) + 1 : 4);
}

/** A value that is exact by nature (a limit, a tick): no padding zeros. */
export function formatExact(value: number, percent = false): string {
  if (percent) return `${Number((value * 100).toPrecision(6))}${NARROW_SPACE}%`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e5) return powerOfTen(value) ?? value.toExponential();
  return String(Number(value.toPrecision(6)));
}

/** A number of an experiment's verdict, whose tolerances are small. @param none for what is not finite */
export function formatCompared(value: number, digits = 5, none = '–'): string {
  if (!Number.isFinite(value)) return none;
  return value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential(1)
    : formatExact(Number(value.toPrecision(digits)));
}

/** A limit: exact where it is a round number, else as many digits as the values beside it. */
export function formatLimit(value: number, percent = false): string {
  return formatExact(Number(value.toPrecision(4)), percent);
}

/** 2,000 */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function powerOfTen(value: number): string | undefined {
  const exponent = Math.round(Math.log10(value));
  if (Math.abs(value / 10 ** exponent - 1) > 1e-9) return undefined;
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return `10${exponent < 0 ? '⁻' : ''}${digits.join('')}`;
}
