export interface MochaRun {
  /** Compiled tests: every `*.test.js` below it runs. */
  folder: string;
  /** JSON file that receives the {@link Totals}. */
  totalsFile: string;
  /** Milliseconds a single test may take. */
  timeout: number;
  /** Runs only the tests whose full title matches. */
  grep?: string | undefined;
  /** Put before every line of mocha's report. */
  mark?: string | undefined;
}

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
  skippedTitles: string[];
  /** False while the run goes on, and for ever when it crashed. */
  complete: boolean;
}

export function runMocha(options: MochaRun): Promise<Totals>;
