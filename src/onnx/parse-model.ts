/** From the bytes of an ONNX file to its graph. Weights stay where they are. */
import { Fault } from '../protocol/faults';
import {
  reads,
  type Attribute,
  type ExternalRange,
  type Graph,
  type Initializer,
  type Model,
  type Node,
  type ValueInfo,
} from './graph';
import { fields, float32, integers, string, WireError, type Field } from './wire';

/** What is gathered while a model is read. */
interface Context {
  externals: ExternalRange[];
  /** How many subgraphs deep. */
  depth: number;
}

/** No exporter nests deeper; a file made to exhaust the stack does. */
const DEEPEST = 32;

/**
 * @param name shown in faults
 * @throws Fault E_NOT_ONNX, E_TRUNCATED
 */
export function parseModel(bytes: Uint8Array, name: string): Model {
  const model: Model = {
    irVersion: 0,
    producer: '',
    opsets: new Map(),
    graph: { nodes: [], initializers: new Map(), inputs: [], outputs: [], valueInfos: new Map() },
    functions: new Set(),
    externals: [],
  };
  const context: Context = { externals: model.externals, depth: 0 };
  if (bytes.length === 0) {
    throw new Fault('E_NOT_ONNX', `${name} is empty; export the checkpoint again.`);
  }
  if (Buffer.from(bytes.subarray(0, 64)).toString('latin1').startsWith('version https://git-lfs')) {
    throw new Fault('E_NOT_ONNX', `${name} is a Git LFS pointer, not the model itself; fetch it with git lfs pull.`);
  }
  try {
    for (const field of fields(bytes)) {
      if (field.number === 1) model.irVersion = field.varint;
      else if (field.number === 2) model.producer = string(field.bytes);
      else if (field.number === 7) readGraph(field.bytes, model.graph, context);
      else if (field.number === 8) readOpset(field.bytes, model.opsets);
      else if (field.number === 25) model.functions.add(readFunction(field.bytes, context));
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    // A file that opens with a sane format version was an ONNX file; one that does not never was.
    if (error.atEnd && bytes[0] === 0x08 && model.irVersion > 0 && model.irVersion < 100) {
      throw new Fault(
        'E_TRUNCATED',
        `${name} is cut off: the ONNX model inside ends too early; copy or export it again.`,
        error.message,
      );
    }
    throw notOnnx(name, error.message);
  }
  const { graph } = model;
  if (model.irVersion < 1 || model.irVersion > 1000 || graph.nodes.length === 0) throw notOnnx(name, 'no graph');
  graph.inputs = graph.inputs.filter((input) => !graph.initializers.has(input.name));
  graph.outputs = [...new Map(graph.outputs.map((output) => [output.name, output])).values()];
  graph.nodes = inOrder(graph);
  return model;
}

/** ONNX demands that what is read was made before; files that break the rule are run all the same, so they are put right. */
function inOrder(graph: Graph): Node[] {
  const made = new Set<string>(['', ...graph.initializers.keys(), ...graph.inputs.map((input) => input.name)]);
  const ready = (node: Node): boolean => reads(node).every((name) => made.has(name));
  const make = (node: Node): void => node.outputs.forEach((name) => made.add(name));
  let rest = graph.nodes;
  const sorted: Node[] = [];
  while (rest.length > 0) {
    const waiting: Node[] = [];
    for (const node of rest) {
      if (!ready(node)) {
        waiting.push(node);
        continue;
      }
      make(node);
      sorted.push(node);
    }
    // What is never ready reads something that nothing makes: ONNX Runtime says so in its own words.
    if (waiting.length === rest.length) return [...sorted, ...waiting];
    rest = waiting;
  }
  return sorted;
}

function notOnnx(name: string, details: string): Fault {
  return new Fault(
    'E_NOT_ONNX',
    `${name} is not an ONNX model; export the checkpoint with torch.onnx.export or a similar tool.`,
    details,
  );
}

function readOpset(bytes: Uint8Array, into: Map<string, number>): void {
  let domain = '';
  let version = 0;
  for (const field of fields(bytes)) {
    if (field.number === 1) domain = string(field.bytes);
    else if (field.number === 2) version = field.varint;
  }
  into.set(domain, version);
}

/** Name of a model-local function; what is in it is read for its references to other files only. */
function readFunction(bytes: Uint8Array, context: Context): string {
  let name = '';
  let domain = '';
  for (const field of fields(bytes)) {
    if (field.number === 1) name = string(field.bytes);
    else if (field.number === 7) readNode(field.bytes, context);
    else if (field.number === 10) domain = string(field.bytes);
  }
  return `${domain}::${name}`;
}

function readGraph(bytes: Uint8Array, graph: Graph, context: Context): void {
  if (context.depth > DEEPEST) throw new WireError('subgraphs are nested too deeply', false);
  for (const field of fields(bytes)) {
    switch (field.number) {
      case 1:
        graph.nodes.push(readNode(field.bytes, context));
        break;
      case 5: {
        const tensor = readTensor(field.bytes, context);
        if (graph.initializers.has(tensor.name)) throw new WireError(`two weights are named ${tensor.name}`, false);
        graph.initializers.set(tensor.name, tensor);
        break;
      }
      case 11:
        graph.inputs.push(readValueInfo(field.bytes));
        break;
      case 12:
        graph.outputs.push(readValueInfo(field.bytes));
        break;
      case 13: {
        const info = readValueInfo(field.bytes);
        graph.valueInfos.set(info.name, info);
        break;
      }
    }
  }
}

function readNode(bytes: Uint8Array, context: Context): Node {
  const node: Node = {
    name: '',
    opType: '',
    domain: '',
    inputs: [],
    outputs: [],
    attributes: new Map(),
    metadata: new Map(),
    captures: [],
  };
  for (const field of fields(bytes)) {
    if (field.number === 1) node.inputs.push(string(field.bytes));
    else if (field.number === 2) node.outputs.push(string(field.bytes));
    else if (field.number === 3) node.name = string(field.bytes);
    else if (field.number === 4) node.opType = string(field.bytes);
    else if (field.number === 7) node.domain = string(field.bytes);
    else if (field.number === 5) {
      const attribute = readAttribute(field.bytes, node.captures, context);
      node.attributes.set(attribute.name, attribute);
    } else if (field.number === 9) {
      const [key, value] = readEntry(field.bytes);
      node.metadata.set(key, value);
    }
  }
  return node;
}

function readEntry(bytes: Uint8Array): [string, string] {
  let key = '';
  let value = '';
  for (const field of fields(bytes)) {
    if (field.number === 1) key = string(field.bytes);
    else if (field.number === 2) value = string(field.bytes);
  }
  return [key, value];
}

/** @param captures takes in what the attribute's subgraphs read of the graph around them */
function readAttribute(bytes: Uint8Array, captures: string[], context: Context): Attribute {
  const attribute: Attribute = { name: '' };
  const ints: number[] = [];
  for (const field of fields(bytes)) {
    if (field.number === 1) attribute.name = string(field.bytes);
    else if (field.number === 2) attribute.float = float32(field.bytes);
    else if (field.number === 3) attribute.int = signedInt(field);
    else if (field.number === 4) attribute.text = string(field.bytes);
    else if (field.number === 5) attribute.tensor = readTensor(field.bytes, context);
    else if (field.number === 6 || field.number === 11) {
      attribute.graph = true;
      captures.push(...readSubgraph(field.bytes, context));
    } else if (field.number === 8) integers(field, ints);
  }
  if (ints.length > 0) attribute.ints = ints;
  return attribute;
}

/** What a subgraph reads that it does not make itself. */
function readSubgraph(bytes: Uint8Array, context: Context): string[] {
  const graph: Graph = { nodes: [], initializers: new Map(), inputs: [], outputs: [], valueInfos: new Map() };
  readGraph(bytes, graph, { ...context, depth: context.depth + 1 });
  const made = new Set([...graph.initializers.keys(), ...graph.inputs.map((input) => input.name)]);
  for (const node of graph.nodes) for (const output of node.outputs) made.add(output);
  const read = [...graph.nodes.flatMap(reads), ...graph.outputs.map((output) => output.name)];
  return [...new Set(read.filter((name) => name !== '' && !made.has(name)))];
}

function signedInt(field: Field): number {
  const one: number[] = [];
  integers(field, one);
  return one[0] ?? 0;
}

function readTensor(bytes: Uint8Array, context: Context): Initializer {
  const tensor: Initializer = { name: '', elementType: 0, dims: [] };
  const floats: number[] = [];
  const external = new Map<string, string>();
  for (const field of fields(bytes)) {
    if (field.number === 1) integers(field, tensor.dims);
    else if (field.number === 2) tensor.elementType = field.varint;
    else if (field.number === 4) {
      // A scalar constant may come as a float list; long lists are weights that nothing here reads.
      for (let at = 0; at + 4 <= field.bytes.length && floats.length < 16; at += 4)
        floats.push(float32(field.bytes.subarray(at)));
    } else if (field.number === 8) tensor.name = string(field.bytes);
    else if (field.number === 9) tensor.raw = field.bytes;
    else if (field.number === 13) external.set(...readEntry(field.bytes));
  }
  const location = external.get('location');
  if (location !== undefined) {
    const length = external.get('length');
    tensor.external = {
      location,
      offset: Number(external.get('offset') ?? 0),
      length: length === undefined ? undefined : Number(length),
    };
    context.externals.push(tensor.external);
  }
  if (floats.length > 0) tensor.floats = floats;
  return tensor;
}

function readValueInfo(bytes: Uint8Array): ValueInfo {
  const info: ValueInfo = { name: '', elementType: 0, shape: undefined };
  for (const field of fields(bytes)) {
    if (field.number === 1) info.name = string(field.bytes);
    else if (field.number === 2) {
      for (const type of fields(field.bytes)) if (type.number === 1) readTensorType(type.bytes, info);
    }
  }
  return info;
}

function readTensorType(bytes: Uint8Array, info: ValueInfo): void {
  for (const field of fields(bytes)) {
    if (field.number === 1) info.elementType = field.varint;
    else if (field.number === 2) {
      info.shape = [];
      for (const dimension of fields(field.bytes)) {
        let length: number | null = null;
        for (const part of fields(dimension.bytes)) if (part.number === 1 && part.varint > 0) length = part.varint;
        info.shape.push(length);
      }
    }
  }
}
