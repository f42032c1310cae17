/** Accuracy of the network itself: the clock by which collapse is read (it starts when training error reaches zero). */
import { notApplicable, type Metric, type MetricInput } from './metric';

/** Share of training samples with argmax of the logits equal to the label. Limit 1, range [0,1]. Source: papyan2020. */
export const accuracy: Metric = {
  id: 'accuracy',
  name: 'Training accuracy',
  plain:
    'Share of training samples that the network classifies correctly. Neural Collapse is what happens after it has reached 100 %.',
  formula: String.raw`\tfrac{1}{N}\,\#\bigl\{i:\ \arg\max_c z_{i,c} = y_i\bigr\}`,
  limit: () => 1,
  range: '[0, 1]',
  scale: 'linear',
  family: 'accuracy',
  papers: ['papyan2020', 'zhou2022b'],
  where: 'penultimate',
  needs: ['decisions'],
  percent: true,
  compute: (input) => input.accuracy ?? notApplicable(lacksDecisions(input)),
};

/** Share of test samples classified correctly. Limit 1, range [0,1]. Source: papyan2020. */
export const testAccuracy: Metric = {
  id: 'accuracy.test',
  name: 'Test accuracy',
  plain:
    'Share of test samples that the network classifies correctly. It often keeps rising while the features collapse.',
  formula: String.raw`\tfrac{1}{N_{\mathrm{test}}}\,\#\bigl\{i\in\mathrm{test}:\ \arg\max_c z_{i,c} = y_i\bigr\}`,
  limit: () => 1,
  range: '[0, 1]',
  scale: 'linear',
  family: 'accuracy',
  papers: ['papyan2020', 'zhou2022b'],
  where: 'penultimate',
  needs: ['test', 'decisions'],
  percent: true,
  compute(input) {
    if (!input.test) return notApplicable('there is no test data');
    return input.test.accuracy ?? notApplicable(lacksDecisions(input));
  },
};

function lacksDecisions(input: MetricInput): string {
  return input.noClassifier ?? "the network's decisions are not known";
}
