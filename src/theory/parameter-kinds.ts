/** Parameters that many experiments have, in one line each. */
import type { Parameter } from '../protocol/theory';

type Bounds = readonly [min: number, max: number];

/** A whole number. */
export function count(id: string, name: string, plain: string, [min, max]: Bounds, standard: number): Parameter {
  return { id, name, plain, min, max, default: standard, whole: true };
}

/** A real number. */
export function amount(id: string, name: string, plain: string, [min, max]: Bounds, standard: number): Parameter {
  return { id, name, plain, min, max, default: standard };
}

export const seed: Parameter = count('seed', String.raw`\text{seed}`, 'Of the random starts.', [0, 1e6], 1);

export function starts(most: number, standard: number): Parameter {
  return count('starts', String.raw`\text{starts}`, 'Random starts.', [1, most], standard);
}
