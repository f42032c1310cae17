/** Saved features of other data than the training data: held out, or with classes of its own. */
import path from 'node:path';
import { rowLength, type ArrayInfo } from '../formats/array';
import { Fault } from '../protocol/faults';
import type { ActivationsSource, ArrayReference, PlannedActivations, SavedSplit } from '../protocol/engine';
import { oneArray, type Candidate } from './candidates';
import { summarise, type LabelSummary } from './label-summary';
import { namesOf } from './plan-notes';

/**
 * @param layers of the training data, in depth order
 * @param classes K of the training data
 * @throws Fault E_LAYER where layers do not match, E_LABEL_COUNT, E_LABEL_RANGE, E_NO_SUCH_ARRAY
 */
export async function otherSplits(
  { test, transfer, ood }: ActivationsSource,
  layers: readonly Candidate[],
  classes: number,
  classNames: readonly string[] | undefined,
): Promise<Pick<PlannedActivations, 'test' | 'transfer' | 'ood'>> {
  const out: Pick<PlannedActivations, 'test' | 'transfer' | 'ood'> = {};
  if (test) {
    await checked('test', test, layers, classes, classNames);
    out.test = test;
  }
  if (transfer) {
    const summary = await checked('transfer', transfer, layers, undefined, undefined);
    out.transfer = { ...transfer, classNames: namesOf(summary.counts.length, undefined, summary).classNames };
  }
  if (ood !== undefined) {
    const { info } = await oneArray(ood);
    requireLength('ood', info, ood, layers.at(-1)!);
    out.ood = ood;
  }
  return out;
}

function requireLength(key: string, info: ArrayInfo, reference: ArrayReference, own: Candidate): void {
  if (rowLength(info) === rowLength(own.info)) return;
  throw new Fault(
    'E_LAYER',
    `${path.basename(reference)} has ${rowLength(info)} features, but ${own.info.name} of the training data has ${rowLength(own.info)}; name the same layer under activations.${key} in neural-collapse.json.`,
  );
}

async function checked(
  key: string,
  split: SavedSplit,
  layers: readonly Candidate[],
  classes: number | undefined,
  classNames: readonly string[] | undefined,
): Promise<LabelSummary> {
  if (split.layers.length !== layers.length) {
    throw new Fault(
      'E_LAYER',
      `neural-collapse.json names ${split.layers.length} layers under activations.${key}, but the training data has ${layers.length}; name the same layers in the same order.`,
    );
  }
  const labels = await oneArray(split.labels);
  for (const [l, reference] of split.layers.entries()) {
    const { info } = await oneArray(reference);
    requireLength(key, info, reference, layers[l]!);
    if (info.shape[0] !== labels.info.shape[0]) {
      throw new Fault(
        'E_LABEL_COUNT',
        `${path.basename(split.labels)} has ${labels.info.shape[0]} labels, but ${path.basename(reference)} has ${info.shape[0]} samples; choose labels and activations of the same data.`,
      );
    }
  }
  return summarise(split.labels, classes, classNames);
}
