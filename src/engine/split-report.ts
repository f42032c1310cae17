/** The report of a labelled data set beside the training data, from what was measured of its layers. */
import type { Asked } from '../metrics/asked';
import { measureAcross } from '../metrics/registry';
import type { LayerReport, SplitReport } from '../protocol/report';
import { classCounts } from './measurement';
import { samplesWithClass } from './sample-facts';

/** Why nothing of W applies to a transfer set. */
export const NOT_ITS_CLASSIFIER =
  'the classifier decides between the classes of the training data, not between those of this set';

export interface SplitParts {
  split: SplitReport['split'];
  /** Class of each sample, −1 for none or several. */
  labels: Int32Array;
  classNames: readonly string[];
  asked: Asked;
  /** In depth order, the penultimate layer last. */
  layers: readonly LayerReport[];
  warnings: readonly string[];
}

export function splitReport({ split, labels, classNames, asked, layers, warnings }: SplitParts): SplitReport {
  const last = layers.at(-1);
  const across = measureAcross(layers, (metric) => asked.computes(metric));
  return {
    split,
    samples: samplesWithClass(labels),
    ...(split === 'transfer' ? { classNames: [...classNames] } : {}),
    classCounts: classCounts(labels, classNames.length),
    ...asked.only({
      metrics: { ...last?.metrics, ...across.metrics },
      notApplicable: { ...last?.notApplicable, ...across.notApplicable },
    }),
    layers: layers.map((layer) => asked.only(layer)),
    warnings: [...new Set(warnings)],
  };
}
