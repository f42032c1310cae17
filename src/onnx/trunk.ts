/** The trunk of a network: the tensors through which everything must pass on its way from the samples to the features. */
import { dataDependent, producers, reads, type Graph, type Node } from './graph';
import { samplesInput } from './model-inputs';

/**
 * Operators whose output tells of shapes, masks or places, not of what the network thinks of a sample: a mask made from
 * the token numbers lives through the whole network without being a way around its layers.
 */
const CUTS: ReadonlySet<string> = new Set([
  'Shape',
  'Size',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Not',
  'And',
  'Or',
  'Xor',
  'IsNaN',
  'ArgMax',
  'ArgMin',
  'NonZero',
]);

export interface Trunk {
  /** In depth order, without the samples themselves; `features` is the last one where it lies on the trunk. */
  tensors: string[];
  producer: Map<string, Node>;
  /** Tensors that depend on the samples (masks and the like apart). */
  dependent: Set<string>;
}

/**
 * Sweeping the operators in topological order, a tensor is on every way exactly when it is the only one alive: made
 * already and still needed.
 */
export function trunkOf(graph: Graph, features: string): Trunk {
  const producer = producers(graph);
  const samples = samplesInput(graph);
  const narrow = dataDependent(graph, samples ? [samples.name] : [], CUTS);
  // Features that the samples reach in no such way: take every input and every operator for what it is.
  const dependent = narrow.has(features) ? narrow : dataDependent(graph);
  const needed = ancestors(features, producer, dependent);
  const nodes = graph.nodes.filter((node) => node.outputs.some((output) => needed.has(output)));
  const left = new Map<string, number>();
  for (const node of nodes)
    for (const input of dataInputs(node, dependent)) left.set(input, (left.get(input) ?? 0) + 1);
  const alive = new Set(graph.inputs.map((input) => input.name).filter((name) => left.has(name)));
  const tensors: string[] = [];
  for (const node of nodes) {
    for (const input of dataInputs(node, dependent)) {
      const count = (left.get(input) ?? 0) - 1;
      left.set(input, count);
      if (count === 0) alive.delete(input);
    }
    for (const output of node.outputs) if (needed.has(output)) alive.add(output);
    const [only] = alive;
    if (alive.size === 1 && only !== undefined && node.outputs.includes(only)) tensors.push(only);
  }
  return { tensors, producer, dependent };
}

/** The operands that depend on the samples, each once. */
export function dataInputs(node: Node, dependent: ReadonlySet<string>): Set<string> {
  if (CUTS.has(node.opType)) return new Set();
  return new Set(reads(node).filter((input) => dependent.has(input)));
}

function ancestors(tensor: string, producer: Map<string, Node>, dependent: ReadonlySet<string>): Set<string> {
  const found = new Set<string>([tensor]);
  const open = [tensor];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = producer.get(next);
    if (!node) continue;
    for (const input of dataInputs(node, dependent)) {
      if (found.has(input)) continue;
      found.add(input);
      open.push(input);
    }
  }
  return found;
}
