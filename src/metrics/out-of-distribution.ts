/** Samples of no class: whether their features stand orthogonal to the classes, and can be told by that. */
import { notApplicable, type Metric, type MetricInput } from './metric';
import { lacksSpread } from './requirements';

const shared = {
  range: '[0, 1]',
  scale: 'linear',
  family: 'outOfDistribution',
  papers: ['ammar2024'],
  where: 'penultimate',
  runs: 'runs with samples of no class (ood in neural-collapse.json)',
  belongs: (input: MetricInput) => input.ood !== undefined,
} as const;

/** Mean over classes of |cos(μ_k, μ_OOD)|, means uncentred. Limit 0, range [0,1]. Source: ammar2024 (its NC5). */
export const oodOrthogonality: Metric = {
  ...shared,
  id: 'ood.orthogonality',
  name: 'Orthogonality of unknown samples',
  plain:
    'Mean size of the cosine between the mean of out-of-distribution samples and each class mean. At 0 they stand orthogonal to every class.',
  formula: String.raw`\mathrm{Avg}_k\,\bigl|\cos(\mu_k,\ \mu_{\mathrm{OOD}})\bigr|`,
  limit: () => 0,
  needs: ['ood'],
  compute({ statistics, ood }) {
    if (!ood) return notApplicable(NO_UNKNOWN);
    const { classes, dimension: d, counts, means } = statistics;
    const length = Math.sqrt(ood.mean.reduce((squares, value) => squares + value * value, 0));
    if (length === 0) return notApplicable('the mean of the out-of-distribution samples is zero');
    let sum = 0;
    let present = 0;
    for (let c = 0; c < classes; c++) {
      if (counts[c] === 0) continue;
      let inner = 0;
      let squares = 0;
      for (let j = 0; j < d; j++) {
        const value = means[c * d + j]!;
        inner += value * ood.mean[j]!;
        squares += value * value;
      }
      if (squares === 0) return notApplicable(`the mean of class ${c} is zero`);
      sum += Math.abs(inner) / (Math.sqrt(squares) * length);
      present += 1;
    }
    return present === 0 ? notApplicable('no class has samples') : Math.min(1, sum / present);
  },
};

/**
 * AUROC of the score ‖V(h−μ_G)‖/‖h−μ_G‖, V the span of the centred class means: known samples (held-out data where
 * there is some, else training data) against out-of-distribution ones, exact, ties half. Range [0,1]; ½ says nothing.
 * Source: ammar2024, whose score takes principal components instead of the class means' span.
 */
export const oodAuroc: Metric = {
  ...shared,
  id: 'ood.auroc',
  name: 'Telling unknown samples apart (AUROC)',
  plain:
    'How well the share of a feature that lies in the span of the class means tells samples of the classes from out-of-distribution samples: 1 is without error, ½ is by chance.',
  formula: String.raw`P\!\left(s(h)>s(h_{\mathrm{OOD}})\right)+\tfrac12P(=),\quad s(h)=\frac{\lVert V(h-\mu_G)\rVert}{\lVert h-\mu_G\rVert}`,
  limitText: '1 where every known sample lies closer to the span of the class means than any unknown one',
  needs: ['ood', 'span'],
  compute({ statistics, ood }) {
    if (!ood) return notApplicable(NO_UNKNOWN);
    const lack = lacksSpread(statistics);
    if (lack) return notApplicable(lack);
    if (statistics.span && statistics.span.rank >= statistics.dimension) {
      return notApplicable(
        `the class means span all ${statistics.dimension} dimensions, so the score is 1 for every sample`,
      );
    }
    return ood.auroc;
  },
};

const NO_UNKNOWN = 'there are no out-of-distribution samples';
