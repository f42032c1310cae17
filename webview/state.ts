/** What the page shows, as plain data: one reducer per direction of change, and what is derived from it. */
import type {
  ComparedRun,
  ExplainedMetric,
  FileOverview,
  Origin,
  PanelProgress,
  ToPanel,
  WatchState,
} from '../src/protocol/panel';
import type { ExperimentFacts, Reproduced, Settings, TheoryChart } from '../src/protocol/theory';
import { REPORT_SCHEMA, type CheckpointReport, type Report } from '../src/protocol/report';
import type { SplitName } from './charts/split-curves';
import { type Range, savedRange } from './charts/zoom';

export { reasonOf, valueOf } from '../src/protocol/report';

export interface Choices {
  /** Path of the chosen checkpoint; absent = the last one, also while more arrive. */
  checkpoint?: string;
  /** Metric of the layer chart; absent = the default. */
  layerMetric?: string;
  /** Ids of the metrics drawn against epoch; absent = the default, which follows what the run holds. */
  metrics?: readonly string[] | undefined;
  geometry?: GeometryChoices;
  /** Part of the epochs that is shown; absent = all. */
  zoom?: Range | undefined;
  /** Part of the layers that is shown; absent = all. */
  layerZoom?: Range | undefined;
  /** Pictures are taken on white, whatever the theme. */
  print?: boolean;
  /** Sets that are drawn beside the training data. */
  splits?: readonly SplitName[];
  /** Path of the chosen checkpoint of each compared run, by the run's id; absent = its last one. */
  others?: Readonly<Record<string, string>>;
}

/** What was chosen in the pictures of the penultimate layer. */
export interface GeometryChoices {
  /** The three classes that are drawn, by number. */
  classes?: readonly number[];
  /** Matrices with similar classes side by side rather than by size. */
  sorted?: boolean;
  picture?: 'plane' | 'sphere';
}

export interface RunState {
  kind: 'run';
  report: Report;
  running: boolean;
  /** Kept for the host. */
  origin: Origin;
  choices: Choices;
  progress?: PanelProgress;
  /** Why measuring did not end well. */
  message?: string;
  /** The run is followed while it is trained. */
  watch?: WatchState;
  /** Runs shown over this one. */
  others?: readonly ComparedRun[];
}

export interface PaperState {
  kind: 'paper';
  key: string;
  values: Record<string, number>;
  runName?: string;
}

/** A metric's own page. */
export interface MetricState {
  kind: 'metric';
  explained: ExplainedMetric;
}

/** The overview of a file. */
export interface FileState {
  kind: 'file';
  overview: FileOverview;
}

/** A paper's experiment. */
export interface ExperimentState {
  kind: 'experiment';
  facts: ExperimentFacts;
  /** What differs from the defaults, in the run that is showing. */
  settings: Settings;
  running: boolean;
  share: number;
  charts: readonly TheoryChart[];
  result?: Reproduced;
  /** Why it did not end. */
  message?: string;
}

export type PanelState = { kind: 'empty' } | RunState | PaperState | MetricState | FileState | ExperimentState;

/** The state after a message from the host. `showMetric` moves the view, not the state. */
export function receive(state: PanelState, message: ToPanel): PanelState {
  switch (message.type) {
    case 'report': {
      const sameRun = state.kind === 'run' && state.report.run.path === message.report.run.path;
      const report = { ...message.report, checkpoints: inEpochOrder(message.report.checkpoints) };
      const { running, origin, watch, others } = message;
      const choices = sameRun ? state.choices : {};
      return {
        kind: 'run',
        report,
        running,
        origin,
        choices,
        ...(watch ? { watch } : {}),
        ...(others ? { others: inOrder(others) } : {}),
      };
    }
    case 'paper': {
      const { key, values, runName } = message;
      return { kind: 'paper', key, values, ...(runName === undefined ? {} : { runName }) };
    }
    case 'metric':
      return { kind: 'metric', explained: message.explained };
    case 'file':
      return { kind: 'file', overview: message.overview };
    case 'experiment':
      if (state.kind === 'experiment' && state.facts.paper === message.facts.paper) return state;
      return { kind: 'experiment', facts: message.facts, settings: {}, running: false, share: 0, charts: [] };
    case 'experimentStarted':
    case 'experimentProgress':
    case 'experimentDone':
      return state.kind === 'experiment' ? ofExperiment(state, message) : state;
    case 'showMetric':
      return state;
  }
  if (state.kind !== 'run') return state;
  const { report } = state;
  switch (message.type) {
    case 'checkpoint': {
      const others = report.checkpoints.filter((other) => other.path !== message.checkpoint.path);
      return { ...state, report: { ...report, checkpoints: inEpochOrder([...others, message.checkpoint]) } };
    }
    case 'failed': {
      const others = report.failed.filter((other) => other.path !== message.failed.path);
      return { ...state, report: { ...report, failed: [...others, message.failed] } };
    }
    case 'progress':
      return { ...state, progress: message.progress };
    case 'watch': {
      const known = message.findings ? { ...report, findings: message.findings } : report;
      const rest = { ...unwatched(state), report: known, running: false };
      return message.watch ? { ...rest, watch: message.watch } : rest;
    }
    case 'compare':
      return { ...state, others: inOrder(message.others) };
    case 'done': {
      const { origin, choices, others } = state;
      const complete = { ...report, findings: message.findings };
      const shown = others ? { others } : {};
      const ended: RunState = { kind: 'run', report: complete, running: false, origin, choices, ...shown };
      return message.message === undefined ? ended : { ...ended, message: message.message };
    }
  }
}

type OfExperiment = Extract<ToPanel, { type: 'experimentStarted' | 'experimentProgress' | 'experimentDone' }>;

function ofExperiment(state: ExperimentState, message: OfExperiment): ExperimentState {
  const { kind, facts, settings, charts } = state;
  if (message.type === 'experimentStarted') {
    return { kind, facts, settings: message.settings, running: true, share: 0, charts: [] };
  }
  if (message.type === 'experimentProgress') {
    return { ...state, share: message.share, charts: message.charts ?? charts };
  }
  const { result, message: reason } = message;
  return {
    kind,
    facts,
    settings,
    running: false,
    share: 1,
    charts: result?.charts ?? charts,
    ...(result ? { result } : {}),
    ...(reason === undefined ? {} : { message: reason }),
  };
}

/** The state after a choice made in the page. */
export function choose(state: PanelState, choices: Choices): PanelState {
  return state.kind === 'run' ? { ...state, choices: { ...state.choices, ...choices } } : state;
}

function inOrder(runs: readonly ComparedRun[]): ComparedRun[] {
  return runs.map((run) => ({
    ...run,
    report: { ...run.report, checkpoints: inEpochOrder(run.report.checkpoints) },
  }));
}

/** By epoch; checkpoints without one keep the order of their arrival and come last. */
export function inEpochOrder(checkpoints: readonly CheckpointReport[]): CheckpointReport[] {
  return checkpoints.toSorted((a, b) => (a.epoch ?? Infinity) - (b.epoch ?? Infinity) || 0);
}

/** The chosen checkpoint, or the last one. */
export function chosenCheckpoint(report: Report, choices: Choices): CheckpointReport | undefined {
  return report.checkpoints.find(({ path }) => path === choices.checkpoint) ?? report.checkpoints.at(-1);
}

/** The checkpoint before the given one in epoch order. */
export function previousCheckpoint(report: Report, checkpoint: CheckpointReport): CheckpointReport | undefined {
  const index = report.checkpoints.indexOf(checkpoint);
  return index > 0 ? report.checkpoints[index - 1] : undefined;
}

/** A state saved by an earlier page; anything else starts empty. */
export function restore(saved: unknown): PanelState {
  const empty: PanelState = { kind: 'empty' };
  if (typeof saved !== 'object' || saved === null) return empty;
  const state = saved as Partial<RunState> | Partial<PaperState> | Partial<MetricState> | Partial<FileState>;
  if (state.kind === 'run' && state.report?.schema === REPORT_SCHEMA && state.choices) return sound(state as RunState);
  if (state.kind === 'paper' && typeof state.key === 'string' && state.values) return state as PaperState;
  if (state.kind === 'metric' && typeof state.explained?.id === 'string') return state as MetricState;
  if (state.kind === 'file' && typeof state.overview?.name === 'string') return state as FileState;
  return empty;
}

/** A choice of metrics that is no list is dropped, and so is a part that is none: the default is shown instead. */
function sound(state: RunState): RunState {
  const { metrics, zoom, layerZoom, ...others } = state.choices;
  const choices: Choices = { ...others };
  if (Array.isArray(metrics)) choices.metrics = metrics;
  if (savedRange(zoom)) choices.zoom = zoom;
  if (savedRange(layerZoom)) choices.layerZoom = layerZoom;
  // Whether the run is still watched, the host says.
  return { ...unwatched(state), choices };
}

function unwatched(state: RunState): RunState {
  const rest = { ...state };
  delete rest.watch;
  return rest;
}
