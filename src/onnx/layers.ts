/**
 * The layers a researcher would name, in depth order. Candidates are the tensors through which everything must pass on
 * its way from the input to the classifier (the trunk): inside a residual block there is a way around every tensor, so
 * a block yields its end and nothing else, and a plain network yields every activation and pool.
 */
import { dataDependent, PASSING, producers, readableName, type Graph, type Node } from './graph';

export interface Layer {
  tensor: string;
  name: string;
  role: 'hidden' | 'penultimate';
}

const ACTIVATIONS = new Set([
  'Relu',
  'LeakyRelu',
  'PRelu',
  'ThresholdedRelu',
  'Elu',
  'Selu',
  'Celu',
  'Gelu',
  'FastGelu',
  'Sigmoid',
  'Tanh',
  'Softplus',
  'Softsign',
  'HardSwish',
  'HardSigmoid',
  'Mish',
  'Swish',
  'Clip',
]);
const POOLS = new Set(['MaxPool', 'AveragePool', 'LpPool', 'GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool']);
const RECURRENT = new Set(['LSTM', 'GRU', 'RNN']);
/** Sums, gates and joins count where they bring together two tensors that depend on the input. */
const JOINS = new Set(['Add', 'Sum', 'Mul', 'Concat']);

/** @param features tensor that the classifier reads, or the tensor to take as the penultimate layer */
export function findLayers(graph: Graph, features: string): Layer[] {
  const producer = producers(graph);
  const trunk = trunkTensors(graph, features, producer);
  const dependent = dataDependent(graph);
  // A reshape of the features is the features; the name comes from the operator that made the numbers.
  let source = features;
  for (
    let node = producer.get(source);
    node && PASSING.has(node.opType) && node.inputs[0];
    node = producer.get(source)
  ) {
    source = node.inputs[0];
  }
  const chosen: Node[] = [];
  for (const tensor of trunk) {
    const node = producer.get(tensor);
    if (!node || tensor === source || !isNamed(node, dependent)) continue;
    const previous = chosen.at(-1);
    // An activation right behind a residual sum ends the block: one entry, not two.
    if (
      previous &&
      JOINS.has(previous.opType) &&
      ACTIVATIONS.has(node.opType) &&
      node.inputs[0] === previous.outputs[0]
    )
      chosen.pop();
    chosen.push(node);
  }
  const last = chosen.at(-1);
  const end = producer.get(source);
  if (last && end && JOINS.has(last.opType) && ACTIVATIONS.has(end.opType) && end.inputs[0] === last.outputs[0])
    chosen.pop();
  const layers: Layer[] = chosen.map((node) => ({
    tensor: node.outputs[0] ?? '',
    name: readableName(node, node.outputs[0] ?? ''),
    role: 'hidden',
  }));
  layers.push({ tensor: features, name: end ? readableName(end, source) : features, role: 'penultimate' });
  return distinctNames(layers);
}

/** A layer the user named: any tensor the graph computes. Undefined where there is no such tensor. */
export function namedLayer(graph: Graph, tensor: string): Layer | undefined {
  const node = producers(graph).get(tensor);
  return node && { tensor, name: readableName(node, tensor), role: 'hidden' };
}

function isNamed(node: Node, dependent: Set<string>): boolean {
  if (ACTIVATIONS.has(node.opType) || POOLS.has(node.opType) || RECURRENT.has(node.opType)) return true;
  return JOINS.has(node.opType) && node.inputs.filter((input) => dependent.has(input)).length >= 2;
}

/**
 * The tensors that lie on every way from the input to `features`, in depth order. Sweeping the nodes in topological
 * order, a tensor is on every way exactly when it is the only one alive: made already and still needed.
 */
function trunkTensors(graph: Graph, features: string, producer: Map<string, Node>): string[] {
  const dependent = dataDependent(graph);
  const needed = ancestors(features, producer, dependent);
  const nodes = graph.nodes.filter((node) => node.outputs.some((output) => needed.has(output)));
  const readers = new Map<string, number>();
  for (const node of nodes)
    for (const input of dataInputs(node, dependent)) readers.set(input, (readers.get(input) ?? 0) + 1);
  const alive = new Set(graph.inputs.map((input) => input.name).filter((name) => readers.has(name)));
  const trunk: string[] = [];
  for (const node of nodes) {
    for (const input of dataInputs(node, dependent)) {
      const left = (readers.get(input) ?? 0) - 1;
      readers.set(input, left);
      if (left === 0) alive.delete(input);
    }
    for (const output of node.outputs) if (needed.has(output)) alive.add(output);
    if (alive.size === 1) trunk.push(...alive);
  }
  return trunk;
}

function dataInputs(node: Node, dependent: Set<string>): Set<string> {
  if (node.opType === 'Shape' || node.opType === 'Size') return new Set();
  return new Set(node.inputs.filter((input) => dependent.has(input)));
}

function ancestors(tensor: string, producer: Map<string, Node>, dependent: Set<string>): Set<string> {
  const found = new Set<string>([tensor]);
  const open = [tensor];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = producer.get(next);
    if (!node) continue;
    for (const input of dataInputs(node, dependent)) {
      if (!found.has(input)) {
        found.add(input);
        open.push(input);
      }
    }
  }
  return found;
}

/** Two layers of one name (a module used twice) are told apart by a number. */
function distinctNames(layers: Layer[]): Layer[] {
  const total = new Map<string, number>();
  for (const layer of layers) total.set(layer.name, (total.get(layer.name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return layers.map((layer) => {
    if (total.get(layer.name) === 1) return layer;
    const count = (seen.get(layer.name) ?? 0) + 1;
    seen.set(layer.name, count);
    return { ...layer, name: `${layer.name} (${count})` };
  });
}
