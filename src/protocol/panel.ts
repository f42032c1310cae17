/** What the extension host and the webview say to each other. One union per direction. */
import type { ArraysDescription, ModelDescription } from './engine';
import type { ExperimentFacts, Reproduced, Settings, TheoryChart } from './theory';
import type { CheckpointReport, FailedCheckpoint, Finding, Report } from './report';

export interface PanelProgress {
  /** For people: "epoch_120.onnx: batch 3 of 8". */
  text: string;
  done: number;
  total: number;
}

/** Where a report comes from: kept by the page, so that a panel restored after a restart is still that of its run. */
export interface Origin {
  /** Absolute path that was inspected. */
  target: string;
  /** Absolute folder that the report's paths are relative to. */
  folder: string;
  /** How many checkpoints the run has. */
  checkpoints: number;
}

/** A run that is followed while it is trained. */
export interface WatchState {
  /** What it waits for or does, for people. */
  text: string;
  /** A checkpoint is being measured. */
  busy: boolean;
}

/** A run that is shown over another one. */
export interface ComparedRun {
  /** Where it comes from: an absolute path. */
  id: string;
  /** For people; differs from the names of the others. */
  name: string;
  report: Report;
}

/** What an opened file is, before anything of it is measured. */
export interface FileOverview {
  name: string;
  kind: 'model' | 'activations';
  /** Bytes; absent where it is not known. */
  size?: number;
  state: 'reading' | 'known' | 'failed' | 'untrusted';
  /** What went wrong. */
  message?: string;
  model?: ModelDescription;
  arrays?: ArraysDescription;
}

/** A metric with what the open run says of it. */
export interface ExplainedMetric {
  id: string;
  /** Of the run's last checkpoint. */
  value?: number;
  /** Why there is none; absent without a run. */
  reason?: string;
  /** Number of classes of the run. */
  classes?: number;
  /** For people: "sample-run, epoch 500". */
  where?: string;
}

/** Host → webview. */
export type ToPanel =
  /** A whole report; replaces whatever was shown. `running` while checkpoints still arrive. */
  | {
      type: 'report';
      report: Report;
      running: boolean;
      origin: Origin;
      watch?: WatchState;
      others?: readonly ComparedRun[];
    }
  /** One more checkpoint of the report that is showing. */
  | { type: 'checkpoint'; checkpoint: CheckpointReport }
  | { type: 'failed'; failed: FailedCheckpoint }
  | { type: 'progress'; progress: PanelProgress }
  /** Measuring ended; `message` says why if it did not end well. What the numbers together say is known only now. */
  | { type: 'done'; findings: Finding[]; message?: string }
  /** The run is watched, or (without `watch`) no longer; `findings` where they are known anew. */
  | { type: 'watch'; watch?: WatchState; findings?: Finding[] }
  /** The runs shown over this one; replaces those before. */
  | { type: 'compare'; others: readonly ComparedRun[] }
  /** This webview is the overview of a file. */
  | { type: 'file'; overview: FileOverview }
  /** Go to a metric's chart and mark it. */
  | { type: 'showMetric'; metric: string }
  /** This webview is a paper card, not a run. Values are the open run's latest. */
  | { type: 'paper'; key: string; values: Record<string, number>; runName?: string }
  /** This webview is the card of a metric. */
  | { type: 'metric'; explained: ExplainedMetric }
  /** This webview is a paper's experiment. */
  | { type: 'experiment'; facts: ExperimentFacts }
  | { type: 'experimentStarted'; settings: Settings }
  | { type: 'experimentProgress'; share: number; charts?: readonly TheoryChart[] }
  /** It ended: with a result, or with the reason why there is none. */
  | { type: 'experimentDone'; result?: Reproduced; message?: string };

/** Webview → host. */
export type FromPanel =
  | { type: 'ready' }
  /** Open the paper's page outside: which of its links. The host knows the address. */
  | { type: 'openLink'; paper: string; link: 'doi' | 'arxiv' | 'search' }
  /** Reveal the paper's entry in the sidebar and its card. */
  | { type: 'openPaper'; paper: string }
  | { type: 'copyBibtex'; paper: string }
  /** A metric's name in a paper card was chosen. */
  | { type: 'showMetric'; metric: string }
  /** Open a metric's own card. */
  | { type: 'explainMetric'; metric: string }
  /** Reveal a checkpoint in the explorer. */
  | { type: 'revealCheckpoint'; path: string }
  /** Put text on the clipboard; `what` says for people what it is. */
  | { type: 'copyText'; text: string; what: string }
  /** Ask where to, and write a picture: a PNG as a data URL, or the text of an SVG. */
  | { type: 'savePicture'; format: PictureFormat; name: string; data: string }
  | { type: 'cancel' }
  /** Run the experiment that is showing; `settings` is JSON: what differs from the defaults. */
  | { type: 'reproduce'; settings: string }
  /** Open a paper's experiment. */
  | { type: 'openExperiment'; paper: string }
  | { type: 'exportReport' }
  /** Follow this run while it is trained, or no longer. */
  | { type: 'watchRun' }
  | { type: 'stopWatching' }
  /** Show other runs over this one; take one away again, by its id. */
  | { type: 'compareRuns' }
  | { type: 'dropRun'; run: string }
  /** Measure the file whose overview this is. */
  | { type: 'measureFile' };

export type PictureFormat = 'png' | 'svg';

const FIELDS: Record<FromPanel['type'], readonly string[]> = {
  ready: [],
  openLink: ['paper', 'link'],
  openPaper: ['paper'],
  copyBibtex: ['paper'],
  showMetric: ['metric'],
  explainMetric: ['metric'],
  revealCheckpoint: ['path'],
  copyText: ['text', 'what'],
  savePicture: ['format', 'name', 'data'],
  cancel: [],
  reproduce: ['settings'],
  openExperiment: ['paper'],
  exportReport: [],
  watchRun: [],
  stopWatching: [],
  compareRuns: [],
  dropRun: ['run'],
  measureFile: [],
};

/** Fields that may be long, in characters: a table of a large run, a picture of a large window. */
const LONG: Readonly<Record<string, number>> = { text: 32 << 20, data: 32 << 20 };
const SHORT = 4096;

/** How a picture's data begins: anything else is none. */
const PICTURES: Readonly<Record<PictureFormat, RegExp>> = {
  png: /^data:image\/png;base64,iVBORw0KGgo[A-Za-z0-9+/]+={0,2}$/,
  svg: /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [\s\S]+<\/svg>\s*$/,
};

function isPicture({ format, data }: Record<string, unknown>): boolean {
  return (format === 'png' || format === 'svg') && PICTURES[format].test(data as string);
}

/** A message from a webview, checked: known type, every field a string of bounded length. Anything else is undefined. */
export function parseFromPanel(message: unknown): FromPanel | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const record = message as Record<string, unknown>;
  if (typeof record['type'] !== 'string' || !Object.hasOwn(FIELDS, record['type'])) return undefined;
  for (const field of FIELDS[record['type'] as FromPanel['type']]) {
    const value = record[field];
    if (typeof value !== 'string' || value.length > (LONG[field] ?? SHORT)) return undefined;
  }
  if (record['type'] === 'openLink' && !['doi', 'arxiv', 'search'].includes(record['link'] as string)) return undefined;
  if (record['type'] === 'savePicture' && !isPicture(record)) return undefined;
  return message as FromPanel;
}
