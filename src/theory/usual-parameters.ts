/** Parameters that many experiments share, with bounds that each sets for itself. */
import type { Parameter } from '../protocol/theory';

/** A whole number of things. */
export function count(id: string, plain: string, min: number, max: number, value: number, name = id): Parameter {
  return { id, name, plain, min, max, default: value, whole: true };
}

export function amount(id: string, name: string, plain: string, min: number, max: number, value: number): Parameter {
  return { id, name, plain, min, max, default: value };
}

export function classCount(max: number, value: number, min = 2): Parameter {
  return count('K', 'Number of classes.', min, max, value);
}

export function seed(value = 1): Parameter {
  return count('seed', 'Of everything that is random here.', 0, 1e6, value, String.raw`\text{seed}`);
}

/** λ_W and λ_H of the unconstrained model. */
export function decays(weight: number, features: number): Parameter[] {
  return [
    amount('weightDecay', String.raw`\lambda_W`, 'Weight decay of the classifier.', 1e-5, 1, weight),
    amount('featureDecay', String.raw`\lambda_H`, 'Weight decay of the features.', 1e-6, 1, features),
  ];
}
