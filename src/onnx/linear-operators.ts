/** The operators that a linear classifier is made of, whatever the exporter or the quantiser chose to write. */
import { PASSING, type Node } from './graph';
import { constantOf, sourceOf } from './constants';
import type { Factor, HeadContext, HeadPooling } from './head';
import { tap, type ExtraNode, type Tap } from './splice';

export interface LinearOperator {
  /** Tensor of the graph that the weights multiply. */
  features: string;
  /** The same as numbers. */
  read: Tap;
  /** What a convolution's maps come to where they are more than one position. */
  pooling: HeadPooling;
  weight: Tap;
  weightName: string;
  layout: 'rows' | 'columns';
  /** On W·h alone. */
  scale: number;
  bias?: { tap: Tap; scale: number; factors: Factor[]; name: string };
  classes: number | undefined;
  dimension: number | undefined;
}

type Found = LinearOperator | { reason: string };

/** Undefined where the node is none of these operators. */
export function linearOperator(node: Node, context: HeadContext): Found | undefined {
  const [a, b, c] = node.inputs;
  switch (node.opType) {
    case 'Gemm': {
      const alpha = node.attributes.get('alpha')?.float ?? 1;
      const layout = node.attributes.get('transB')?.int ? 'rows' : 'columns';
      if (node.attributes.get('transA')?.int) return { reason: 'the last Gemm takes its features transposed' };
      return plain(node, a, b, layout, alpha, context, c, node.attributes.get('beta')?.float ?? 1);
    }
    case 'MatMul':
      // W·h with h a column: the weights come first.
      if (a !== undefined && !context.dependent.has(a)) return plain(node, b, a, 'rows', 1, context);
      return plain(node, a, b, 'columns', 1, context);
    case 'FusedMatMul':
      if (node.attributes.get('transA')?.int) return { reason: 'the last MatMul takes its features transposed' };
      return plain(
        node,
        a,
        b,
        node.attributes.get('transB')?.int ? 'rows' : 'columns',
        node.attributes.get('alpha')?.float ?? 1,
        context,
      );
    case 'Conv':
      return convolution(node, context);
    case 'QGemm':
      return quantisedGemm(node, context);
    case 'QLinearMatMul':
      return quantised(node, [3, 4, 5], 'columns', undefined, context);
    case 'QLinearConv':
      return quantised(node, [3, 4, 5], 'rows', node.inputs[8], context);
    case 'MatMulIntegerToFloat': {
      const [, weight, , scale, , zero, bias] = node.inputs;
      return integerProduct(node, weight, scale, zero, bias, context);
    }
    case 'DynamicQuantizeMatMul': {
      const [, weight, scale, zero, bias] = node.inputs;
      return integerProduct(node, weight, scale, zero, bias, context);
    }
    default:
      return undefined;
  }
}

function plain(
  node: Node,
  features: string | undefined,
  weight: string | undefined,
  layout: 'rows' | 'columns',
  scale: number,
  context: HeadContext,
  bias?: string,
  biasScale = 1,
): Found {
  if (features === undefined || weight === undefined) return { reason: `the last ${node.opType} lacks operands` };
  if (context.dependent.has(weight) || !context.dependent.has(features)) {
    return { reason: `the last ${node.opType} multiplies two tensors that both depend on the input` };
  }
  return {
    features,
    read: tap(features),
    pooling: 'flatten',
    weight: tap(weight),
    layout,
    scale,
    ...named(weight, layout, context),
    ...(bias ? { bias: { tap: tap(bias), scale: biasScale, factors: [], name: sourceOf(bias, context).name } } : {}),
  };
}

/** A convolution of the kernel's own size is a linear map of each position: of the whole where there is only one. */
function convolution(node: Node, context: HeadContext): Found {
  const [features, weight, bias] = node.inputs;
  const found = plain(node, features, weight, 'rows', 1, context, bias);
  if ('reason' in found) return found;
  if ((node.attributes.get('group')?.int ?? 1) !== 1) return { reason: 'the last Conv works in groups of channels' };
  const dims = sourceOf(weight ?? '', context).dims ?? [];
  const [classes, channels, ...kernel] = dims;
  const positions = kernel.reduce((product, axis) => product * axis, 1);
  return {
    ...found,
    pooling: positions === 1 ? 'mean' : 'flatten',
    classes,
    dimension: channels === undefined ? undefined : channels * positions,
  };
}

/** QGemm: A, its scale and zero, B, its scale and zero, C (in units of both scales). */
function quantisedGemm(node: Node, context: HeadContext): Found {
  const layout = node.attributes.get('transB')?.int ? 'rows' : 'columns';
  const found = quantised(node, [3, 4, 5], layout, node.inputs[6], context);
  if ('reason' in found) return found;
  return { ...found, scale: node.attributes.get('alpha')?.float ?? 1 };
}

/** Operators on integers whose first three operands are features, their scale and their zero point. */
function quantised(
  node: Node,
  [weightAt, scaleAt, zeroAt]: [number, number, number],
  layout: 'rows' | 'columns',
  bias: string | undefined,
  context: HeadContext,
): Found {
  const [features = '', scale = '', zero = ''] = node.inputs;
  const weight = node.inputs[weightAt] ?? '';
  if (context.dependent.has(weight) || !context.dependent.has(features)) {
    return { reason: `the last ${node.opType} multiplies two tensors that both depend on the input` };
  }
  const weightScale = node.inputs[scaleAt] ?? '';
  return {
    features,
    read: dequantised(features, scale, zero, undefined),
    pooling: node.opType === 'QLinearConv' ? 'mean' : 'flatten',
    weight: dequantised(weight, weightScale, node.inputs[zeroAt] ?? '', axisOf(weightScale, layout, context)),
    layout,
    scale: 1,
    ...named(weight, layout, context),
    ...(bias
      ? {
          bias: {
            tap: asFloat(bias),
            scale: 1,
            factors: [
              { tap: tap(scale), inverse: false },
              { tap: tap(weightScale), inverse: false },
            ],
            name: sourceOf(bias, context).name,
          },
        }
      : {}),
  };
}

/**
 * Dynamic quantisation as onnxruntime's quantiser writes it: Cast(MatMulInteger(q(h), W)) · (scale of h · scale of W).
 * @param node the product of the integers' sum and the scales
 */
export function scaledIntegerProduct(node: Node, context: HeadContext): Found | undefined {
  if (node.opType !== 'Mul') return undefined;
  const { producer, dependent } = context;
  for (const [sum, scales] of [node.inputs, node.inputs.toReversed()]) {
    const product = behindPassing(sum, producer);
    const both = producer.get(scales ?? '');
    if (product?.opType !== 'MatMulInteger' && product?.opType !== 'ConvInteger') continue;
    const scale = both?.opType === 'Mul' ? both.inputs.find((input) => !dependent.has(input)) : undefined;
    if (scale === undefined) continue;
    const [, weight, , zero] = product.inputs;
    return integerProduct(product, weight, scale, zero, undefined, context);
  }
  return undefined;
}

/** @param node whose first operand is the features, as integers or (DynamicQuantizeMatMul) as they are */
function integerProduct(
  node: Node,
  weight: string | undefined,
  scale: string | undefined,
  zero: string | undefined,
  bias: string | undefined,
  context: HeadContext,
): Found {
  const source = context.producer.get(node.inputs[0] ?? '');
  const features = source?.opType === 'DynamicQuantizeLinear' ? source.inputs[0] : node.inputs[0];
  if (weight === undefined || scale === undefined || features === undefined) {
    return { reason: `the last ${node.opType} lacks operands` };
  }
  const rows = node.opType === 'ConvInteger';
  const found = plain(node, features, weight, rows ? 'rows' : 'columns', 1, context, bias);
  if ('reason' in found) return found;
  const axis = axisOf(scale, found.layout, context);
  return {
    ...found,
    pooling: rows ? 'mean' : 'flatten',
    weight: dequantised(weight, scale, zero ?? '', axis),
  };
}

function named(
  weight: string,
  layout: 'rows' | 'columns',
  context: HeadContext,
): Pick<LinearOperator, 'weightName' | 'classes' | 'dimension'> {
  const { name } = sourceOf(weight, context);
  const dims = constantOf(weight, context)?.dims;
  const [first, second] = dims?.length === 2 ? dims : [undefined, undefined];
  return {
    weightName: name,
    classes: layout === 'rows' ? first : second,
    dimension: layout === 'rows' ? second : first,
  };
}

/** The axis of the classes, where each class has a scale of its own; undefined for one scale. */
function axisOf(scale: string, layout: 'rows' | 'columns', context: HeadContext): number | undefined {
  const dims = constantOf(scale, context)?.dims ?? [];
  if (dims.reduce((product, axis) => product * axis, 1) === 1) return undefined;
  return layout === 'rows' ? 0 : 1;
}

function dequantised(tensor: string, scale: string, zero: string, axis: number | undefined): Tap {
  const output = `nci:${tensor}:dequantised`;
  const node: ExtraNode = {
    opType: 'DequantizeLinear',
    inputs: zero === '' ? [tensor, scale] : [tensor, scale, zero],
    output,
    ...(axis === undefined ? {} : { attributes: { axis } }),
  };
  return { tensor: output, nodes: [node] };
}

const FLOAT = 1;

/** A tensor converted to float32. */
export function asFloat(tensor: string): Tap {
  const output = `nci:${tensor}:float`;
  return { tensor: output, nodes: [{ opType: 'Cast', inputs: [tensor], output, attributes: { to: FLOAT } }] };
}

function behindPassing(tensor: string | undefined, producer: Map<string, Node>): Node | undefined {
  let node = producer.get(tensor ?? '');
  while (node && PASSING.has(node.opType)) node = producer.get(node.inputs[0] ?? '');
  return node;
}
