/**
 * The report: the one shape that the panel, the command line and every export speak.
 * A number in it is finite or absent; what is absent has its reason in `notApplicable`.
 * Published as JSON Schema in `media/schemas/report.schema.json`.
 */
import type { Geometry } from './geometry';

export const REPORT_SCHEMA = 'neural-collapse/report@1';

/** How a layer's output (any rank) became one vector per sample. */
export type Pooling = 'flatten' | 'mean' | 'token';

/** Metric values by metric id, and the reason for each one that has no value. */
export interface Measured {
  metrics: Record<string, number>;
  notApplicable?: Record<string, string>;
}

/** One measured layer, in depth order; the penultimate layer is the last entry. */
export interface LayerReport extends Measured {
  /** Readable name, for people: module path and operator. */
  name: string;
  /** Tensor in the graph, or `file#array` for saved activations. */
  tensor: string;
  /** 1 for the first measured layer. */
  depth: number;
  role: 'hidden' | 'penultimate';
  /** Length of the vector per sample after pooling. */
  dimension: number;
  pooling: Pooling;
}

/** Labelled data beside the training data, measured as that is, about its own class means. */
export interface SplitReport extends Measured {
  /** Held-out data of the run's classes; or another data set with classes of its own, for transfer learning. */
  split: 'test' | 'transfer';
  samples: number;
  /** Of the transfer set; those of a test split are the run's. */
  classNames?: string[];
  classCounts: number[];
  notApplicable: Record<string, string>;
  layers: LayerReport[];
  warnings: string[];
}

/** Classes whose classifier rows point the same way. */
export interface MergedClasses {
  /** Ascending. */
  classes: number[];
  /** The least cosine between two of their centred rows. */
  cosine: number;
}

/** One checkpoint (or one file of saved activations) of a run. */
export interface CheckpointReport extends Measured {
  /** Relative to the run's folder, with `/` on every platform. */
  path: string;
  /** Absent where the file name carries no number. */
  epoch?: number;
  split: 'train';
  samples: number;
  /** Samples per class, index = class. */
  classCounts: number[];
  /** What ran the model; `none` for saved activations. */
  provider: string;
  seconds: number;
  /** The linear head; absent where none was found. `dimension` is d. */
  classifier?: { weight: string; bias?: string; dimension: number };
  notApplicable: Record<string, string>;
  /** Groups of classes that the classifier no longer tells apart; absent where there are none. */
  merged?: MergedClasses[];
  layers: LayerReport[];
  /** By metric id, what each class adds to it; `null` for a class that has no part in it. */
  perClass?: Record<string, (number | null)[]>;
  splits?: SplitReport[];
  /** What pictures of the penultimate layer show. Absent in reports of earlier versions. */
  geometry?: Geometry;
  warnings: string[];
}

/** A checkpoint that could not be measured. */
export interface FailedCheckpoint {
  path: string;
  code: string;
  message: string;
}

/** What several numbers together say; kept with the figures it rests on. */
export interface Finding {
  id: string;
  text: string;
  /** Key into the paper catalogue. */
  paper: string;
  evidence: Record<string, number | string>;
}

export interface RunFacts {
  /** Name of the run's folder or file, for people. */
  path: string;
  /** What the run is made of. */
  kind: 'checkpoints' | 'activations';
  classes: number;
  classNames: string[];
  loss?: string;
  weightDecay?: number;
  /** Share of the training labels that differ from the clean ones, where both are known. */
  labelNoise?: number;
  /** Ids of the metrics that were asked for; absent where it was all of them. */
  metrics?: string[];
}

export interface Report {
  schema: typeof REPORT_SCHEMA;
  generator: { name: string; version: string };
  run: RunFacts;
  checkpoints: CheckpointReport[];
  failed: FailedCheckpoint[];
  findings: Finding[];
}

/** The penultimate layer of a checkpoint: always the last measured layer. */
export function penultimate(checkpoint: CheckpointReport): LayerReport | undefined {
  return checkpoint.layers.findLast((layer) => layer.role === 'penultimate');
}

/** A metric of a checkpoint, wherever the report keeps it. */
export function valueOf(checkpoint: CheckpointReport, metric: string): number | undefined {
  return checkpoint.metrics[metric] ?? penultimate(checkpoint)?.metrics[metric];
}

/** Why a metric has no value at a checkpoint. */
export function reasonOf(checkpoint: CheckpointReport, metric: string): string | undefined {
  return checkpoint.notApplicable[metric] ?? penultimate(checkpoint)?.notApplicable?.[metric];
}
