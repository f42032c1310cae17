/** Colours of cosines: neutral at −1/(K−1), the value at perfect collapse; how far, and to which side, by two colours. */

/** Small departures late in training must still show beside the large ones of its beginning. */
const GAMMA = 0.6;
/** Steps of the ramp: more than an eye tells apart. */
const STEPS = 48;

/**
 * −1 … 1: which colour a cosine gets. The same at every checkpoint of a run, so that the matrix fades as it collapses.
 * @param neutral the value at perfect collapse
 */
export function departure(cosine: number, neutral: number): number {
  const share = Math.max(-1, Math.min(1, cosine - neutral));
  return Math.sign(share) * Math.abs(share) ** GAMMA;
}

export interface Ramp {
  low: string;
  neutral: string;
  high: string;
}

/** A CSS colour for a departure in [−1, 1]. */
export function rampColour(ramp: Ramp, at: number): string {
  const share = Math.round(Math.abs(at) * STEPS) / STEPS;
  return `color-mix(in oklab, ${at < 0 ? ramp.low : ramp.high} ${Math.round(100 * share)}%, ${ramp.neutral})`;
}

/** What the cosine of centred class means is at perfect collapse; for two classes −1. */
export function neutralCosine(classes: number): number {
  return classes > 1 ? -1 / (classes - 1) : 0;
}
