/** NC2, equiangularity: whether all pairs of class means, and of classifier rows, enclose the same angle. */
import { forEachCosine } from './cosines';
import type { Metric, MetricInput, MetricResult } from './metric';
import { centredMeans, classifierRows, type VectorsOrReason } from './requirements';

/** Std over c≠c' of cos(v_c, v_c'), V K×d, ddof 0. Limit 0, range [0,1]. Source: papyan2020. */
export function cosineDeviation(vectors: VectorsOrReason): MetricResult {
  if ('notApplicable' in vectors) return vectors;
  // Sums are of differences from the first cosine: where all are nearly equal, nothing cancels.
  let pivot: number | undefined;
  let pairs = 0;
  let sum = 0;
  let squares = 0;
  forEachCosine(vectors, (cosine) => {
    pivot ??= cosine;
    const difference = cosine - pivot;
    pairs += 1;
    sum += difference;
    squares += difference * difference;
  });
  return Math.sqrt(Math.max(0, squares - (sum * sum) / pairs) / pairs);
}

const shared = {
  limit: () => 0,
  range: '[0, 1]',
  scale: 'log',
  family: 'equiangularity',
} as const;

/** Class means exist at every layer, classifier rows only at the last. */
const ofMeans = { ...shared, papers: ['papyan2020', 'rangamani2023', 'parker2023'], where: 'everyLayer' } as const;
const ofWeights = { ...shared, papers: ['papyan2020'], where: 'penultimate', needs: ['classifier'] } as const;

export const meansCosineDeviation: Metric = {
  ...ofMeans,
  id: 'nc2.means.cosStd',
  name: 'NC2 equiangularity, class means',
  plain:
    'How unequal the angles between pairs of centred class means are: standard deviation of their cosines. At 0 every pair of classes encloses the same angle.',
  formula: String.raw`\mathrm{Std}_{c\neq c'}\,\cos(\mu_c-\mu_G,\ \mu_{c'}-\mu_G)`,
  compute: (input: MetricInput) => cosineDeviation(centredMeans(input)),
};

export const weightsCosineDeviation: Metric = {
  ...ofWeights,
  id: 'nc2.weights.cosStd',
  name: 'NC2 equiangularity, classifier rows',
  plain:
    'How unequal the angles between pairs of classifier rows are: standard deviation of their cosines. At 0 every pair of rows encloses the same angle.',
  formula: String.raw`\mathrm{Std}_{c\neq c'}\,\cos(w_c,\ w_{c'})`,
  compute: (input: MetricInput) => cosineDeviation(classifierRows(input)),
};
