/** Colours mixed as CSS mixes them in Oklab, by the matrices of CSS Color 4: files need the result, not the formula. */

type Three = [number, number, number];

/** Red, green and blue of a colour as `#rrggbb` or `rgb(r, g, b)`. */
function channels(colour: string): Three {
  const [red = 0, green = 0, blue = 0] = colour.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
    : (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

function linear(colour: string): Three {
  const parts = channels(colour);
  const light = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [light(parts[0]), light(parts[1]), light(parts[2])];
}

function toLab(colour: string): Three {
  const [r, g, b] = linear(colour);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([L, a, b]: Three): string {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const encode = (light: number): number => {
    const share = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.max(0, Math.min(1, share)));
  };
  const red = encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return `rgb(${red}, ${green}, ${blue})`;
}

/** @param share of `colour`, the rest is `other` */
export function mix(colour: string, other: string, share: number): string {
  const [one, two] = [toLab(colour), toLab(other)];
  const part = (at: 0 | 1 | 2): number => share * one[at] + (1 - share) * two[at];
  return fromLab([part(0), part(1), part(2)]);
}

/** Mixed as a half-transparent colour lies on its ground: in sRGB. @param share of `colour` */
export function blend(colour: string, ground: string, share: number): string {
  const [over, under] = [channels(colour), channels(ground)];
  return `rgb(${over.map((value, at) => Math.round(share * value + (1 - share) * under[at]!)).join(', ')})`;
}

/** How light a colour looks: 0 for black, 1 for white. */
export function lightness(colour: string): number {
  return toLab(colour)[0];
}
