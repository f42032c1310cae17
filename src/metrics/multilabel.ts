/** Multi-label collapse: whether samples with several classes lie where the sum of their single-label means points. */
import { MOST_SETS, MOST_TAGS } from '../statistics/tag-sets';
import { dot } from '../statistics/products';
import type { Multiplicity } from '../statistics/tag-statistics';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';
import { angleRatio } from './tag-angles';
import { tagSums, type TagSums } from './tag-sums';

/** Metrics of one number m of classes a sample, for m = 2 … MOST_TAGS; each belongs only where that m was seen. */
export const multilabelMetrics: readonly Metric[] = Array.from({ length: MOST_TAGS - 1 }, (_, i) => i + 2).flatMap(
  (m) => [angle(m), scale(m), scaleResidual(m), variability(m)],
);

function shared(m: number) {
  return {
    family: 'multilabel',
    papers: ['li2024'],
    where: 'penultimate',
    needs: ['tags'],
    runs: `runs with samples of ${m} classes`,
    belongs: (input: MetricInput) => ofSize(input, m) !== undefined,
  } as const;
}

/**
 * Avg_S ∠(h̄_S, Σ_{k∈S} h̄_k) / Avg_{S,S'} ∠(h̄_S, Σ_{k∈S'} h̄_k): S the sets of m classes that were seen, S' all of m
 * classes among those seen alone (20,000 drawn by a fixed rule where there are more). Limit 0, about 1 for unrelated
 * features, range [0,∞). Source: li2024.
 */
function angle(m: number): Metric {
  return {
    ...shared(m),
    id: `multilabel.angle.m${m}`,
    name: `Angle to the sum of single-label means, ${m} labels`,
    plain: `Angle between the mean of the samples with a set of ${m} labels and the sum of the single-label means of those labels, over the same angle for any ${m} labels (a fixed sample of 20,000 sets where there are more). At 0 they point the same way; about 1 means no relation.`,
    formula: String.raw`\frac{\mathrm{Avg}_{|S|=${m}}\ \angle\bigl(\bar h_S,\ \sum_{k\in S}\bar h_k\bigr)}{\mathrm{Avg}_{|S|=|S'|=${m}}\ \angle\bigl(\bar h_S,\ \sum_{k\in S'}\bar h_k\bigr)}`,
    limit: () => 0,
    range: '[0, ∞)',
    scale: 'log',
    compute: (input) => composed(input, m, (sums) => angleRatio(sums, m)),
  };
}

/** Least-squares c of h̄_S = c Σ_{k∈S} h̄_k over all sets S of m classes. Range (−∞,∞). Source: li2024. */
function scale(m: number): Metric {
  return {
    ...shared(m),
    id: `multilabel.scale.m${m}`,
    name: `Scale of the sum of single-label means, ${m} labels`,
    plain: `The one factor by which the sums of single-label means come closest to the means of the samples with ${m} labels. At collapse it is the same for all sets of ${m} labels; 1/${m} would be their average.`,
    formula: String.raw`\arg\min_c\sum_{|S|=${m}}\Bigl\lVert\bar h_S-c\sum_{k\in S}\bar h_k\Bigr\rVert^2`,
    limitText: 'none of its own: it depends on the weight decay and the number of samples',
    range: '(−∞, ∞)',
    scale: 'linear',
    compute: (input) => composed(input, m, scaleOf),
  };
}

/** √(Σ_S‖h̄_S − c Σh̄_k‖² / Σ_S‖h̄_S‖²) at the best c. Limit 0, range [0,1]. Source: li2024. */
function scaleResidual(m: number): Metric {
  return {
    ...shared(m),
    id: `multilabel.scaleResidual.m${m}`,
    name: `Distance to the scaled sums, ${m} labels`,
    plain: `What is left of the means of the samples with ${m} labels after the scaled sums of single-label means are taken off, as a share of their size. At 0 every one of them is the scaled sum.`,
    formula: String.raw`\min_c\sqrt{\frac{\sum_{|S|=${m}}\lVert\bar h_S-c\sum_{k\in S}\bar h_k\rVert^2}{\sum_{|S|=${m}}\lVert\bar h_S\rVert^2}}`,
    limit: () => 0,
    range: '[0, 1]',
    scale: 'log',
    compute: (input) => composed(input, m, residualOf),
  };
}

/**
 * tr(Σ_W Σ_B⁺)/K_m with the sets of m classes as classes, Σ_B cut at rank K−1 (directions beyond are noise).
 * Limit 0, range [0,∞). Source: li2024.
 */
function variability(m: number): Metric {
  return {
    ...shared(m),
    id: `multilabel.nc1.m${m}`,
    name: `Within-set variability, ${m} labels`,
    plain: `Spread of the features of samples with the same ${m} labels around their mean, measured against the spread of these means (of the ${MOST_SETS.toLocaleString('en-US')} most frequent sets). It falls towards 0 as the samples of each set shrink to a point.`,
    formula: String.raw`\tfrac{1}{K_{${m}}}\,\mathrm{tr}\!\left(\Sigma_W\,\Sigma_B^{+}\right),\quad \mathrm{rank}\,\Sigma_B\le K-1`,
    limit: () => 0,
    range: '[0, ∞)',
    scale: 'log',
    compute(input) {
      const own = ofSize(input, m);
      if (!own) return notApplicable(`no sample has ${m} classes`);
      const { classes, counts, span } = own.statistics;
      if (classes < 2) return notApplicable(`only one set of ${m} classes was seen`);
      if (!counts.some((count) => count > 1)) return notApplicable(`no set of ${m} classes has more than one sample`);
      if (!span?.within) return notApplicable('the span of the set means was not analysed');
      if (span.rank === 0) return notApplicable(`the means of all sets of ${m} classes are equal`);
      let sum = 0;
      for (let r = 0; r < span.rank; r++) sum += span.within[r]! / span.singularValues[r]! ** 2;
      return sum;
    },
  };
}

/** Mean over the samples that have a class of Σ_{k∈S} CE(z,k), in nats. Range [0,∞). Source: li2024. */
export const pickAllLoss: Metric = {
  id: 'loss.pickAll',
  name: 'Pick-all-labels loss',
  plain:
    'Cross-entropy summed over the labels of a sample, averaged over the samples that have a label: the loss under which multi-label collapse is proved. With several labels a sample it cannot reach 0.',
  formula: String.raw`\tfrac1N\sum_i\sum_{k\in S_i}\Bigl(\log\sum_j e^{z_{i,j}}-z_{i,k}\Bigr)`,
  limitText: 'none: a sample with m labels keeps at least m log m',
  range: '[0, ∞)',
  scale: 'linear',
  family: 'multilabel',
  papers: ['li2024'],
  where: 'penultimate',
  needs: ['tags', 'logits'],
  runs: 'runs whose labels may name several classes of a sample',
  belongs: ({ tags }) => tags !== undefined,
  compute: ({ tags, noClassifier }) =>
    tags?.pickAllLoss ?? notApplicable(noClassifier ?? "the network's logits are not known"),
};

function ofSize({ tags }: MetricInput, m: number): Multiplicity | undefined {
  return tags?.multiplicities.find(({ size }) => size === m);
}

function composed(input: MetricInput, m: number, measure: (sums: TagSums) => MetricResult): MetricResult {
  if (!input.tags) return notApplicable('the samples have one class each');
  const sums = tagSums(input.tags, m);
  return 'notApplicable' in sums ? sums : measure(sums);
}

function scaleOf({ means, sums }: TagSums): MetricResult {
  const squares = dot(sums, 0, sums, 0, sums.length);
  if (squares === 0) return notApplicable('the single-label means add up to zero in every set');
  return dot(means, 0, sums, 0, sums.length) / squares;
}

function residualOf(composition: TagSums): MetricResult {
  const { means, sums } = composition;
  const c = scaleOf(composition);
  if (typeof c !== 'number') return c;
  const squares = dot(means, 0, means, 0, means.length);
  if (squares === 0) return notApplicable('the means of all sets are zero');
  let rest = 0;
  for (let j = 0; j < means.length; j++) rest += (means[j]! - c * sums[j]!) ** 2;
  return Math.sqrt(rest / squares);
}
