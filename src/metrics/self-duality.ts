/** NC3, self-duality: whether classifier and centred class means are the same up to one scale. */
import { frobenius, lacksClasses } from './class-means';
import { notApplicable, type Metric } from './metric';
import { lacksClassifier, lacksSpread } from './requirements';

/**
 * ‖W/‖W‖_F − Mc/‖Mc‖_F‖_F², W and Mc K×d (the square, as in the paper). Limit 0, range [0,4]. Source: papyan2020.
 * Needs every class: a row of W without a class mean has nothing to be compared with.
 */
export const selfDuality: Metric = {
  id: 'nc3',
  name: 'NC3 self-duality (Papyan)',
  plain:
    'Squared distance between the classifier and the matrix of centred class means, each scaled to Frobenius norm one. At 0 the classifier rows point exactly along the class means; 4 means the opposite direction.',
  formula: String.raw`\left\lVert \frac{W}{\lVert W\rVert_F}-\frac{\tilde M}{\lVert \tilde M\rVert_F}\right\rVert_F^2`,
  limit: () => 0,
  range: '[0, 4]',
  scale: 'log',
  family: 'selfDuality',
  papers: ['papyan2020'],
  where: 'penultimate',
  needs: ['classifier'],
  compute(input) {
    const { statistics } = input;
    const lack =
      lacksClassifier(input) ??
      lacksSpread(statistics) ??
      lacksClasses(statistics, 'self-duality compares the classifier with');
    if (lack) return notApplicable(lack);
    const weight = input.classifier!.weight;
    const weightNorm = frobenius(weight);
    if (weightNorm === 0) return notApplicable('the classifier is zero');
    const weightScale = 1 / weightNorm;
    const meansScale = 1 / frobenius(statistics.centredMeans);
    let sum = 0;
    for (let i = 0; i < weight.length; i++) {
      sum += (weight[i]! * weightScale - statistics.centredMeans[i]! * meansScale) ** 2;
    }
    return sum;
  },
};
