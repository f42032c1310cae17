/** How close to a simplex so many classes can come in so few dimensions. */
import { notApplicable, type Metric } from './metric';

/**
 * √(2 − 2√(d/(K−1))) for d < K−1: a matrix of rank d is at least so far from the simplex's, of rank K−1.
 * Range [0,√2). Source: after jiang2023.
 */
export const simplexFloor: Metric = {
  id: 'nc2.floor',
  name: 'Least possible distance from a simplex',
  plain:
    'The smallest distance from a simplex that so many classes can have in so few dimensions. Compare the simplex distances of class means and classifier with it rather than with 0.',
  formula: String.raw`\sqrt{2-2\sqrt{\tfrac{d}{K-1}}}`,
  limitText: 'fixed by the number of classes and of dimensions',
  range: '[0, √2)',
  scale: 'linear',
  family: 'manyClasses',
  papers: ['jiang2023'],
  where: 'penultimate',
  runs: 'runs with more classes than dimensions allow a simplex (K > d + 1)',
  belongs: ({ statistics: { classes, dimension } }) => dimension < classes - 1,
  compute({ statistics: { classes, dimension } }) {
    if (dimension >= classes - 1) return notApplicable('there are enough dimensions for a simplex');
    const share = dimension / (classes - 1);
    // 1 − √x as (1−x)/(1+√x): nothing cancels for x near 1.
    return Math.sqrt((2 * (1 - share)) / (1 + Math.sqrt(share)));
  },
};
