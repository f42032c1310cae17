/** Whether the bias only takes back what the classifier makes of the common centre of the features. */
import { dot } from '../statistics/products';
import { notApplicable, type Metric } from './metric';
import { lacksClassifier, lacksTwoClasses } from './requirements';

/**
 * ‖b + W μ_G‖₂, W K×d, b K (0 where the head has none), μ_G the mean of the class means. Limit 0, range [0,∞), in the
 * units of the logits. Source: zhu2021's NC4.
 */
export const biasResidual: Metric = {
  id: 'nc.bias',
  name: 'Bias residual',
  plain:
    "The logits at the common centre of all classes, which should be equal to zero there. It is in the logits' own units: compare epochs of one run, not different networks.",
  formula: String.raw`\lVert b+W\mu_G\rVert_2`,
  limit: () => 0,
  range: '[0, ∞)',
  scale: 'log',
  family: 'biasResidual',
  papers: ['zhu2021'],
  where: 'penultimate',
  needs: ['classifier'],
  compute(input) {
    const { statistics, classifier } = input;
    const lack = lacksClassifier(input) ?? lacksTwoClasses(statistics);
    if (lack) return notApplicable(lack);
    const { classes, dimension, globalMean } = statistics;
    let squares = 0;
    for (let k = 0; k < classes; k++) {
      const output = dot(classifier!.weight, k * dimension, globalMean, 0, dimension) + (classifier!.bias?.[k] ?? 0);
      squares += output * output;
    }
    return Math.sqrt(squares);
  },
};
