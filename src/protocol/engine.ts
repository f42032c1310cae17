/**
 * What the host or the command line and the engine process say to each other (JSON-RPC over standard streams).
 * Plain data only; what crosses back is statistics and metrics, never features.
 */
import type { CheckpointReport, FailedCheckpoint, Pooling, RunFacts } from './report';

export type ProviderName = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
export type ProviderChoice = 'auto' | ProviderName;
export const PROVIDER_CHOICES: readonly ProviderChoice[] = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'];

/**
 * `path/to/file`, `path/to/file#array`, and behind either `[3]` for one column; absolute once resolved.
 * In a run of activations with a file for each epoch, `#array` alone is an array of the epoch's own file.
 */
export type ArrayReference = string;

export interface Preprocess {
  /** The model sees (x·scale − mean)/std, per channel. */
  scale?: number;
  mean?: number[];
  std?: number[];
  /** Layout of the stored images: `chw` (default) or `hwc`, moved to the model's. */
  layout?: 'chw' | 'hwc';
  /** Image folders: length of the shorter side, or height and width. */
  resize?: number | [number, number];
  /** Image folders: centre crop after resizing. */
  crop?: number | [number, number];
  /** Image folders: how pixels are resampled; bilinear as in torchvision. */
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';
}

/** One array, or for a model with several inputs one for each, by the inputs' names. */
export type InputSource = ArrayReference | Record<string, ArrayReference>;

export interface SplitSource {
  inputs?: InputSource;
  labels?: ArrayReference;
  /** The true classes, where `labels` are noisy. */
  cleanLabels?: ArrayReference;
}

/** What a person says of a model instead of what was detected: names of tensors in its graph. */
export interface ModelOverrides {
  /** The penultimate features h. */
  penultimate?: string;
  /** The classifier's weight W, K×d or d×K, and bias b. */
  weight?: string;
  bias?: string;
  /** The output that holds the logits (or what softmax made of them). */
  logits?: string;
}

/** `neural-collapse.json`: what the files cannot say by themselves. Every key is optional. */
export interface Manifest {
  $schema?: string;
  checkpoints?: string;
  /** `name` (natural order of the file name, default) or an explicit list of file names. */
  order?: 'name' | string[];
  train?: SplitSource;
  test?: SplitSource;
  /** Samples of no class of the training data. */
  ood?: { inputs?: InputSource };
  model?: ModelOverrides;
  preprocess?: Preprocess;
  loss?: 'ce' | 'label-smoothing' | 'focal' | 'mse' | 'pick-all-labels';
  weightDecay?: number;
  /** Classes that count as the minority, by number or name. */
  minority?: (number | string)[];
  /** Where classes are learned task by task: the classes of each task, in the order they are learned. */
  tasks?: (TaskSource | (number | string)[])[];
  /** Ids of the metrics to measure, or keys of papers for all of theirs; without it every one. */
  metrics?: string[];
  /** Another labelled data set, with classes of its own. */
  transfer?: TransferSource;
  classNames?: string[];
  layers?: 'auto' | 'penultimate' | string[];
  pooling?: Pooling | Record<string, Pooling>;
  activations?: ActivationsSource;
}

/** A task of continual learning. */
export interface TaskSource {
  /** By number or name. */
  classes: (number | string)[];
  /** First epoch of the task. Where no task says it, the last one is taken to be the one that is being learned. */
  from?: number;
}

export interface TransferSource extends SplitSource {
  classNames?: string[];
}

/**
 * Saved activations: where layers, labels and classifier lie, relative to the manifest; `#array` alone lies in each
 * file that `checkpoints` names.
 */
export interface ActivationsSource {
  /** In depth order; the last one is the penultimate layer. */
  layers?: ArrayReference[];
  labels?: ArrayReference;
  cleanLabels?: ArrayReference;
  weight?: ArrayReference;
  bias?: ArrayReference;
  /** Features of held-out data, layer by layer as above. */
  test?: SavedSplit;
  /** Features of another data set, with classes of its own. */
  transfer?: SavedSplit;
  /** Penultimate features of samples of no class. */
  ood?: ArrayReference;
}

export interface SavedSplit {
  layers: ArrayReference[];
  labels: ArrayReference;
}

/** What the person asked for; everything but `target` may be left to discovery. */
export interface InspectRequest {
  /** Absolute path of a checkpoint, a folder of checkpoints, or a file of activations. */
  target: string;
  kind: 'checkpoint' | 'run' | 'activations' | 'guess';
  /** Folders that discovery may look into for data, nearest first (absolute). */
  searchFolders: string[];
  manifest?: string;
  data?: ArrayReference;
  labels?: ArrayReference;
  layers?: 'all' | 'penultimate' | string[];
  /** Goes before what a manifest says. */
  metrics?: string[];
  pooling?: Pooling;
  /** Goes before what a manifest says. */
  model?: ModelOverrides;
  /** Answer to an earlier question, by question id. */
  answers?: Record<string, number>;
  /** The run is still being trained: what the manifest puts in order and is not there yet is passed over. */
  growing?: boolean;
}

/** Data for a model, resolved: absolute references, checked for shape. */
export interface PlannedInputs {
  /** Of the input that carries the samples. */
  inputs: ArrayReference;
  /** Of the other inputs, by name; inputs left out get what they mean by default (masks of ones, …). */
  others?: Record<string, ArrayReference>;
  samples: number;
}

/** One data split, resolved. */
export interface PlannedSplit extends PlannedInputs {
  labels: ArrayReference;
  cleanLabels?: ArrayReference;
}

/** Another labelled data set, resolved, with classes of its own. */
export interface PlannedTransfer extends PlannedSplit {
  classNames: string[];
}

/** A task's classes as numbers, and its first epoch where it is known. */
export interface PlannedTask {
  classes: number[];
  from?: number;
}

/** One thing to measure. */
export interface PlannedCheckpoint {
  /** Absolute path of the model, or of the activations file. */
  file: string;
  /** Path shown in the report. */
  path: string;
  epoch?: number;
  /** Why it cannot be measured, where planning has seen that already. */
  fault?: { code: string; message: string };
  /** Where the checkpoint is saved activations instead of a model. */
  activations?: PlannedActivations;
}

/** Everything measuring needs; made by `plan`, sent back with `measure`. */
export interface Plan {
  run: RunFacts;
  /** Absolute folder of the run: where a manifest belongs. */
  folder: string;
  checkpoints: PlannedCheckpoint[];
  train?: PlannedSplit;
  test?: PlannedSplit;
  ood?: PlannedInputs;
  transfer?: PlannedTransfer;
  model: ModelOverrides;
  /** Classes named as the minority. */
  minority?: number[];
  /** In the order they are learned. */
  tasks?: PlannedTask[];
  /** Metrics to measure, as they were named; absent for every one. */
  metrics?: string[];
  preprocess: Preprocess;
  layers: 'auto' | 'penultimate' | string[];
  /** `auto`: flattened maps where they fit into memory; for sequences what the network itself makes of them. */
  pooling: Pooling | 'auto' | Record<string, Pooling>;
  warnings: string[];
  /** Absolute path of the manifest that was read, if there is one. */
  manifest?: string;
  /** What was found or answered, as the manifest that would remember it; absent where a manifest said it all. */
  remember?: Manifest;
}

export interface PlannedActivations {
  layers: ArrayReference[];
  labels: ArrayReference;
  cleanLabels?: ArrayReference;
  /** What the names of the epoch's arrays begin with, left out where layers are named. */
  prefix?: string;
  weight?: ArrayReference;
  bias?: ArrayReference;
  test?: SavedSplit;
  transfer?: SavedSplit & { classNames: string[] };
  ood?: ArrayReference;
}

/** Asked when the files fit in more than one way. Choices are shown in order, the likeliest first. */
export interface Question {
  id: string;
  text: string;
  choices: { label: string; description?: string }[];
}

export type PlanResult = { kind: 'plan'; plan: Plan } | { kind: 'question'; question: Question };

/** Asks what can be chosen of a model. */
export interface DescribeRequest {
  /** Absolute. */
  file: string;
  model: ModelOverrides;
}

/** A tensor that could be measured as a layer. */
export interface LayerChoice {
  tensor: string;
  name: string;
  /** Axis lengths; names of axes where they are open. Absent where it is not known. */
  shape?: (number | string)[];
  /** Measured where nothing else is asked for. */
  automatic: boolean;
  penultimate: boolean;
}

export interface ModelDescription {
  /** Tensor of the penultimate features. */
  features: string;
  /** The output that was taken for the logits, and all there are. */
  output: string;
  outputs: string[];
  /** Name of the classifier's weight, or why there is none. */
  weight?: string;
  bias?: string;
  noClassifier?: string;
  /** K and d, where the file tells them. */
  classes?: number;
  dimension?: number;
  /** In the order of the graph. */
  layers: LayerChoice[];
}

/** Asks what arrays a file or folder holds. */
export interface ArraysRequest {
  /** Absolute. */
  file: string;
}

export interface ArraysDescription {
  arrays: { name: string; dtype: string; shape: number[] }[];
  /** What is in the file and is no array of numbers, each with the reason. */
  skipped: { name: string; reason: string }[];
}

/** Asks whether a checkpoint or file of activations is whole, as far as its headers and the files it needs tell. */
export interface WholeRequest {
  /** Absolute. */
  file: string;
}

export interface WholeResult {
  /** What is wrong with the file; absent where it is whole. */
  why?: string;
}

export interface MeasureRequest {
  plan: Plan;
  /** The checkpoint before the first of the plan, which was measured earlier: what drift is counted from. */
  after?: PlannedCheckpoint;
  provider: ProviderChoice;
  /** Samples per batch; absent = chosen by the engine. */
  batch?: number;
  /** Use at most so many samples of each split, spread evenly over it. */
  maxSamples?: number;
}

/** Sent many times while measuring. */
export interface MeasureProgress {
  checkpoint: number;
  checkpoints: number;
  path: string;
  batch: number;
  batches: number;
}

export interface MeasureOutcome {
  measured: number;
  failed: number;
}

export interface ProviderState {
  name: ProviderName;
  available: boolean;
  /** Why not, or on what. */
  reason: string;
}

/** An error as it crosses the wire: a code, one sentence for people, details for the log. */
export interface EngineFault {
  code: string;
  message: string;
  details?: string;
}

/** Method names; request and notification types are bound to them in `driver` and `engine`. */
export const METHOD = {
  plan: 'plan',
  describe: 'describe',
  arrays: 'arrays',
  whole: 'whole',
  measure: 'measure',
  providers: 'providers',
  experiments: 'experiments',
  reproduce: 'reproduce',
  /** engine → client */
  progress: 'measure/progress',
  checkpoint: 'measure/checkpoint',
  failed: 'measure/failed',
  provider: 'measure/provider',
  reproduceProgress: 'reproduce/progress',
  log: 'log',
} as const;

export interface CheckpointNotice {
  index: number;
  report: CheckpointReport;
}
export interface FailedNotice {
  index: number;
  failed: FailedCheckpoint;
  details?: string;
}
export interface LogNotice {
  level: 'info' | 'warn' | 'error';
  text: string;
}
