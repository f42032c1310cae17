/** The report of one checkpoint, or of one epoch of saved activations, from what was measured of it. */
import type { Plan, PlannedCheckpoint } from '../protocol/engine';
import type { Geometry } from '../protocol/geometry';
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
  warnings: readonly string[];
  geometry?: Geometry | undefined;
}

export function checkpointReport(
  { path, epoch }: PlannedCheckpoint,
  { plan, labels, provider, started, layers, beyond, classifier, warnings, geometry }: CheckpointParts,
): CheckpointReport {
  const last = layers.at(-1);
  return {
    path,
    ...(epoch === undefined ? {} : { epoch }),
    split: 'train',
    samples: samplesWithClass(labels),
    classCounts: classCounts(labels, plan.run.classes),
    provider,
    seconds: (performance.now() - started) / 1000,
    ...(classifier ? { classifier: { ...classifier, dimension: last?.dimension ?? 0 } } : {}),
    metrics: Object.assign({}, last?.metrics, ...beyond.map(({ metrics }) => metrics)) as Record<string, number>,
    notApplicable: Object.assign({}, last?.notApplicable, ...beyond.map((one) => one.notApplicable ?? {})) as Record<
      string,
      string
    >,
    layers,
    ...(geometry ? { geometry } : {}),
    warnings: [...new Set(warnings)],
  };
}
