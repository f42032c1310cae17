/** Finding: features go on growing in a run without weight decay. */
import type { Finding, Report } from '../protocol/report';
import { formatValue } from '../metrics/number-format';
import { placeOf } from './course';

/** How many of the last checkpoints must grow, each beyond the one before. Ours: two could be chance. */
export const GROWING_CHECKPOINTS = 3;
/** Their root mean square norm must grow by this share over them. Ours: less could be the fluctuation between epochs. */
export const LEAST_GROWTH = 0.1;

/** Source of the claim: ji2022, where without weight decay norms diverge while directions converge to collapse. */
export function featuresGrow({ run, checkpoints }: Report): Finding | undefined {
  if (run.weightDecay !== 0) return undefined;
  const last = checkpoints.slice(-GROWING_CHECKPOINTS);
  const norms = last.flatMap(({ metrics: { 'lpm.energyH': energy } }) =>
    energy === undefined ? [] : [Math.sqrt(energy)],
  );
  if (last.length < GROWING_CHECKPOINTS || norms.length < last.length) return undefined;
  if (norms.some((norm, i) => i > 0 && !(norm > norms[i - 1]!))) return undefined;
  const [before, after] = [norms[0]!, norms.at(-1)!];
  if (!(after >= (1 + LEAST_GROWTH) * before)) return undefined;
  const [from, to] = [placeOf(last[0]!), placeOf(last.at(-1)!)];
  return {
    id: 'features-grow',
    text: `Feature norm grows: weight decay is 0, and the root mean square norm went from ${formatValue(before)} at ${from} to ${formatValue(after)} at ${to}.`,
    paper: 'ji2022',
    evidence: { [`norm at ${from}`]: before, [`norm at ${to}`]: after, weightDecay: 0 },
  };
}
