/** The report of one checkpoint, or of one epoch of saved activations, from what was measured of it. */
import { mergedClasses } from '../metrics/merged-classes';
import type { Plan, PlannedCheckpoint } from '../protocol/engine';
import type { CheckpointReport, LayerReport, Measured } from '../protocol/report';
import { classCounts } from './measurement';
import { samplesWithClass } from './sample-facts';

export interface CheckpointParts {
  plan: Plan;
  /** Class of each sample, −1 for none or several. */
  labels: Int32Array;
  provider: string;
  /** By `performance.now()`. */
  started: number;
  /** In depth order, the penultimate layer last. */
  layers: LayerReport[];
  /** Metrics of the checkpoint as a whole. */
  beyond: readonly Measured[];
  classifier?: { weight: string; bias?: string };
  /** W, K×d. */
  weight?: Float64Array;
  warnings: readonly string[];
}

export function checkpointReport(
  { path, epoch }: PlannedCheckpoint,
  { plan, labels, provider, started, layers, beyond, classifier, weight, warnings }: CheckpointParts,
): CheckpointReport {
  const last = layers.at(-1);
  const { classes } = plan.run;
  const merged = weight ? mergedClasses(weight, classes, weight.length / classes) : [];
  return {
    path,
    ...(epoch === undefined ? {} : { epoch }),
    split: 'train',
    samples: samplesWithClass(labels),
    classCounts: classCounts(labels, classes),
    provider,
    seconds: (performance.now() - started) / 1000,
    ...(classifier ? { classifier: { ...classifier, dimension: last?.dimension ?? 0 } } : {}),
    metrics: Object.assign({}, last?.metrics, ...beyond.map(({ metrics }) => metrics)) as Record<string, number>,
    notApplicable: Object.assign({}, last?.notApplicable, ...beyond.map((one) => one.notApplicable ?? {})) as Record<
      string,
      string
    >,
    ...(merged.length > 0 ? { merged } : {}),
    layers,
    warnings: [...new Set(warnings)],
  };
}
