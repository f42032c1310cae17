/** What came of a paper's experiment, for a terminal: one line, and the checks under it where they are asked for. */
import { formatCompared } from '../metrics/number-format';
import { paperByKey, shortCitation } from '../papers/catalogue';
import { holds, RELATION_SIGNS, type Check, type Reproduced } from '../protocol/theory';
import { wrap } from './columns';

/** "holds", citation, title and time; then what was measured against what was expected. */
export function renderReproduced(reproduced: Reproduced): string {
  const { facts, checks, seconds, notes = [] } = reproduced;
  const paper = paperByKey(facts.paper);
  const source = paper ? shortCitation(paper) : facts.paper;
  const lines = [`${reproduced.holds ? 'holds' : 'FAILS'}  ${source}: ${facts.title} (${seconds.toFixed(1)} s)`];
  for (const check of checks) lines.push(...renderCheck(check));
  for (const note of notes) lines.push(...wrap(note, '         ', '       · '));
  return `${lines.join('\n')}\n`;
}

function renderCheck(check: Check): string[] {
  const { what, measured, relation, expected, tolerance } = check;
  const numbers = `${formatCompared(measured, 5, 'none')} ${RELATION_SIGNS[relation]} ${formatCompared(expected, 5, 'none')} ± ${formatCompared(tolerance, 5, 'none')}`;
  return wrap(`${what.replace(/\.$/, '')}: ${numbers}`, '         ', `       ${holds(check) ? '✓' : '✗'} `);
}

/** Claim, set-up and parameters, before anything is run. */
export function renderExperiments(all: readonly Reproduced['facts'][]): string {
  const lines = all.flatMap(({ paper, title, parameters }) => [
    `${paper}: ${title}`,
    ...wrap(parameters.map(({ id, default: value, min, max }) => `${id} = ${value} (${min} to ${max})`).join(', '), '  '), // prettier-ignore
  ]);
  return `${lines.join('\n')}\n`;
}
