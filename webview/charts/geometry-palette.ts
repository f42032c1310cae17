/** The theme's colours for geometry: those of all charts, and the two sides of the cosines' ramp. */
import { type Palette } from '../theme';
import type { Ramp } from './diverging';

export interface GeometryPalette extends Palette {
  ramp: Ramp;
}

/** Reads the tokens of styles/geometry.css. */
export function geometryPalette(palette: Palette): GeometryPalette {
  const styles = getComputedStyle(document.body);
  const token = (name: string): string => styles.getPropertyValue(name).trim();
  return {
    ...palette,
    ramp: { low: token('--nc-ramp-low'), neutral: token('--nc-ramp-neutral'), high: token('--nc-ramp-high') },
  };
}

/** Colour of a class among the three of a picture; the fourth is for all others. */
export function styleColour({ series, muted }: Pick<Palette, 'series' | 'muted'>, style: number): string {
  return style < 3 ? (series[style] ?? muted) : muted;
}

export function smallFont({ font, fontSize }: Palette): { family: string; size: number } {
  return { family: font, size: Math.max(10, fontSize - 2) };
}

/** A colour let through, so that points on top of each other show. */
export function faint(colour: string, share: number): string {
  return `color-mix(in srgb, ${colour} ${Math.round(100 * share)}%, transparent)`;
}
