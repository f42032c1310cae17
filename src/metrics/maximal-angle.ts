/** NC2, maximal angle: how far the angles are from the largest that K equally spread vectors can have. */
import { forEachCosine } from './cosines';
import type { Metric, MetricInput, MetricResult } from './metric';
import { centredMeans, classifierRows, type VectorsOrReason } from './requirements';

/** Avg over c≠c' of |cos(v_c, v_c') + 1/(K−1)|, V K×d. Limit 0, range [0, 1+1/(K−1)]. Source: papyan2020. */
export function maximalAngleDeviation(vectors: VectorsOrReason): MetricResult {
  if ('notApplicable' in vectors) return vectors;
  const simplex = 1 / (vectors.rows - 1);
  let sum = 0;
  forEachCosine(vectors, (cosine) => {
    sum += Math.abs(cosine + simplex);
  });
  return sum / ((vectors.rows * (vectors.rows - 1)) / 2);
}

const shared = {
  limit: () => 0,
  range: '[0, 1 + 1/(K−1)]',
  scale: 'log',
  family: 'maximalAngle',
} as const;

/** Class means exist at every layer, classifier rows only at the last. */
const ofMeans = { ...shared, papers: ['papyan2020', 'rangamani2023', 'parker2023'], where: 'everyLayer' } as const;
const ofWeights = { ...shared, papers: ['papyan2020'], where: 'penultimate', needs: ['classifier'] } as const;

export const meansMaximalAngle: Metric = {
  ...ofMeans,
  id: 'nc2.means.maxAngle',
  name: 'NC2 maximal angle, class means',
  plain:
    'Mean distance of the cosines between centred class means from −1/(K−1), the value in a simplex, where all classes stand as far apart as they can.',
  formula: String.raw`\mathrm{Avg}_{c\neq c'}\left|\cos(\mu_c-\mu_G,\ \mu_{c'}-\mu_G)+\tfrac{1}{K-1}\right|`,
  compute: (input: MetricInput) => maximalAngleDeviation(centredMeans(input)),
};

export const weightsMaximalAngle: Metric = {
  ...ofWeights,
  id: 'nc2.weights.maxAngle',
  name: 'NC2 maximal angle, classifier rows',
  plain:
    'Mean distance of the cosines between classifier rows from −1/(K−1), the value in a simplex, where all rows stand as far apart as they can.',
  formula: String.raw`\mathrm{Avg}_{c\neq c'}\left|\cos(w_c,\ w_{c'})+\tfrac{1}{K-1}\right|`,
  compute: (input: MetricInput) => maximalAngleDeviation(classifierRows(input)),
};
