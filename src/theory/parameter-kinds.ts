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

export function classCount(most: number, standard: number, least = 2): Parameter {
  return count('K', 'K', 'Number of classes.', [least, most], standard);
}

/** For experiments in which data and order are random, too. */
export const seedOfAll: Parameter = count(
  'seed',
  String.raw`\text{seed}`,
  'Of everything that is random here.',
  [0, 1e6],
  1,
);

/** λ_W and λ_H of the unconstrained model. */
export function decays(weight: number, features: number): Parameter[] {
  return [
    amount('weightDecay', String.raw`\lambda_W`, 'Weight decay of the classifier.', [1e-5, 1], weight),
    amount('featureDecay', String.raw`\lambda_H`, 'Weight decay of the features.', [1e-6, 1], features),
  ];
}
