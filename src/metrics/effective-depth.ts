/** Effective depth: from which layer on the nearest class centre decides as the network does. */
import { notApplicable, type AcrossLayersMetric, type LayerValues, type MetricResult } from './metric';

/** ε: share of samples that may still lie nearest to another class. */
export const TOLERATED = 0.02;

/**
 * The smallest depth ℓ with ncc.mismatch ≤ ε = 0.02, as galanti2022 define it: the first such layer, whatever the later
 * ones do. (The paper compares with the labels; past zero training error the network's decisions are the labels.)
 * Where no layer gets there it has no value, rather than the full depth. Range [1, number of layers]. Source: galanti2022.
 */
export const effectiveDepth: AcrossLayersMetric = {
  id: 'effectiveDepth',
  name: 'Effective depth',
  plain:
    'The first measured layer at which the nearest class mean decides as the whole network for at least 98 % of the training samples. Layers behind it no longer change the decision much.',
  formula: String.raw`\min\Bigl\{\ell:\ \tfrac{1}{N}\,\#\bigl\{i:\ \arg\max_c z_{i,c}\neq\arg\min_c\lVert h_i^{(\ell)}-\mu_c^{(\ell)}\rVert\bigr\}\le 0.02\Bigr\}`,
  limitText: 'no limit; the smaller, the earlier the classes are settled',
  range: '[1, number of layers]',
  scale: 'linear',
  family: 'depth',
  papers: ['galanti2022'],
  where: 'acrossLayers',
  from: ['ncc.mismatch'],
  compute: () => notApplicable('it is computed from all layers together'),
  across: firstSettled,
};

function firstSettled(layers: readonly LayerValues[]): MetricResult {
  if (layers.length < 2) return notApplicable('only one layer was measured');
  for (const { depth, metrics } of layers) {
    const mismatch = metrics['ncc.mismatch'];
    // A layer that is not known might have been the first.
    if (mismatch === undefined) return notApplicable(`layer ${depth} has no nearest-centre mismatch`);
    if (mismatch <= TOLERATED) return depth;
  }
  return notApplicable(
    'at no measured layer does the nearest class mean decide as the network for 98 % of the training samples',
  );
}
