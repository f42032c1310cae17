/**
 * For previews and layout tests: a registry of every id that the catalogue's papers name, the real metrics among them.
 * What the others say and measure is made up; nothing of this is in the product.
 */
import type { Metric, MetricFamily } from '../../src/metrics/metric';
import { metrics as real } from '../../src/metrics/registry';
import { papers } from '../../src/papers/catalogue';

const FAMILY: readonly [start: RegExp, family: MetricFamily][] = [
  [/etf|frame/, 'frame'],
  [/^lpm|^imbalance|^accuracy\.m/, 'imbalance'],
  [/^multilabel|^loss\.pickAll/, 'multilabel'],
  [/^gnc|floor/, 'manyClasses'],
  [/^snc/, 'strongCollapse'],
  [/^mem|^dilation/, 'labelNoise'],
  [/^calibration/, 'calibration'],
  [/^margin/, 'margin'],
  [/^sphere/, 'sphere'],
  [/^logits/, 'logits'],
  [/^mse|^snr|^centralPath/, 'centralPath'],
  [/^sqi|^norm/, 'interpolation'],
  [/^separation/, 'separation'],
  [/^rank/, 'rank'],
  [/^nc\.bias/, 'biasResidual'],
  [/^cdnv/, 'variability'],
  [/cosMean/, 'equiangularity'],
];

/** Ids under a paper that brings them; of ids by multiplicity two. */
function missing(): [id: string, paper: string][] {
  const known = new Set(real.map(({ id }) => id));
  const found: [string, string][] = [];
  for (const { key, metrics } of papers) {
    for (const id of metrics.flatMap((name) =>
      name.includes('{m}') ? [2, 3].map((m) => name.replace('{m}', `${m}`)) : [name],
    )) {
      if (!known.has(id)) found.push([id, key]);
      known.add(id);
    }
  }
  return found;
}

function madeUp([id, paper]: [string, string]): Metric {
  const family = FAMILY.find(([start]) => start.test(id))?.[1] ?? 'depth';
  const percent = /accuracy|mismatch|ece/.test(id);
  const bounded = percent || /cos|angle|etf|frame|spread|progress|r2|decay|epsilon/i.test(id);
  const linear = percent || /cos|ratio|scale|progress|r2|decay|depth|rank|min$|epsilon/i.test(id);
  return {
    id,
    name: `${id.replaceAll('.', ' ')} (a name of some length)`,
    plain: 'Made up for the preview, as long as such a text is: two sentences in plain words. It says how to read it.',
    formula: String.raw`\frac{1}{K}\sum_{k=1}^{K}\bigl\lVert \mu_k-\mu_G\bigr\rVert^2`,
    limit: percent ? () => 1 : (classes) => (/cos/i.test(id) ? -1 / (classes - 1) : 0),
    range: bounded ? '[0, 1]' : '[0, ∞)',
    scale: linear ? 'linear' : 'log',
    family,
    papers: [paper],
    where: /separation\.(decay|r2)|effectiveDepth/.test(id)
      ? 'acrossLayers'
      : /rank|fuzziness|cdnv|compression|discrimination/.test(id)
        ? 'everyLayer'
        : 'penultimate',
    ...(percent ? { percent } : {}),
    compute: () => ({ notApplicable: 'made up' }),
  };
}

export const metrics: readonly Metric[] = [...real, ...missing().map(madeUp)];

export function metricById(id: string): Metric | undefined {
  return metrics.find((metric) => metric.id === id);
}

export { belongsElsewhere } from '../../src/metrics/registry';
