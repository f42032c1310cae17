/**
 * The layers a researcher would name, in depth order: the ends of a network's blocks, and where it has none, every
 * activation and pool that everything passes through.
 */
import { blocksOf } from './blocks';
import type { Graph, Node } from './graph';
import { layoutOf, readersOf, sequencePooling, sourceTensor, type Layout, type Readers } from './layout';
import { samplesInput } from './model-inputs';
import { modulePath, readableName } from './names';
import { tap, type Tap } from './splice';
import { dataInputs, trunkOf } from './trunk';

export interface Layer {
  tensor: string;
  name: string;
  role: 'hidden' | 'penultimate';
  /** What to read to have the tensor with its batch axis first. */
  read: Tap;
  /** Which axis holds the features, where the graph tells. */
  layout?: Layout;
  /** What the network itself makes of the positions further on, where they are a sequence. */
  sequence?: 'mean' | 'token';
}

const ACTIVATIONS = new Set([
  ...[
    'Relu',
    'LeakyRelu',
    'PRelu',
    'ThresholdedRelu',
    'Elu',
    'Selu',
    'Celu',
    'Gelu',
    'FastGelu',
    'QuickGelu',
    'BiasGelu',
  ],
  ...['Sigmoid', 'Tanh', 'Softplus', 'Softsign', 'HardSwish', 'HardSigmoid', 'Mish', 'Swish', 'Clip'],
  ...['QLinearLeakyRelu', 'QLinearSigmoid'],
]);
const POOLS = new Set([
  ...['MaxPool', 'AveragePool', 'LpPool', 'GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'],
  ...['QLinearAveragePool', 'QLinearGlobalAveragePool'],
]);
const RECURRENT = new Set(['LSTM', 'GRU', 'RNN']);
/** Sums, gates and joins count where they bring together two tensors that depend on the samples. */
const JOINS = new Set(['Add', 'Sum', 'Mul', 'Concat', 'QLinearAdd', 'QLinearConcat']);

interface Entry {
  node: Node;
  tensor: string;
  block: string | undefined;
  /** Something in the block is worth a name. */
  named: boolean;
}

/** @param features tensor that the classifier reads, or the tensor to take as the penultimate layer */
export function findLayers(graph: Graph, features: string, read: Tap = tap(features)): Layer[] {
  const trunk = trunkOf(graph, features);
  const { producer, dependent } = trunk;
  // A reshape of the features is the features; the name comes from the operator that made the numbers.
  const source = sourceTensor(features, producer);
  const blockOf = blocksOf(trunk);
  const entries: Entry[] = [];
  for (const tensor of trunk.tensors) {
    const node = producer.get(tensor);
    if (!node || tensor === features) continue;
    const block = blockOf(node);
    const named = isNamed(node, dependent);
    const last = entries.at(-1);
    if (last && goesOn(last.node, node)) {
      Object.assign(last, { node, tensor });
      continue;
    }
    if (block === undefined && !named) continue;
    // One entry a block, and for an activation right behind a sum: the later one.
    const same = last && (block === undefined ? endsJoin(last.node, node) : last.block === block);
    if (same) Object.assign(last, { node, tensor, named: last.named || named });
    else entries.push({ node, tensor, block, named });
  }
  const end = producer.get(source);
  const lastBlock = end && blockOf(end);
  // What ends in the features is the penultimate layer itself, and so is the block that it lies in.
  const kept = entries.filter(
    ({ named, tensor, node, block }) =>
      named && tensor !== source && (block === undefined || block !== lastBlock) && !(end && endsJoin(node, end)),
  );
  const readers = readersOf(graph, trunk);
  const sequence = sequencePooling(trunk.tensors, features, readers) ?? ofTokens(graph);
  const layers = kept.map(({ node, tensor, block }): Layer => {
    const name = block === undefined ? readableName(node, tensor) : `${block} ${node.opType}`;
    return describe(node, tensor, name, sequence, readers);
  });
  layers.push({
    tensor: features,
    name: end ? readableName(end, source) : features,
    role: 'penultimate',
    read,
    ...layoutPart(features, readers),
  });
  return distinctNames(layers);
}

const INT32 = 6;
const INT64 = 7;

/** Texts differ in length, so that their positions, padding included, are no features of their own. */
function ofTokens(graph: Graph): 'mean' | undefined {
  const type = samplesInput(graph)?.elementType;
  return type === INT64 || type === INT32 ? 'mean' : undefined;
}

/** A layer the user named: any tensor the graph computes. Undefined where there is no such tensor. */
export function namedLayer(graph: Graph, tensor: string, features: string): Layer | undefined {
  const trunk = trunkOf(graph, features);
  const node = trunk.producer.get(tensor);
  if (!node) return undefined;
  const readers = readersOf(graph, trunk);
  const sequence = sequencePooling(trunk.tensors, features, readers) ?? ofTokens(graph);
  return describe(node, tensor, readableName(node, tensor), sequence, readers);
}

/** Every tensor that could be measured as a layer, in the order of the file. */
export function layerCandidates(graph: Graph, features: string): Layer[] {
  const trunk = trunkOf(graph, features);
  const { dependent } = trunk;
  const readers = readersOf(graph, trunk);
  const layers: Layer[] = [];
  for (const node of graph.nodes) {
    const tensor = node.outputs[0];
    if (tensor === undefined || !dependent.has(tensor) || node.captures.length > 0) continue;
    layers.push(describe(node, tensor, readableName(node, tensor), undefined, readers));
  }
  return distinctNames(layers);
}

function describe(
  node: Node,
  tensor: string,
  name: string,
  sequence: 'mean' | 'token' | undefined,
  readers: Readers,
): Layer {
  const recurrent = RECURRENT.has(node.opType) && node.attributes.get('layout')?.int !== 1;
  return {
    tensor,
    name,
    role: 'hidden',
    read: recurrent ? batchFirst(node, tensor) : tap(tensor),
    ...(recurrent ? { layout: 'sequence' as const } : layoutPart(tensor, readers)),
    ...(sequence ? { sequence } : {}),
  };
}

function layoutPart(tensor: string, readers: Readers): { layout?: Layout } {
  const layout = layoutOf(tensor, readers);
  return layout ? { layout } : {};
}

/** Recurrent operators put time and direction before the batch: Y is T×D×B×H, the last states are D×B×H. */
function batchFirst(node: Node, tensor: string): Tap {
  const output = `nci:${tensor}:batch-first`;
  const perm = node.outputs[0] === tensor ? [2, 0, 1, 3] : [1, 0, 2];
  return { tensor: output, nodes: [{ opType: 'Transpose', inputs: [tensor], output, attributes: { perm } }] };
}

function isNamed(node: Node, dependent: ReadonlySet<string>): boolean {
  if (ACTIVATIONS.has(node.opType) || POOLS.has(node.opType) || RECURRENT.has(node.opType)) return true;
  return JOINS.has(node.opType) && dataInputs(node, dependent).size >= 2;
}

function endsJoin(join: Node, activation: Node): boolean {
  return (
    JOINS.has(join.opType) && ACTIVATIONS.has(activation.opType) && join.outputs.includes(activation.inputs[0] ?? '')
  );
}

const ARITHMETIC = new Set(['Mul', 'Div', 'Add', 'Sub']);

/** The rest of an activation that the exporter took apart: the same module goes on with what it has just computed. */
function goesOn(before: Node, node: Node): boolean {
  const path = modulePath(node).join('.');
  return (
    path !== '' &&
    ARITHMETIC.has(node.opType) &&
    node.inputs.some((input) => before.outputs.includes(input)) &&
    path === modulePath(before).join('.')
  );
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
