/** Finding: the terminal phase of training is reached, and which measures of collapse went on falling in it. */
import type { Finding, Report } from '../protocol/report';
import { formatValue } from '../metrics/number-format';
import { errorOf, placeOf, terminalPhase } from './course';

/** The measures of papyan2020 that fall towards 0. */
const FALLING = [
  'nc1',
  'nc2.means.normCv',
  'nc2.weights.normCv',
  'nc2.means.cosStd',
  'nc2.weights.cosStd',
  'nc2.means.maxAngle',
  'nc2.weights.maxAngle',
  'nc3',
  'nc4',
] as const;

export function terminalPhaseReached(report: Report): Finding | undefined {
  const phase = terminalPhase(report);
  const start = phase[0];
  const end = phase.at(-1);
  if (!start || !end) return undefined;
  const finding = { id: 'terminal-phase', paper: 'papyan2020' };
  const since = `${errorOf(phase)} since ${placeOf(start)}`;
  const evidence = { since: placeOf(start), checkpoints: phase.length, accuracy: end.metrics['accuracy']! };
  if (phase.length === 1) return { ...finding, text: `${since}, the last checkpoint.`, evidence };
  const compared = FALLING.filter((id) => start.metrics[id] !== undefined && end.metrics[id] !== undefined);
  if (compared.length === 0) return { ...finding, text: `${since}.`, evidence };
  const fell = compared.filter((id) => end.metrics[id]! < start.metrics[id]!);
  const rose = compared.filter((id) => end.metrics[id]! > start.metrics[id]!);
  const same = compared.length - fell.length - rose.length;
  const nc1 = compared.includes('nc1')
    ? ` NC1 went from ${formatValue(start.metrics['nc1']!)} to ${formatValue(end.metrics['nc1']!)}.`
    : '';
  return {
    ...finding,
    text: `${since}. From there to ${placeOf(end)}, ${fell.length} of ${compared.length} measures of collapse fell, ${rose.length} rose and ${same} stayed the same.${nc1}`,
    evidence: {
      ...evidence,
      fell: fell.join(', '),
      rose: rose.join(', '),
      ...Object.fromEntries(
        compared.flatMap((id) => [
          [`${id} at ${placeOf(start)}`, start.metrics[id]!],
          [`${id} at ${placeOf(end)}`, end.metrics[id]!],
        ]),
      ),
    },
  };
}
