/** From a graph output back to the linear operator that made it, through whatever keeps the classes' order. */
import { PASSING, type Node } from './graph';
import { scalar, sourceOf } from './constants';
import type { BiasTerm, Factor, Head, HeadContext, HeadOption, HeadPooling } from './head';
import { linearOperator, scaledIntegerProduct, type LinearOperator } from './linear-operators';
import { tap, type Tap } from './splice';

/** Operators that keep the order of the classes, so that the logits are what goes in. */
const ORDER_KEEPING = new Set([
  ...['Softmax', 'LogSoftmax', 'Sigmoid', 'Softplus', 'Tanh', 'Clip', 'ArgMax', 'TopK', 'ZipMap'],
]);

/** What was met on the way from the output to where the walk stands. */
interface Walk {
  output: string;
  tensor: string;
  logits: string;
  scale: number;
  factors: Factor[];
  biases: BiasTerm[];
  /** Positions were averaged, or one was picked, behind the classifier. */
  pooling: HeadPooling | undefined;
  /** The position of each sample was picked behind the classifier, by places that depend on the sample. */
  selection: Selection | undefined;
  /** A Relu stands between the classifier and the averaging. */
  rectified: boolean;
}

/** Gather from rows (positions of all samples in one axis), or GatherND. */
interface Selection {
  kind: 'rows' | 'places';
  indices: string;
}

export function walkBack(output: string, context: HeadContext): HeadOption {
  const { producer, functions } = context;
  const walk: Walk = {
    output,
    tensor: output,
    logits: output,
    scale: 1,
    factors: [],
    biases: [],
    pooling: undefined,
    selection: undefined,
    rectified: false,
  };
  const none = (reason: string): HeadOption => ({
    none: { output, logits: walk.logits, reason, classes: undefined },
  });
  for (;;) {
    const node = producer.get(walk.tensor);
    if (!node) return none(`output "${output}" is not computed by any operator`);
    if (node.attributes.size > 0 && node.captures.length > 0) {
      return none(`output "${output}" comes out of a ${node.opType} subgraph, which is not looked into`);
    }
    if (functions.has(`${node.domain}::${node.opType}`)) {
      return none(
        `output "${output}" comes out of the model-local function ${node.opType}, which is not looked into (onnx.inliner.inline_local_functions unpacks it)`,
      );
    }
    const operator = linearOperator(node, context) ?? scaledIntegerProduct(node, context);
    if (operator) {
      return 'reason' in operator ? none(operator.reason) : { head: headOf(operator, walk, context) };
    }
    const blocked = step(node, walk, context);
    if (blocked !== undefined) return none(`output "${output}" ${blocked}`);
  }
}

/** One operator back. @returns why there is no way on, where there is none */
function step(node: Node, walk: Walk, context: HeadContext): string | undefined {
  const { dependent } = context;
  const data = node.inputs.filter((input) => dependent.has(input));
  const only = data.length === 1 ? data[0] : undefined;
  const back = (tensor: string | undefined): undefined => {
    walk.tensor = tensor ?? '';
    return undefined;
  };
  if (PASSING.has(node.opType)) return back(node.inputs[0]);
  if (ORDER_KEEPING.has(node.opType)) return throughOrder(node.inputs[0], walk);
  const complement = node.opType === 'Concat' ? complementOf(node, context) : undefined;
  if (complement !== undefined) return throughOrder(complement, walk);
  const selected = walk.pooling === undefined ? selectionOf(node, context) : undefined;
  if (selected) {
    walk.selection = selected.selection;
    walk.pooling = 'flatten';
    return back(selected.from);
  }
  if (only === undefined) return `ends in ${node.opType} of several tensors, which is not a linear classifier`;
  switch (node.opType) {
    case 'Neg':
      walk.scale = -walk.scale;
      return back(only);
    case 'Mul':
    case 'Div': {
      if (node.opType === 'Div' && node.inputs[0] !== only) break;
      const constant = node.inputs.find((input) => input !== only) ?? '';
      const inverse = node.opType === 'Div';
      const value = scalar(constant, context);
      if (value === undefined) walk.factors.push({ tap: tap(constant), inverse });
      else walk.scale *= inverse ? 1 / value : value;
      return back(only);
    }
    case 'Add':
    case 'Sub':
    case 'Sum': {
      if (node.inputs.length !== 2) break;
      const constant = node.inputs.find((input) => input !== only) ?? '';
      const negative = node.opType === 'Sub' && node.inputs[1] === constant ? -1 : 1;
      walk.biases.push({ tap: tap(constant), scale: walk.scale * negative, factors: [...walk.factors] });
      if (node.opType === 'Sub' && node.inputs[0] === constant) walk.scale = -walk.scale;
      return back(only);
    }
    case 'ReduceMean':
    case 'GlobalAveragePool':
    case 'AveragePool':
      if (walk.pooling !== undefined) break;
      walk.pooling = 'mean';
      return back(only);
    case 'Gather':
      if (walk.pooling !== undefined || node.attributes.get('axis')?.int !== 1) break;
      if (scalar(node.inputs[1] ?? '', context) !== 0) break;
      walk.pooling = 'token';
      return back(only);
    case 'Relu':
      // SqueezeNet: the averaged scores are rectified one by one, which bends them only where they are negative.
      if (walk.pooling !== 'mean' || walk.rectified) break;
      walk.rectified = true;
      return back(only);
  }
  return `ends in ${node.opType}, which is not a linear classifier`;
}

/** What stands behind softmax and the like does not matter to the logits. */
function throughOrder(tensor: string | undefined, walk: Walk): undefined {
  walk.tensor = tensor ?? '';
  walk.logits = walk.tensor;
  walk.scale = 1;
  walk.factors = [];
  walk.biases = [];
  walk.pooling = undefined;
  walk.selection = undefined;
  walk.rectified = false;
}

/** The last token that is no padding, as GPT-style classifiers pick it behind their linear layer. */
function selectionOf(
  node: Node,
  { producer, dependent }: HeadContext,
): { selection: Selection; from: string } | undefined {
  const [data, indices] = node.inputs;
  if (data === undefined || indices === undefined || !dependent.has(data) || !dependent.has(indices)) return undefined;
  if (node.opType === 'GatherND' && !node.attributes.get('batch_dims')?.int) {
    return { selection: { kind: 'places', indices }, from: data };
  }
  const flat = producer.get(data);
  const rows = flat?.opType === 'Flatten' && flat.attributes.get('axis')?.int === 2;
  const byRow = node.opType === 'Gather' && (node.attributes.get('axis')?.int ?? 0) === 0;
  return rows && byRow ? { selection: { kind: 'rows', indices }, from: flat.inputs[0] ?? '' } : undefined;
}

/** The same position picked from the features: the picking commutes with a linear layer on the last axis. */
function picked(read: Tap, { kind, indices }: Selection): Tap {
  const output = `nci:${read.tensor}:picked`;
  if (kind === 'places') {
    return { tensor: output, nodes: [...read.nodes, { opType: 'GatherND', inputs: [read.tensor, indices], output }] };
  }
  const flat = `nci:${read.tensor}:rows`;
  return {
    tensor: output,
    nodes: [
      ...read.nodes,
      { opType: 'Flatten', inputs: [read.tensor], output: flat, attributes: { axis: 2 } },
      { opType: 'Gather', inputs: [flat, indices], output, attributes: { axis: 0 } },
    ],
  };
}

/** A number that unit features are multiplied by right before the product (a temperature) belongs to W. */
function withoutScale(operator: LinearOperator, walk: Walk, context: HeadContext): LinearOperator {
  const { producer, dependent } = context;
  const node = producer.get(operator.features);
  if (operator.read.tensor !== operator.features || (node?.opType !== 'Mul' && node?.opType !== 'Div')) return operator;
  const [left = '', right = ''] = node.inputs;
  const [data, constant] = dependent.has(left) ? [left, right] : [right, left];
  if (!dependent.has(data) || dependent.has(constant) || (node.opType === 'Div' && data !== left)) return operator;
  const unit = producer.get(data);
  const normalised =
    unit?.opType === 'LpNormalization' ||
    (unit?.opType === 'Div' && unit.inputs.every((input) => dependent.has(input)));
  if (!normalised) return operator;
  const inverse = node.opType === 'Div';
  const value = scalar(constant, context);
  if (value !== undefined)
    return { ...operator, features: data, read: tap(data), scale: operator.scale * (inverse ? 1 / value : value) };
  const { dims } = sourceOf(constant, context);
  if (!dims || dims.reduce((product, axis) => product * axis, 1) !== 1) return operator;
  walk.factors.push({ tap: tap(constant), inverse });
  return { ...operator, features: data, read: tap(data) };
}

/** Two columns p and 1 − p, as scikit-learn's exporter writes for two classes: the p. */
function complementOf(node: Node, { producer, graph, dependent }: HeadContext): string | undefined {
  const [left, right, more] = node.inputs;
  if (left === undefined || right === undefined || more !== undefined) return undefined;
  const minus = producer.get(left);
  const one = minus?.opType === 'Sub' && minus.inputs[1] === right && !dependent.has(minus.inputs[0] ?? '');
  return one && scalar(minus.inputs[0] ?? '', { graph, producer }) === 1 ? right : undefined;
}

function headOf(found: LinearOperator, walk: Walk, context: HeadContext): Head {
  const { bias } = found;
  const own: BiasTerm[] = bias
    ? [{ tap: bias.tap, scale: walk.scale * bias.scale, factors: [...walk.factors, ...bias.factors] }]
    : [];
  const biases = [...walk.biases, ...own];
  const operator = withoutScale(found, walk, context);
  const biasName = bias?.name ?? walk.biases.at(-1)?.tap.tensor;
  return {
    output: walk.output,
    features: operator.features,
    read: walk.selection ? picked(operator.read, walk.selection) : operator.read,
    pooling: walk.pooling ?? operator.pooling,
    logits: walk.logits,
    weight: operator.weight,
    weightLayout: operator.layout,
    weightScale: walk.scale * operator.scale,
    weightFactors: [...walk.factors],
    biases,
    weightName: operator.weightName,
    ...(biasName === undefined ? {} : { biasName }),
    classes: operator.classes,
    dimension: operator.dimension,
    ...(walk.rectified
      ? {
          caution:
            'A Relu stands between the classifier’s convolution and the pooling, so that logits are only nearly linear in the pooled features; measures that compare W with features take them as if it were not there.',
        }
      : {}),
  };
}
