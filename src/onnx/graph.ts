/** The part of an ONNX model that inspection needs: its graph's shape, not its weights. */

export interface ValueInfo {
  name: string;
  /** ONNX element type (TensorProto.DataType); 0 where the file does not say. */
  elementType: number;
  /** Axis lengths; null where dynamic. Undefined where the file gives no shape. */
  shape: (number | null)[] | undefined;
}

export interface Initializer {
  name: string;
  elementType: number;
  dims: number[];
  /** Where the values lie outside the model file. */
  external?: ExternalRange;
  /** Little-endian values inside the model file, where they are kept as raw bytes (a view). */
  raw?: Uint8Array;
  /** Values kept as a float list instead of raw bytes. */
  floats?: number[];
}

export interface Attribute {
  name: string;
  int?: number;
  float?: number;
  ints?: number[];
  tensor?: Initializer;
  text?: string;
  /** The attribute is a subgraph (If, Loop, Scan). */
  graph?: boolean;
}

export interface Node {
  name: string;
  opType: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Map<string, Attribute>;
  metadata: Map<string, string>;
  /** Tensors of the graph around it that its subgraphs read (If, Loop, Scan). */
  captures: string[];
}

export interface Graph {
  /** In the order of the file, which ONNX demands to be topological. */
  nodes: Node[];
  initializers: Map<string, Initializer>;
  /** Without initializers, which old files list among the inputs. */
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  valueInfos: Map<string, ValueInfo>;
}

/** Where some of a model's values lie outside its file. */
export interface ExternalRange {
  location: string;
  offset: number;
  length: number | undefined;
}

export interface Model {
  irVersion: number;
  producer: string;
  opsets: Map<string, number>;
  graph: Graph;
  /** Model-local functions, as `domain::name`: operators whose insides cannot be read. */
  functions: Set<string>;
  /** Every reference to data outside the file, of initializers, constants and subgraphs alike. */
  externals: ExternalRange[];
}

/** Producer of each tensor by name. */
export function producers(graph: Graph): Map<string, Node> {
  const map = new Map<string, Node>();
  for (const node of graph.nodes) for (const output of node.outputs) if (output) map.set(output, node);
  return map;
}

/** Operators whose output tells of a tensor's shape only, not of its values. */
const SHAPE_ONLY: ReadonlySet<string> = new Set(['Shape', 'Size']);

/** Everything that a node reads, its subgraphs included. */
export function reads(node: Node): string[] {
  return node.captures.length === 0 ? node.inputs : [...node.inputs, ...node.captures];
}

/**
 * Names of all tensors whose values depend on the model's inputs. Everything else is constant for a checkpoint.
 * @param from tensors to start from, by default the inputs
 * @param cuts operators whose outputs do not count as dependent
 */
export function dataDependent(
  graph: Graph,
  from: Iterable<string> = graph.inputs.map((input) => input.name),
  cuts: ReadonlySet<string> = SHAPE_ONLY,
): Set<string> {
  const dependent = new Set<string>(from);
  for (const node of graph.nodes) {
    if (cuts.has(node.opType)) continue;
    if (reads(node).some((input) => dependent.has(input))) {
      for (const output of node.outputs) if (output) dependent.add(output);
    }
  }
  return dependent;
}

/** Operators that hand the same numbers on, in another shape, type or place. */
export const PASSING: ReadonlySet<string> = new Set([
  'Identity',
  'Dropout',
  'Cast',
  'CastLike',
  'Flatten',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'QuantizeLinear',
  'DequantizeLinear',
]);
