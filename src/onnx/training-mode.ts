/**
 * Models exported in training mode: dropout throws a share of the features away at random, and batch normalisation
 * takes its statistics from the batch at hand. Measured is the network as it classifies, so both are set to inference.
 */
import type { Model, Node } from './graph';
import { delimited, fields, joined, mapFields, string } from './wire';

/** The operators that would behave as in training. */
export function trainingOperators({ graph }: Model): Node[] {
  return graph.nodes.filter(
    (node) =>
      (node.opType === 'Dropout' && (node.inputs[2] ?? '') !== '') ||
      (node.opType === 'BatchNormalization' && node.attributes.get('training_mode')?.int === 1),
  );
}

/** The model's bytes with those operators in inference mode. */
export function inInferenceMode(bytes: Uint8Array): Uint8Array {
  return mapFields(bytes, 7, (graph) => mapFields(graph, 1, inferenceNode));
}

const KEPT_INPUTS = 2;

function inferenceNode(bytes: Uint8Array): Uint8Array {
  const all = [...fields(bytes)];
  const opType = all.find((field) => field.number === 4);
  const type = opType ? string(opType.bytes) : '';
  if (type !== 'Dropout' && type !== 'BatchNormalization') return bytes;
  const parts: Uint8Array[] = [];
  let inputs = 0;
  let outputs = 0;
  for (const field of all) {
    // Dropout's third input switches training on; without it the operator hands its input on.
    if (type === 'Dropout' && field.number === 1 && inputs++ >= KEPT_INPUTS) continue;
    if (type === 'BatchNormalization') {
      // In inference there is no running mean and variance to give back.
      if (field.number === 2 && outputs++ > 0) continue;
      if (field.number === 5 && isTrainingMode(field.bytes)) continue;
    }
    parts.push(delimited(field.number, field.bytes));
  }
  return joined(parts);
}

function isTrainingMode(attribute: Uint8Array): boolean {
  const name = [...fields(attribute)].find((field) => field.number === 1);
  return name !== undefined && string(name.bytes) === 'training_mode';
}
