/**
 * The suites in the order they run, quick ones first.
 * `test`: milliseconds one test may take; `suite`: milliseconds all of them may take.
 */
export const SUITES = {
  unit: { folder: 'unit', test: 20_000, suite: 300_000 },
  theory: { folder: 'theory', test: 120_000, suite: 700_000 },
  engine: { folder: 'engine', test: 60_000, suite: 600_000 },
  host: { folder: 'host', test: 60_000, suite: 600_000 },
  e2e: { folder: 'e2e', test: 120_000, suite: 1_000_000 },
  desktop: { folder: 'host', test: 60_000, suite: 180_000 },
};

/** What `npm test` runs; `desktop` is `host` in another VS Code and has a command of its own. */
export const DEFAULT_SUITES = ['unit', 'theory', 'engine', 'host', 'e2e'];
