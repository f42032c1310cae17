/** NC2, equinorm: whether the centred class means, and the classifier rows, have the same length. */
import type { Metric, MetricInput, MetricResult } from './metric';
import { centredMeans, classifierRows, type VectorsOrReason } from './requirements';

/**
 * Coefficient of variation of the row norms of V (K×d): Std_c‖v_c‖ / Avg_c‖v_c‖, ddof 0.
 * Limit 0, range [0,√(K−1)]. Source: papyan2020.
 */
export function normVariation(vectors: VectorsOrReason): MetricResult {
  if ('notApplicable' in vectors) return vectors;
  const { norms, rows } = vectors;
  let mean = 0;
  for (const norm of norms) mean += norm / rows;
  let variance = 0;
  for (const norm of norms) variance += (norm - mean) ** 2 / rows;
  return Math.sqrt(variance) / mean;
}

const shared = {
  limit: () => 0,
  range: '[0, √(K−1)]',
  scale: 'log',
  family: 'equinorm',
} as const;

/** Class means exist at every layer, classifier rows only at the last. */
const ofMeans = { ...shared, papers: ['papyan2020', 'rangamani2023', 'parker2023'], where: 'everyLayer' } as const;
const ofWeights = { ...shared, papers: ['papyan2020'], where: 'penultimate', needs: ['classifier'] } as const;

export const meansNormVariation: Metric = {
  ...ofMeans,
  id: 'nc2.means.normCv',
  name: 'NC2 equinorm, class means',
  plain:
    'How unequal the distances of the class means from their common centre are: standard deviation over mean. At 0 all classes lie equally far out.',
  formula: String.raw`\frac{\mathrm{Std}_c\,\lVert\mu_c-\mu_G\rVert}{\mathrm{Avg}_c\,\lVert\mu_c-\mu_G\rVert}`,
  compute: (input: MetricInput) => normVariation(centredMeans(input)),
};

export const weightsNormVariation: Metric = {
  ...ofWeights,
  id: 'nc2.weights.normCv',
  name: 'NC2 equinorm, classifier rows',
  plain:
    'How unequal the lengths of the classifier rows are: standard deviation over mean. At 0 no class has a stronger row than another.',
  formula: String.raw`\frac{\mathrm{Std}_c\,\lVert w_c\rVert}{\mathrm{Avg}_c\,\lVert w_c\rVert}`,
  compute: (input: MetricInput) => normVariation(classifierRows(input)),
};
