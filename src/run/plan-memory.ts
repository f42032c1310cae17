/** What a plan found or was told, as the manifest that remembers it. */
import { relativeReference } from '../formats/reference';
import type { Manifest, ModelOverrides, PlannedCheckpoint, Preprocess, SplitSource } from '../protocol/engine';
import type { Pair } from './pairs';

export function remembered(
  folder: string,
  train: Pair,
  test: Pair | undefined,
  written: Manifest,
  preprocess: Preprocess,
  model: ModelOverrides | undefined,
): Manifest {
  const source = (pair: Pair, known: SplitSource | undefined): SplitSource => {
    const { inputs, labels, cleanLabels } = pair;
    // Other inputs that were found by their names are found again; those that were named stay as they were.
    const named = typeof known?.inputs === 'object' ? known.inputs : undefined;
    const out: SplitSource = {
      inputs: named ?? relativeReference(folder, inputs.reference),
      labels: relativeReference(folder, labels.reference),
    };
    if (cleanLabels) out.cleanLabels = relativeReference(folder, cleanLabels.reference);
    else if (known?.cleanLabels !== undefined) out.cleanLabels = known.cleanLabels;
    return out;
  };
  return {
    train: source(train, written.train),
    ...(test ? { test: source(test, written.test) } : {}),
    ...(model ? { model } : {}),
    ...(preprocess.layout !== written.preprocess?.layout ? { preprocess } : {}),
  };
}

export function rememberedActivations(folder: string, { activations }: PlannedCheckpoint): Manifest | undefined {
  if (!activations) return undefined;
  const relative = (reference: string): string => relativeReference(folder, reference);
  return {
    activations: {
      layers: activations.layers.map(relative),
      labels: relative(activations.labels),
      ...(activations.weight === undefined ? {} : { weight: relative(activations.weight) }),
      ...(activations.bias === undefined ? {} : { bias: relative(activations.bias) }),
    },
  };
}
