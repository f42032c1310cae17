/** Finding the linear classifier at the end of a graph: z = s·(W h + b). */
import { dataDependent, PASSING, producers, type Graph, type Initializer, type Node } from './graph';

export interface Head {
  /** Tensor of the penultimate features h (B×d, or B×1×d and the like). */
  features: string;
  /** Tensor of the logits before softmax, scale and reshapes (B×K). */
  logits: string;
  /** Constant tensor of the weights: an initializer, or computed from constants alone. */
  weight: string;
  /** K×d as it stands (`rows`), or d×K and to be transposed (`columns`). */
  weightLayout: 'rows' | 'columns';
  bias?: string;
  /** Factors on W·h and on b: alpha and beta of Gemm times a temperature behind it. */
  weightScale: number;
  biasScale: number;
  /** Readable names for the report: the initializers that the weights come from. */
  weightName: string;
  biasName?: string;
  /** K, where the file tells it. */
  classes: number | undefined;
  /** d, where the file tells it. */
  dimension: number | undefined;
}

export type HeadResult = { head: Head } | { reason: string };

/** Operators that keep the order of the logits and may stand between head and output. */
const BEHIND = new Set([...PASSING, 'Softmax', 'LogSoftmax', 'Sigmoid']);

/** The classifier head behind the graph's outputs, the first output that has one; or why there is none. */
export function findHead(graph: Graph): HeadResult {
  const producer = producers(graph);
  const dependent = dataDependent(graph);
  const reasons: string[] = [];
  const ordered = [...graph.outputs].sort((a, b) => Number(/logit/i.test(b.name)) - Number(/logit/i.test(a.name)));
  for (const output of ordered) {
    const result = walkBack(output.name, graph, producer, dependent);
    if ('head' in result) {
      result.head.classes ??= output.shape?.at(-1) ?? undefined;
      return result;
    }
    reasons.push(result.reason);
  }
  return { reason: reasons[0] ?? 'the graph has no output' };
}

function walkBack(output: string, graph: Graph, producer: Map<string, Node>, dependent: Set<string>): HeadResult {
  let tensor = output;
  let scale = 1;
  for (;;) {
    const node = producer.get(tensor);
    if (!node) return { reason: `output "${output}" is not computed by any operator` };
    if (BEHIND.has(node.opType)) {
      tensor = node.inputs[0] ?? '';
      continue;
    }
    if (node.opType === 'Gemm') return gemmHead(node, scale, graph, producer, dependent);
    if (node.opType === 'MatMul') return matMulHead(node, undefined, tensor, scale, graph, producer, dependent);
    if (node.opType === 'Add') {
      const data = node.inputs.find((input) => dependent.has(input));
      const constant = node.inputs.find((input) => !dependent.has(input));
      const before = data === undefined ? undefined : skipPassing(data, producer);
      if (constant !== undefined && before?.opType === 'MatMul') {
        return matMulHead(before, constant, tensor, scale, graph, producer, dependent);
      }
      return { reason: `output "${output}" ends in a sum that is not a linear classifier` };
    }
    if (node.opType === 'Mul' || node.opType === 'Div') {
      const factor = scalarOperand(node, graph, producer, dependent);
      if (factor !== undefined && factor.value > 0) {
        scale *= node.opType === 'Mul' ? factor.value : 1 / factor.value;
        tensor = factor.other;
        continue;
      }
    }
    return { reason: `output "${output}" ends in ${node.opType}, which is not a linear classifier` };
  }
}

function skipPassing(tensor: string, producer: Map<string, Node>): Node | undefined {
  let node = producer.get(tensor);
  while (node && PASSING.has(node.opType)) node = producer.get(node.inputs[0] ?? '');
  return node;
}

function gemmHead(
  node: Node,
  scale: number,
  graph: Graph,
  producer: Map<string, Node>,
  dependent: Set<string>,
): HeadResult {
  const [features, weight, bias] = node.inputs;
  const logits = node.outputs[0];
  if (features === undefined || weight === undefined || logits === undefined)
    return { reason: 'a Gemm lacks operands' };
  if (dependent.has(weight) || !dependent.has(features) || node.attributes.get('transA')?.int) {
    return { reason: 'the last Gemm multiplies two tensors that both depend on the input' };
  }
  const layout = node.attributes.get('transB')?.int ? 'rows' : 'columns';
  const alpha = node.attributes.get('alpha')?.float ?? 1;
  const beta = node.attributes.get('beta')?.float ?? 1;
  return { head: describe(features, weight, bias, layout, logits, scale * alpha, scale * beta, graph, producer) };
}

function matMulHead(
  node: Node,
  bias: string | undefined,
  logits: string,
  scale: number,
  graph: Graph,
  producer: Map<string, Node>,
  dependent: Set<string>,
): HeadResult {
  const [features, weight] = node.inputs;
  if (features === undefined || weight === undefined) return { reason: 'a MatMul lacks operands' };
  if (dependent.has(weight) || !dependent.has(features)) {
    return { reason: 'the last MatMul multiplies two tensors that both depend on the input' };
  }
  return { head: describe(features, weight, bias, 'columns', logits, scale, scale, graph, producer) };
}

function describe(
  features: string,
  weight: string,
  bias: string | undefined,
  weightLayout: 'rows' | 'columns',
  logits: string,
  weightScale: number,
  biasScale: number,
  graph: Graph,
  producer: Map<string, Node>,
): Head {
  const stored = graph.initializers.get(weight);
  const [first, second] = stored?.dims.length === 2 ? stored.dims : [undefined, undefined];
  return {
    features,
    logits,
    weight,
    weightLayout,
    weightScale,
    biasScale,
    weightName: sourceName(weight, graph, producer),
    ...(bias ? { bias, biasName: sourceName(bias, graph, producer) } : {}),
    classes: weightLayout === 'rows' ? first : second,
    dimension: weightLayout === 'rows' ? second : first,
  };
}

/** The initializer a constant comes from, for people; the tensor itself where it comes from several. */
function sourceName(tensor: string, graph: Graph, producer: Map<string, Node>): string {
  let name = tensor;
  for (let steps = 0; steps < 32; steps++) {
    if (graph.initializers.has(name)) return name;
    const node = producer.get(name);
    if (!node?.inputs[0]) return tensor;
    name = node.inputs[0];
  }
  return tensor;
}

function scalarOperand(
  node: Node,
  graph: Graph,
  producer: Map<string, Node>,
  dependent: Set<string>,
): { value: number; other: string } | undefined {
  const [left, right] = node.inputs;
  if (left === undefined || right === undefined) return undefined;
  if (!dependent.has(right)) {
    const value = scalar(right, graph, producer);
    return value === undefined ? undefined : { value, other: left };
  }
  if (node.opType === 'Mul' && !dependent.has(left)) {
    const value = scalar(left, graph, producer);
    return value === undefined ? undefined : { value, other: right };
  }
  return undefined;
}

const FLOAT = 1;
const DOUBLE = 11;

/** The value of a constant that holds exactly one float; undefined for anything else. */
export function scalar(tensor: string, graph: Graph, producer: Map<string, Node>): number | undefined {
  const constant: Initializer | undefined =
    graph.initializers.get(tensor) ?? producer.get(tensor)?.attributes.get('value')?.tensor;
  if (!constant || constant.external || constant.dims.reduce((product, axis) => product * axis, 1) !== 1)
    return undefined;
  if (constant.floats) return constant.floats[0];
  const raw = constant.raw;
  if (!raw) return undefined;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (constant.elementType === FLOAT && raw.length === 4) return view.getFloat32(0, true);
  if (constant.elementType === DOUBLE && raw.length === 8) return view.getFloat64(0, true);
  return undefined;
}
