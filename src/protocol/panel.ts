/** What the extension host and the webview say to each other. One union per direction. */
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
  | { type: 'report'; report: Report; running: boolean; origin: Origin }
  /** One more checkpoint of the report that is showing. */
  | { type: 'checkpoint'; checkpoint: CheckpointReport }
  | { type: 'failed'; failed: FailedCheckpoint }
  | { type: 'progress'; progress: PanelProgress }
  /** Measuring ended; `message` says why if it did not end well. What the numbers together say is known only now. */
  | { type: 'done'; findings: Finding[]; message?: string }
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
  | { type: 'cancel' }
  /** Run the experiment that is showing; `settings` is JSON: what differs from the defaults. */
  | { type: 'reproduce'; settings: string }
  /** Open a paper's experiment. */
  | { type: 'openExperiment'; paper: string }
  | { type: 'exportReport' };

const FIELDS: Record<FromPanel['type'], readonly string[]> = {
  ready: [],
  openLink: ['paper', 'link'],
  openPaper: ['paper'],
  copyBibtex: ['paper'],
  showMetric: ['metric'],
  explainMetric: ['metric'],
  revealCheckpoint: ['path'],
  cancel: [],
  reproduce: ['settings'],
  openExperiment: ['paper'],
  exportReport: [],
};

/** A message from a webview, checked: known type, every field a short string. Anything else is undefined. */
export function parseFromPanel(message: unknown): FromPanel | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const record = message as Record<string, unknown>;
  if (typeof record['type'] !== 'string' || !Object.hasOwn(FIELDS, record['type'])) return undefined;
  for (const field of FIELDS[record['type'] as FromPanel['type']]) {
    const value = record[field];
    if (typeof value !== 'string' || value.length > 4096) return undefined;
  }
  if (record['type'] === 'openLink' && !['doi', 'arxiv', 'search'].includes(record['link'] as string)) return undefined;
  return message as FromPanel;
}
