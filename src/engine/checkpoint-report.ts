/** The report of one checkpoint, or of one epoch of saved activations, from what was measured of it. */
import { mergedClasses } from '../metrics/merged-classes';
import type { Plan, PlannedCheckpoint } from '../protocol/engine';
import type { Asked } from '../metrics/asked';
import type { Drift } from '../metrics/drift';
import type { CheckpointReport, LayerReport, Measured, SplitReport } from '../protocol/report';
import type { Geometry } from '../protocol/geometry';
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
  /** Metrics over the layers, and since the checkpoint before. */
  across: Measured;
  drift?: Drift;
  /** What is reported of all that was computed. */
  asked: Asked;
  splits: readonly SplitReport[];
  classifier?: { weight: string; bias?: string };
  /** W, K×d. */
  weight?: Float64Array;
  warnings: readonly string[];
  geometry?: Geometry | undefined;
}

export function checkpointReport(
  { path, epoch }: PlannedCheckpoint,
  {
    plan,
    labels,
    provider,
    started,
    layers,
    across,
    drift,
    asked,
    splits,
    classifier,
    weight,
    warnings,
    geometry,
  }: CheckpointParts,
): CheckpointReport {
  const last = layers.at(-1);
  const beyond: Measured[] = [across, ...(drift ? [drift] : [])];
  const whole = asked.whole({
    metrics: Object.assign({}, last?.metrics, ...beyond.map(({ metrics }) => metrics)) as Record<string, number>,
    notApplicable: Object.assign({}, last?.notApplicable, ...beyond.map((one) => one.notApplicable ?? {})) as Record<
      string,
      string
    >,
  });
  const perClass = Object.entries(drift?.perClass ?? {}).filter(([id]) => asked.has(id));
  const { classes } = plan.run;
  const merged = weight && asked.everything ? mergedClasses(weight, classes, weight.length / classes) : [];
  return {
    path,
    ...(epoch === undefined ? {} : { epoch }),
    split: 'train',
    samples: samplesWithClass(labels),
    classCounts: classCounts(labels, classes),
    provider,
    seconds: (performance.now() - started) / 1000,
    ...(classifier ? { classifier: { ...classifier, dimension: last?.dimension ?? 0 } } : {}),
    ...whole,
    layers: layers.map((layer) => asked.only(layer)),
    ...(perClass.length > 0 ? { perClass: Object.fromEntries(perClass) } : {}),
    ...(splits.length > 0 ? { splits: [...splits] } : {}),
    ...(geometry ? { geometry } : {}),
    ...(merged.length > 0 ? { merged } : {}),
    warnings: [...new Set(warnings)],
  };
}
