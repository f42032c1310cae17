/** Finding: the terminal phase of training is reached, how fast NC1 falls in it, and which measures of collapse are lower since. */
import type { CheckpointReport, Finding, Report } from '../protocol/report';
import { formatValue } from '../metrics/number-format';
import { errorOf, placeOf, terminalPhase } from './course';
import { halvingOf } from './halving';

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

/** A change by less than this share, or between values below the floor, is neither. Ours: float32 features and weights of unit length are exact to 1e-7 only. */
const STEADY = 0.01;
const FLOOR = 1e-6;

/** −1 where a measure fell, 1 where it rose, 0 where it stayed. */
function direction(before: number, after: number): -1 | 0 | 1 {
  if (Math.max(before, after) <= FLOOR || Math.abs(after - before) <= STEADY * Math.max(before, after)) return 0;
  return after < before ? -1 : 1;
}

export function terminalPhaseReached(report: Report): Finding | undefined {
  // With one class there is nothing to get wrong.
  if (report.run.classes < 2) return undefined;
  const phase = terminalPhase(report);
  const start = phase[0];
  const end = phase.at(-1);
  if (!start || !end) return undefined;
  const finding = { id: 'terminal-phase', paper: 'papyan2020' };
  const since = `Terminal phase since ${placeOf(start)}`;
  const evidence = { since: placeOf(start), checkpoints: phase.length, accuracy: end.metrics['accuracy']! };
  const several = end.metrics['loss.pickAll'] === undefined ? '' : ' on the samples with one class';
  if (phase.length === 1) {
    const text = `At ${placeOf(end)}, the last checkpoint, ${errorOf(phase)}${several}: the terminal phase can begin.`;
    return { ...finding, text, evidence };
  }
  const compared = FALLING.filter((id) => start.metrics[id] !== undefined && end.metrics[id] !== undefined);
  const turned = (id: string): number => direction(start.metrics[id]!, end.metrics[id]!);
  const fell = compared.filter((id) => turned(id) < 0);
  const rose = compared.filter((id) => turned(id) > 0);
  const course = courseOf(phase);
  const lower =
    compared.length === 0
      ? ''
      : ` Of ${compared.length} measures of collapse ${fell.length} fell from ${placeOf(start)} to ${placeOf(end)}, and ${rose.length} rose.`;
  return {
    ...finding,
    text: `${since}: ${errorOf(phase)}${several}${course.text}.${lower}`,
    evidence: {
      ...evidence,
      ...course.evidence,
      ...(compared.length === 0 ? {} : { fell: fell.join(', '), rose: rose.join(', ') }),
      ...Object.fromEntries(
        compared.flatMap((id) => [
          [`${id} at ${placeOf(start)}`, start.metrics[id]!],
          [`${id} at ${placeOf(end)}`, end.metrics[id]!],
        ]),
      ),
    },
  };
}

/** The halving time of NC1 where a line fits its logarithm, else where it started and ended. */
function courseOf(phase: readonly CheckpointReport[]): { text: string; evidence: Finding['evidence'] } {
  const halving = halvingOf(phase, 'nc1');
  if (halving) {
    const { epochs, r2, checkpoints } = halving;
    const text = ` and NC1 falls by half every ${epochsOf(epochs)}`;
    return { text, evidence: { 'epochs to half': epochs, 'R² of log NC1': r2, 'checkpoints fitted': checkpoints } };
  }
  const before = phase[0]?.metrics['nc1'];
  const after = phase.at(-1)?.metrics['nc1'];
  if (before === undefined || after === undefined) return { text: '', evidence: {} };
  return { text: `; NC1 went from ${formatValue(before)} to ${formatValue(after)}`, evidence: {} };
}

function epochsOf(epochs: number): string {
  if (epochs < 1.05) return epochs < 0.95 ? `${formatValue(epochs)} epochs` : 'epoch';
  return `${epochs < 10 ? Number(epochs.toPrecision(2)) : Math.round(epochs)} epochs`;
}
