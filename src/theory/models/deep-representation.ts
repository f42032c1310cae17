/** What the product's metrics see of a perceptron. */
import type { Representation } from '../measure';
import { activationsOf, layersOf, type Batch, type DeepModel } from './deep';

/** The last hidden layer with the classifier behind it. */
export function lastLayer(model: DeepModel, x: Float64Array, { inputs, labels }: Batch): Representation {
  const activations = activationsOf(model, x, inputs);
  const { weight, bias, outputs, inputs: dimension } = layersOf(model, x).at(-1)!;
  return {
    classes: outputs,
    dimension,
    features: activations.at(-2)!,
    labels,
    weight,
    ...(bias ? { bias } : {}),
    logits: activations.at(-1)!,
  };
}

/** Every hidden layer, first layer first. */
export function hiddenLayers(model: DeepModel, x: Float64Array, { inputs, labels }: Batch): Representation[] {
  const classes = model.widths.at(-1)!;
  return activationsOf(model, x, inputs)
    .slice(0, -1)
    .map((features, l) => ({ classes, dimension: model.widths[l + 1]!, features, labels }));
}

/** Share of samples whose largest logit is that of their label. */
export function accuracyOf({ classes, labels, logits }: Representation): number {
  let correct = 0;
  for (const [i, label] of labels.entries()) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (logits![i * classes + k]! > logits![i * classes + best]!) best = k;
    if (best === label) correct++;
  }
  return correct / labels.length;
}
