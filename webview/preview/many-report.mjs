// Fills a report with made-up values for every metric that the catalogue's papers name.

/** Metrics that such a run lacks, each family with its reason. */
const LACKING = [
  [/^multilabel|^loss\.pickAll/, 'every sample has one label'],
  [/^mem|^dilation/, 'the clean labels are not known'],
  [/^gnc|floor/, 'there are at most d + 1 classes'],
  [/^norm|^alignment/, 'some layers are not linear'],
];

/**
 * @param {any} report of a real run
 * @param {{ ids: string[], kind?: string }} options `imbalanced`: the class counts differ; `noisy`: nothing lacks
 */
export function manyReport(report, { ids, kind = 'plain' }) {
  const full = structuredClone(report);
  const last = full.checkpoints.length - 1;
  for (const [i, checkpoint] of full.checkpoints.entries()) {
    if (kind === 'imbalanced') checkpoint.classCounts = checkpoint.classCounts.map((count, c) => (c < 5 ? count : 20));
    for (const [n, id] of ids.entries()) {
      if (id in checkpoint.metrics || id in checkpoint.notApplicable) continue;
      const lack = kind === 'noisy' ? undefined : LACKING.find(([pattern]) => pattern.test(id))?.[1];
      const fall = Math.exp(-((3 + (n % 4)) * i) / Math.max(1, last)) * (1 + (n % 5) / 5);
      const share = /accuracy|r2|decay/.test(id);
      if (lack) checkpoint.notApplicable[id] = lack;
      else checkpoint.metrics[id] = share ? 1 - 0.5 * fall ** 2 * 0.4 : /[cC]os/.test(id) ? -0.11 + fall / 3 : fall;
      for (const layer of checkpoint.layers) {
        if (/rank|fuzziness|cdnv|compression|discrimination/.test(id)) layer.metrics[id] = fall * (7 - layer.depth);
      }
    }
  }
  return full;
}
