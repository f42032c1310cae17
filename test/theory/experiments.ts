/** Runs an experiment where a test wants it: nobody watches, nothing is cancelled. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Reproduced, Settings } from '../../src/protocol/theory';
import type { Stage } from '../../src/theory/experiment';
import { IMAGES } from '../../src/theory/images';
import { reproduce } from '../../src/theory/registry';

/** The file that is shipped, read where the tests run. */
const images = () => readFile(path.join('media', 'theory', IMAGES));

export const silent: Stage = { step: async () => {}, images };

export function run(paper: string, settings: Settings = {}): Promise<Reproduced> {
  return reproduce({ paper, settings }, silent);
}

/** For a failing test: each check with its numbers. */
export function told({ checks, seconds }: Reproduced): string {
  const lines = checks.map(({ id, measured, relation, expected, tolerance }) => `${id}: ${measured} ${relation} ${expected} ± ${tolerance}`); // prettier-ignore
  return `${lines.join('\n')}\n${seconds.toFixed(1)} s`;
}
