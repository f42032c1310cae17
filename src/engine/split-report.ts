/** The report of a labelled data set beside the training data, from what was measured of its layers. */
import type { Asked } from '../metrics/asked';
import type { Metric, Need } from '../metrics/metric';
import { measureAcross } from '../metrics/registry';
import type { LayerReport, SplitReport } from '../protocol/report';
import { classCounts } from './measurement';
import { samplesWithClass } from './sample-facts';

/** Why nothing of W applies to a transfer set. */
export const NOT_ITS_CLASSIFIER =
  'the classifier decides between the classes of the training data, not between those of this set';

/**
 * What is measured of a set beside the training data: not what compares it with further sets, and of a transfer set
 * nothing that is the network's own.
 */
export function measuredOf(which: SplitReport['split']): (metric: Metric) => boolean {
  const others: Need[] = which === 'test' ? ['test', 'ood'] : ['test', 'ood', 'network'];
  return ({ needs = [] }) => !others.some((need) => needs.includes(need));
}

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
  const own = {
    metrics: { ...last?.metrics, ...across.metrics },
    notApplicable: { ...last?.notApplicable, ...across.notApplicable },
  };
  return {
    split,
    samples: samplesWithClass(labels),
    ...(split === 'transfer' ? { classNames: [...classNames] } : {}),
    classCounts: classCounts(labels, classNames.length),
    ...asked.whole(own, measuredOf(split)),
    layers: layers.map((layer) => asked.only(layer)),
    warnings: [...new Set(warnings)],
  };
}
