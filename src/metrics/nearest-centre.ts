/** NC4, nearest class centre: whether the network decides as the nearest class mean would, and how well that does. */
import { presentClasses } from '../statistics/class-statistics';
import { notApplicable, type Metric, type MetricInput } from './metric';

/**
 * Share of training samples whose argmax of the logits differs from argmin_c‖h−μ_c‖.
 * Ties go to the smaller class. Limit 0, range [0,1]. Source: papyan2020.
 */
export const mismatch: Metric = {
  id: 'nc4',
  name: 'NC4 nearest-centre mismatch, training data',
  plain:
    'Share of training samples for which the network decides otherwise than the nearest class mean. At 0 the network is a nearest-class-centre classifier on them.',
  formula: String.raw`\tfrac{1}{N}\,\#\bigl\{i:\ \arg\max_c z_{i,c}\neq\arg\min_c\lVert h_i-\mu_c\rVert\bigr\}`,
  limit: () => 0,
  range: '[0, 1]',
  scale: 'linear',
  family: 'nearestCentre',
  papers: ['papyan2020'],
  where: 'penultimate',
  needs: ['nearestCentre', 'decisions'],
  percent: true,
  compute(input) {
    const lack = lacksCentres(input);
    if (lack) return notApplicable(lack);
    return input.nearestCentre?.mismatch ?? notApplicable(lacksDecisions(input));
  },
};

/**
 * nc4's share at any layer: the nearest class centre there against the network's decision. Limit 0, range [0,1].
 * Sources: benshaul2022, and the effective depth of galanti2022.
 */
export const layerMismatch: Metric = {
  ...mismatch,
  id: 'ncc.mismatch',
  name: 'Nearest-centre mismatch of the layer',
  plain:
    'Share of training samples that lie nearest to another class mean at this layer than the class which the network decides for in the end. Layer by layer it shows from where on the decision is settled.',
  formula: String.raw`\tfrac{1}{N}\,\#\bigl\{i:\ \arg\max_c z_{i,c}\neq\arg\min_c\lVert h_i^{(\ell)}-\mu_c^{(\ell)}\rVert\bigr\}`,
  papers: ['galanti2022', 'benshaul2022'],
  where: 'everyLayer',
  needs: ['nearestCentre', 'decisions'],
};

/** The same share on the test split, with the class means of the training split: papyan2020's own version. */
export const testMismatch: Metric = {
  ...mismatch,
  id: 'nc4.test',
  needs: ['test', 'decisions'],
  name: 'NC4 nearest-centre mismatch, test data',
  plain:
    'Share of test samples for which the network decides otherwise than the nearest mean of the training classes. At 0 the network is a nearest-class-centre classifier.',
  formula: String.raw`\tfrac{1}{N_{\mathrm{test}}}\,\#\bigl\{i\in\mathrm{test}:\ \arg\max_c z_{i,c}\neq\arg\min_c\lVert h_i-\mu_c\rVert\bigr\}`,
  compute(input) {
    if (!input.test) return notApplicable('there is no test data');
    const lack = lacksCentres(input);
    if (lack) return notApplicable(lack);
    return input.test.nearestCentre?.mismatch ?? notApplicable(lacksDecisions(input));
  },
};

/**
 * Share of training samples whose nearest class mean is that of their label. Limit 1, range [0,1].
 * Sources: papyan2020; by layer in galanti2022 and benshaul2022.
 */
export const nearestCentreAccuracy: Metric = {
  id: 'ncc.accuracy',
  name: 'Nearest-class-centre accuracy',
  plain:
    'Share of training samples that lie nearest to the mean of their own class. Layer by layer it shows from where on the classes are separated.',
  formula: String.raw`\tfrac{1}{N}\,\#\bigl\{i:\ \arg\min_c\lVert h_i-\mu_c\rVert = y_i\bigr\}`,
  limit: () => 1,
  range: '[0, 1]',
  scale: 'linear',
  family: 'accuracy',
  papers: ['papyan2020', 'galanti2022', 'benshaul2022'],
  where: 'everyLayer',
  needs: ['nearestCentre'],
  percent: true,
  compute(input) {
    const lack = lacksCentres(input);
    if (lack) return notApplicable(lack);
    return input.nearestCentre?.accuracy ?? notApplicable('nearest class centres were not sought at this layer');
  },
};

function lacksCentres({ statistics }: MetricInput): string | undefined {
  if (statistics.classes < 2) return 'there is only one class, and the measure compares classes';
  return presentClasses(statistics) < 2 ? 'fewer than two classes have samples' : undefined;
}

function lacksDecisions(input: MetricInput): string {
  if (input.classifier) return "the network's decisions were not recorded";
  return input.noClassifier ?? "the network's decisions are not known: no linear classifier was found";
}
