/** What the layer-peeled model takes as given: how large classifier and features are, and how unequal the classes. */
import { frobenius, presentMeans } from './class-means';
import { notApplicable, type Metric } from './metric';
import { imbalance } from './minority';
import { lacksClassifier } from './requirements';

const shared = {
  family: 'imbalance',
  papers: ['fang2021'],
  where: 'penultimate',
} as const;

const energy = {
  ...shared,
  limitText: 'none of its own: it is the budget of the layer-peeled model',
  range: '[0, ∞)',
  scale: 'log',
} as const;

/** (1/K) Σ_k ‖w_k‖², W K×d. No limit, range [0,∞). Source: fang2021's E_W. */
export const classifierEnergy: Metric = {
  ...energy,
  id: 'lpm.energyW',
  needs: ['classifier'],
  name: 'Classifier energy',
  plain:
    'Mean squared length of the classifier rows. Together with the feature energy it fixes from which imbalance on the rare classes collapse: the smaller both are, the earlier.',
  formula: String.raw`E_W=\tfrac1K\sum_k\lVert w_k\rVert^2`,
  compute(input) {
    const lack = lacksClassifier(input);
    if (lack) return notApplicable(lack);
    return frobenius(input.classifier!.weight) ** 2 / input.statistics.classes;
  },
};

/**
 * (1/K') Σ_k (1/n_k) Σ_i ‖h_{k,i}‖² over the K' classes that have samples, features not centred: per class
 * ‖μ_k‖² plus its scatter over n_k. No limit, range [0,∞). Source: fang2021's E_H.
 */
export const featureEnergy: Metric = {
  ...energy,
  id: 'lpm.energyH',
  name: 'Feature energy',
  plain:
    'Mean squared length of the features, each class counting alike. Together with the classifier energy it fixes from which imbalance on the rare classes collapse.',
  formula: String.raw`E_H=\tfrac1K\sum_k\tfrac1{n_k}\sum_i\lVert h_{k,i}\rVert^2`,
  compute({ statistics }) {
    const { rows, classOf, norms } = presentMeans(statistics);
    if (rows === 0) return notApplicable('no class has samples');
    let sum = 0;
    classOf.forEach((c, row) => (sum += norms[row]! ** 2 + statistics.scatters[c]! / statistics.counts[c]!));
    return sum / rows;
  },
};

/** max n_c / min n_c. 1 when balanced, range [1,∞). Source: fang2021's R. */
export const imbalanceRatio: Metric = {
  ...shared,
  id: 'imbalance.ratio',
  name: 'Imbalance ratio',
  plain:
    'Samples of the largest class over samples of the smallest. At 1 the classes are balanced; beyond a threshold that depends on the energies the rare classes collapse onto each other.',
  formula: String.raw`R=\frac{\max_c n_c}{\min_c n_c}`,
  limitText: '1 when the classes are balanced; no limit of its own',
  range: '[1, ∞)',
  scale: 'log',
  compute({ statistics }) {
    const empty = statistics.counts.indexOf(0);
    if (empty >= 0) return notApplicable(`class ${empty} has no samples, so the ratio is infinite`);
    return imbalance(statistics.counts);
  },
};
