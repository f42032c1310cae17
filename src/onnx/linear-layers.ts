/** The linear layers of a network: which weight takes a layer's features, and all weights there are. */
import { sourceOf } from './constants';
import { dataDependent, PASSING, producers, type Graph, type Node } from './graph';
import { tap, type Tap } from './splice';

/** W of y = W x + b, rows×d as it stands (`rows`) or d×rows (`columns`). */
export interface LinearWeight {
  weight: Tap;
  layout: 'rows' | 'columns';
}

const WEIGHTED = new Set(['Gemm', 'MatMul', 'Conv', 'ConvTranspose', 'LSTM', 'GRU', 'RNN']);
/** Operators with weights that are no linear layer, but change what a product of norms would mean. */
const OTHERS = new Set([
  'BatchNormalization',
  'LayerNormalization',
  'InstanceNormalization',
  'GroupNormalization',
  'LpNormalization',
  'ReduceL2',
]);

/** The only linear layer that takes the tensor; undefined where there is none, or more than one operator takes it. */
export function linearReader(graph: Graph, tensor: string): LinearWeight | undefined {
  const dependent = dataDependent(graph);
  let current = tensor;
  for (let steps = 0; steps < 32; steps++) {
    const readers = graph.nodes.filter((node) => node.inputs.includes(current));
    const [reader] = readers;
    if (!reader || readers.length !== 1) return undefined;
    if (PASSING.has(reader.opType) && reader.inputs[0] === current) {
      current = reader.outputs[0] ?? '';
      continue;
    }
    return weightOf(reader, current, dependent);
  }
  return undefined;
}

function weightOf(node: Node, features: string, dependent: ReadonlySet<string>): LinearWeight | undefined {
  const [a, b] = node.inputs;
  if ((node.opType !== 'Gemm' && node.opType !== 'MatMul') || a !== features || b === undefined) return undefined;
  if (dependent.has(b) || node.attributes.get('transA')?.int) return undefined;
  return { weight: tap(b), layout: node.attributes.get('transB')?.int ? 'rows' : 'columns' };
}

/**
 * The weights of all layers where the network is linear layers and activations alone.
 * @returns why there is no such list, in words, where the network holds something else
 */
export function linearWeights(graph: Graph): { weights: Tap[] } | { unknown: string } {
  const dependent = dataDependent(graph);
  const context = { graph, producer: producers(graph) };
  const weights: Tap[] = [];
  for (const node of graph.nodes) {
    if (!node.outputs.some((output) => dependent.has(output))) continue;
    if (OTHERS.has(node.opType)) return { unknown: `the network normalises its features (${node.opType})` };
    if (!WEIGHTED.has(node.opType)) continue;
    const constants = node.inputs.filter((input) => !dependent.has(input));
    const matrix = constants.find((input) => (sourceOf(input, context).dims?.length ?? 0) >= 2);
    if (matrix === undefined || node.opType === 'LSTM' || node.opType === 'GRU' || node.opType === 'RNN') {
      return { unknown: `a ${node.opType} of the network is no linear layer with weights of its own` };
    }
    weights.push(tap(matrix));
  }
  return weights.length > 0 ? { weights } : { unknown: 'the network has no linear layer' };
}
