/** The law that a paper claims for a metric over depth, as a line in its figure. */
import type { Metric } from '../../src/metrics/metric';
import { formatValue } from '../../src/metrics/number-format';
import { fuzziness, separationLaw } from '../../src/metrics/separation';
import type { CheckpointReport } from '../../src/protocol/report';
import { t } from '../words';

export interface FitLine {
  /** Rate and R², in words. */
  label: string;
  points: { x: number; y: number }[];
}

/** A law that is straight on a log axis bends on a linear one. */
const PIECES = 32;

/** The law of separation (He and Su 2023) over the layers of a checkpoint: what its decay and R² were fitted with. */
export function fitsOf(metric: Metric, { layers }: CheckpointReport): FitLine[] {
  if (metric.id !== fuzziness.id) return [];
  const law = separationLaw(layers);
  if ('notApplicable' in law) return [];
  const { slope, intercept, from, to, determination } = law;
  const points = Array.from({ length: PIECES + 1 }, (_, i) => {
    const x = from + ((to - from) * i) / PIECES;
    return { x, y: Math.exp(intercept + slope * x) };
  });
  const rate = t('fitted decay: × {0} per layer', formatValue(Math.exp(slope)));
  return [{ label: determination === undefined ? rate : `${rate}, R² = ${formatValue(determination)}`, points }];
}
