/** Finding: labels known to be wrong are reproduced on the training data. */
import type { Finding, Report } from '../protocol/report';
import { formatValue } from '../metrics/number-format';
import { lastCheckpoint, placeOf } from './course';

/**
 * Share of the wrong labels that must be reproduced for certain: with accuracy a and noise η at least (a−(1−η))/η of
 * them are. Ours: nine in ten. Source of the claim: nguyen2022.
 */
export const MEMORISED_SHARE = 0.9;

export function noiseMemorised(report: Report): Finding | undefined {
  const last = lastCheckpoint(report);
  const noise = report.run.labelNoise;
  const accuracy = last?.metrics['accuracy'];
  if (!last || noise === undefined || noise <= 0 || accuracy === undefined) return undefined;
  const share = (accuracy - (1 - noise)) / noise;
  if (!(share >= MEMORISED_SHARE)) return undefined;
  const progress = last.metrics['mem.progress'];
  const moved =
    progress === undefined
      ? ''
      : ` Samples with a wrong label have moved ${formatValue(progress)} of the way from their true class to that of their label.`;
  return {
    id: 'noise-memorised',
    text: `Wrong labels are memorised: ${formatValue(noise, true)} of the labels are wrong, and training accuracy is ${formatValue(accuracy, true)} at ${placeOf(last)}.${moved}`,
    paper: 'nguyen2022',
    evidence: {
      at: placeOf(last),
      accuracy,
      labelNoise: noise,
      'wrong labels reproduced, at least': share,
      ...(progress === undefined ? {} : { 'mem.progress': progress }),
    },
  };
}
