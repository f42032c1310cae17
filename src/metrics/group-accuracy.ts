/** Accuracy by group of classes: whether the rare classes are learned as the frequent ones are. */
import { logitsOf } from './logit-requirements';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';
import { minorityClasses } from './minority';

/** Share of the samples of these classes that the network gets right, over all their samples together. */
function shareCorrect(input: MetricInput, wanted: readonly number[], group: string): MetricResult {
  const logits = logitsOf(input);
  if ('notApplicable' in logits) return logits;
  let correct = 0;
  let samples = 0;
  for (const c of wanted) {
    correct += logits.correct[c]!;
    samples += logits.statistics.counts[c]!;
  }
  return samples === 0 ? notApplicable(`no class of the ${group} has samples`) : correct / samples;
}

const shared = {
  limit: () => 1,
  range: '[0, 1]',
  scale: 'linear',
  family: 'imbalance',
  papers: ['fang2021'],
  where: 'penultimate',
  needs: ['logits'],
  percent: true,
  runs: 'runs with rare classes, or with a minority named in neural-collapse.json',
  belongs: (input: MetricInput) => minorityClasses(input).length > 0,
} as const;

/** Share of training samples of the majority classes classified correctly. Limit 1, range [0,1]. Source: fang2021. */
export const majorityAccuracy: Metric = {
  ...shared,
  id: 'accuracy.majority',
  name: 'Training accuracy, majority classes',
  plain:
    'Share of the training samples of the frequent classes that the network classifies correctly: those that are not among the minority (below half the largest class, or as the manifest names them).',
  formula: String.raw`\frac{\#\{i:\ y_i\in A,\ \arg\max_c z_{i,c}=y_i\}}{\#\{i:\ y_i\in A\}}`,
  compute(input) {
    const minority = new Set(minorityClasses(input));
    const rest = Array.from(input.statistics.counts.keys()).filter((c) => !minority.has(c));
    return shareCorrect(input, rest, 'majority');
  },
};

/** The same of the minority classes. At minority collapse the network cannot tell them apart. Source: fang2021. */
export const minorityAccuracy: Metric = {
  ...shared,
  id: 'accuracy.minority',
  name: 'Training accuracy, minority classes',
  plain:
    'Share of the training samples of the rare classes that the network classifies correctly. Where it stays far below that of the frequent classes, the rare ones cannot be told apart.',
  formula: String.raw`\frac{\#\{i:\ y_i\in B,\ \arg\max_c z_{i,c}=y_i\}}{\#\{i:\ y_i\in B\}}`,
  compute: (input) => shareCorrect(input, minorityClasses(input), 'minority'),
};
