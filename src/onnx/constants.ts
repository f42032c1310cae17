/** Constants of a graph: their values where they are small, and the initializers that they come from. */
import type { Graph, Initializer, Node } from './graph';

interface Context {
  graph: Graph;
  producer: Map<string, Node>;
}

const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;
const DOUBLE = 11;

/** A stored constant: an initializer, or the value of a Constant operator. */
export function constantOf(tensor: string, { graph, producer }: Context): Initializer | undefined {
  return graph.initializers.get(tensor) ?? producer.get(tensor)?.attributes.get('value')?.tensor;
}

/** The value of a constant that holds exactly one number; undefined for anything else. */
export function scalar(tensor: string, context: Context): number | undefined {
  const node = context.producer.get(tensor);
  if (node?.opType === 'Constant') {
    const value = node.attributes.get('value_float')?.float ?? node.attributes.get('value_int')?.int;
    if (value !== undefined) return value;
  }
  const constant = constantOf(tensor, context);
  if (!constant || constant.external || constant.dims.reduce((product, axis) => product * axis, 1) !== 1)
    return undefined;
  if (constant.floats) return constant.floats[0];
  const { raw } = constant;
  if (!raw) return undefined;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (constant.elementType === FLOAT && raw.length === 4) return view.getFloat32(0, true);
  if (constant.elementType === DOUBLE && raw.length === 8) return view.getFloat64(0, true);
  if (constant.elementType === INT32 && raw.length === 4) return view.getInt32(0, true);
  if (constant.elementType === INT64 && raw.length === 8) return Number(view.getBigInt64(0, true));
  return undefined;
}

/** Whole numbers of a small constant: axes, indices, permutations. */
export function integersOf(tensor: string, context: Context): number[] | undefined {
  const constant = constantOf(tensor, context);
  const { raw } = constant ?? {};
  if (!constant || !raw || raw.length > 256) return undefined;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (constant.elementType === INT64) {
    return Array.from({ length: raw.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)));
  }
  if (constant.elementType === INT32) {
    return Array.from({ length: raw.length / 4 }, (_, i) => view.getInt32(4 * i, true));
  }
  return undefined;
}

/** The initializer that a constant comes from, through whatever is computed from it; the tensor itself where none is. */
export function sourceOf(tensor: string, { graph, producer }: Context): { name: string; dims?: number[] } {
  let name = tensor;
  for (let steps = 0; steps < 32; steps++) {
    const stored = graph.initializers.get(name);
    if (stored) return { name, dims: stored.dims };
    const node = producer.get(name);
    if (!node?.inputs[0]) return { name: tensor };
    name = node.inputs[0];
  }
  return { name: tensor };
}
