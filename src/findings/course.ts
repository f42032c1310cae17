/** The course of a run as findings read it: where training error reached zero, and how to name a checkpoint. */
import type { CheckpointReport, Report } from '../protocol/report';

/**
 * Training accuracy from which on the error counts as gone. Source: the terminal phase of papyan2020 starts at zero
 * error; one sample in a thousand is our allowance for samples that no network fits (duplicates with two labels).
 */
export const TERMINAL_ACCURACY = 0.999;

/** Checkpoints of the terminal phase: from the first on from which training error stays (nearly) zero to the last. */
export function terminalPhase({ checkpoints }: Report): CheckpointReport[] {
  const measured = checkpoints.filter(({ metrics }) => metrics['accuracy'] !== undefined);
  const before = measured.findLastIndex(({ metrics }) => !(metrics['accuracy']! >= TERMINAL_ACCURACY));
  return measured.slice(before + 1);
}

/** The first checkpoint from which no training sample is wrong, to the last; undefined where some are wrong at the end. */
export function zeroErrorSince({ checkpoints }: Report): CheckpointReport | undefined {
  const measured = checkpoints.filter(({ metrics }) => metrics['accuracy'] !== undefined);
  return measured[measured.findLastIndex(({ metrics }) => metrics['accuracy'] !== 1) + 1];
}

/** The last checkpoint of a run, which most findings speak of. */
export function lastCheckpoint({ checkpoints }: Report): CheckpointReport | undefined {
  return checkpoints.at(-1);
}

/** `epoch 500`, or the path where there is no epoch. */
export function placeOf({ epoch, path }: CheckpointReport): string {
  return epoch === undefined ? path : `epoch ${epoch}`;
}

/** What to say of the error in the terminal phase, without claiming a zero that is only nearly one. */
export function errorOf(phase: readonly CheckpointReport[]): string {
  return phase.every(({ metrics }) => metrics['accuracy'] === 1)
    ? 'training error is 0'
    : 'training accuracy is at least 99.9 %';
}
