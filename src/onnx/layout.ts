/** How a layer's tensor is laid out, read from the operators that take it: which axis holds the features. */
import { integersOf, scalar } from './constants';
import { PASSING, type Graph, type Node } from './graph';

/**
 * `channels-first`: B×C×…, features on axis 1; `channels-last`: B×…×C, features on the last axis; `sequence`: B×T×…,
 * positions on axis 1 and everything behind it features.
 */
export type Layout = 'channels-first' | 'channels-last' | 'sequence';

const CHANNELS_FIRST = new Set([
  'Conv',
  'ConvTranspose',
  'QLinearConv',
  'ConvInteger',
  'BatchNormalization',
  'InstanceNormalization',
  'GroupNormalization',
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'LpPool',
  'Resize',
]);
const CHANNELS_LAST = new Set(['LayerNormalization', 'SkipLayerNormalization', 'SimplifiedLayerNormalization']);
const PRODUCTS = new Set(['MatMul', 'Gemm', 'MatMulInteger', 'QLinearMatMul']);
/** Operators that leave every axis where it is. */
const ELEMENTWISE = new Set([
  ...['Relu', 'LeakyRelu', 'PRelu', 'Elu', 'Selu', 'Gelu', 'Sigmoid', 'Tanh', 'HardSwish', 'HardSigmoid', 'Clip'],
  ...[
    'Mish',
    'Softplus',
    'Erf',
    'Sqrt',
    'Pow',
    'Exp',
    'Neg',
    'Identity',
    'Dropout',
    'Cast',
    'Add',
    'Mul',
    'Sub',
    'Div',
  ],
  ...['QuantizeLinear', 'DequantizeLinear', 'DynamicQuantizeLinear', 'Concat', 'Pad', 'Slice', 'Split', 'Sum'],
]);
const FARTHEST = 64;

export interface Readers {
  graph: Graph;
  producer: Map<string, Node>;
  /** Operators that read each tensor. */
  readers: Map<string, Node[]>;
  /** Tensors that depend on the samples. */
  dependent: ReadonlySet<string>;
}

export function readersOf(graph: Graph, { producer, dependent }: Pick<Readers, 'producer' | 'dependent'>): Readers {
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) {
      const list = readers.get(input);
      if (list) list.push(node);
      else readers.set(input, [node]);
    }
  }
  return { graph, producer, readers, dependent };
}

/** Undefined where no operator near the tensor tells. */
export function layoutOf(tensor: string, context: Readers): Layout | undefined {
  const { producer, readers, dependent } = context;
  const seen = new Set([tensor]);
  let open = [tensor];
  for (let steps = 0; steps < FARTHEST && open.length > 0; steps++) {
    const next: string[] = [];
    const visit = (name: string): void => {
      if (name === '' || seen.has(name) || !dependent.has(name)) return;
      seen.add(name);
      next.push(name);
    };
    for (const current of open) {
      const maker = producer.get(current);
      const told = maker && madeBy(maker);
      if (told) return told;
      // Operators that leave every axis in place share their layout with what they take and what they give.
      if (maker && ELEMENTWISE.has(maker.opType)) maker.inputs.forEach(visit);
      // Places are put together or taken apart; the features' axis stays first or last.
      else if (maker?.opType === 'Reshape') visit(maker.inputs[0] ?? '');
      for (const node of readers.get(current) ?? []) {
        const layout = toldBy(node, current, context);
        if (layout) return layout;
        if (ELEMENTWISE.has(node.opType)) node.outputs.forEach(visit);
      }
    }
    open = next;
  }
  return undefined;
}

function madeBy(node: Node): Layout | undefined {
  if (CHANNELS_FIRST.has(node.opType)) return 'channels-first';
  return CHANNELS_LAST.has(node.opType) || PRODUCTS.has(node.opType) ? 'channels-last' : undefined;
}

function toldBy(node: Node, tensor: string, { graph, producer }: Readers): Layout | undefined {
  if (CHANNELS_FIRST.has(node.opType) && node.inputs[0] === tensor) return 'channels-first';
  if (CHANNELS_LAST.has(node.opType) && node.inputs[0] === tensor) return 'channels-last';
  // A product with weights works on the last axis.
  if (PRODUCTS.has(node.opType) && node.inputs[0] === tensor) return 'channels-last';
  if (node.opType !== 'ReduceMean') return undefined;
  const axes = meanAxes(node, { graph, producer });
  if (!axes || axes.length === 0) return undefined;
  if (axes.length === 1) return axes[0] === -1 ? 'channels-last' : undefined;
  return axes.every((axis) => axis >= 2 || (axis < 0 && axis >= -2 && axes.length === 2))
    ? 'channels-first'
    : undefined;
}

/** What the network itself makes of a sequence of positions on its way to the classifier. */
export function sequencePooling(
  trunk: readonly string[],
  features: string,
  context: Readers,
): 'mean' | 'token' | undefined {
  for (const tensor of [...trunk, features].toReversed()) {
    const node = context.producer.get(tensor);
    if (!node) continue;
    if (node.opType === 'ReduceMean' && meanAxes(node, context)?.join() === '1') return 'mean';
    const axis = node.attributes.get('axis')?.int ?? 0;
    if (node.opType === 'Gather' && axis === 1 && scalar(node.inputs[1] ?? '', context) === 0) return 'token';
    if (node.opType === 'Slice' && firstOf(node, context)) return 'token';
  }
  return undefined;
}

/** Slice(starts 0, ends 1, axes 1). */
function firstOf(node: Node, context: Readers): boolean {
  const list = (name: string, at: number): number[] | undefined =>
    node.attributes.get(name)?.ints ?? integersOf(node.inputs[at] ?? '', context);
  return list('starts', 1)?.join() === '0' && list('ends', 2)?.join() === '1' && list('axes', 3)?.join() === '1';
}

function meanAxes(node: Node, context: Pick<Readers, 'graph' | 'producer'>): number[] | undefined {
  return node.attributes.get('axes')?.ints ?? integersOf(node.inputs[1] ?? '', context);
}

/** Back through operators that hand the same numbers on. */
export function sourceTensor(tensor: string, producer: Map<string, Node>): string {
  let source = tensor;
  for (
    let node = producer.get(source);
    node && PASSING.has(node.opType) && node.inputs[0];
    node = producer.get(source)
  ) {
    source = node.inputs[0];
  }
  return source;
}
