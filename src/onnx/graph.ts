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
  external?: { location: string; offset: number; length: number | undefined };
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

export interface Model {
  irVersion: number;
  producer: string;
  opsets: Map<string, number>;
  graph: Graph;
}

/** Producer of each tensor by name. */
export function producers(graph: Graph): Map<string, Node> {
  const map = new Map<string, Node>();
  for (const node of graph.nodes) for (const output of node.outputs) if (output) map.set(output, node);
  return map;
}

/** Operators whose output tells of a tensor's shape only, not of its values. */
const SHAPE_ONLY = new Set(['Shape', 'Size']);

/** Names of all tensors whose values depend on the model's inputs. Everything else is constant for a checkpoint. */
export function dataDependent(
  graph: Graph,
  from: Iterable<string> = graph.inputs.map((input) => input.name),
): Set<string> {
  const dependent = new Set<string>(from);
  for (const node of graph.nodes) {
    if (SHAPE_ONLY.has(node.opType)) continue;
    if (node.inputs.some((input) => dependent.has(input))) {
      for (const output of node.outputs) if (output) dependent.add(output);
    }
  }
  return dependent;
}

/** Operators that hand the same numbers on, in another shape, type or place. */
export const PASSING = new Set([
  'Identity',
  'Dropout',
  'Cast',
  'Flatten',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'QuantizeLinear',
  'DequantizeLinear',
]);

/** Readable name of a node's output: module path (where the exporter kept it) and operator. */
export function readableName(node: Node, tensor: string): string {
  const path = modulePath(node);
  return path ? `${path} ${node.opType}` : `${tensor} ${node.opType}`;
}

function modulePath(node: Node): string {
  // torch.export keeps "['', 'layer1', 'layer1.0', 'relu']": the last but one is the module.
  const scopes = node.metadata.get('pkg.torch.onnx.name_scopes');
  if (scopes) {
    const names = [...scopes.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
    const module = names.at(-2);
    if (module) return module;
  }
  // The older exporter and tf2onnx keep "/layer1/layer1.0/conv1/Conv".
  const parts = node.name.split('/').filter(Boolean).slice(0, -1);
  let path = '';
  for (const part of parts) {
    const last = path.slice(path.lastIndexOf('/') + 1);
    path =
      part.startsWith(`${last}.`) && last
        ? `${path.slice(0, path.length - last.length)}${part}`
        : path
          ? `${path}.${part}`
          : part;
  }
  return path;
}
