/** Runs an experiment where a test wants it: nobody watches, nothing is cancelled. */
import type { Reproduced, Settings } from '../../../src/protocol/theory';
import type { Stage } from '../../../src/theory/experiment';
import { reproduce } from '../../../src/theory/registry';

export const silent: Stage = { step: async () => {} };

export function run(paper: string, settings: Settings = {}): Promise<Reproduced> {
  return reproduce({ paper, settings }, silent);
}

/** For a failing test: each check with its numbers. */
export function told({ checks, seconds }: Reproduced): string {
  const lines = checks.map(({ id, measured, relation, expected, tolerance }) => `${id}: ${measured} ${relation} ${expected} ± ${tolerance}`); // prettier-ignore
  return `${lines.join('\n')}\n${seconds.toFixed(1)} s`;
}
