/** From the bytes of an ONNX file to its graph. Weights stay where they are. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { Attribute, Graph, Initializer, Model, Node, ValueInfo } from './graph';
import { fields, float32, integers, string, WireError, type Field } from './wire';

export interface ModelFile {
  path: string;
  bytes: Uint8Array;
  model: Model;
}

/**
 * Reads an ONNX file and checks that its external data is there.
 * @throws Fault E_NOT_FOUND, E_NOT_ONNX, E_TRUNCATED, E_EXTERNAL_DATA
 */
export async function readModelFile(file: string): Promise<ModelFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : `reading failed with ${code}`;
    throw new Fault('E_NOT_FOUND', `${path.basename(file)} cannot be read: ${why}; check the path.`, file);
  }
  const model = parseModel(bytes, path.basename(file));
  await checkExternalData(file, model.graph);
  return { path: file, bytes, model };
}

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
  };
  if (bytes.length === 0) {
    throw new Fault('E_NOT_ONNX', `${name} is empty; export the checkpoint again.`);
  }
  try {
    for (const field of fields(bytes)) {
      if (field.number === 1) model.irVersion = field.varint;
      else if (field.number === 2) model.producer = string(field.bytes);
      else if (field.number === 7) readGraph(field.bytes, model.graph);
      else if (field.number === 8) readOpset(field.bytes, model.opsets);
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
  return model;
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

function readGraph(bytes: Uint8Array, graph: Graph): void {
  for (const field of fields(bytes)) {
    switch (field.number) {
      case 1:
        graph.nodes.push(readNode(field.bytes));
        break;
      case 5: {
        const tensor = readTensor(field.bytes);
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

function readNode(bytes: Uint8Array): Node {
  const node: Node = {
    name: '',
    opType: '',
    domain: '',
    inputs: [],
    outputs: [],
    attributes: new Map(),
    metadata: new Map(),
  };
  for (const field of fields(bytes)) {
    if (field.number === 1) node.inputs.push(string(field.bytes));
    else if (field.number === 2) node.outputs.push(string(field.bytes));
    else if (field.number === 3) node.name = string(field.bytes);
    else if (field.number === 4) node.opType = string(field.bytes);
    else if (field.number === 7) node.domain = string(field.bytes);
    else if (field.number === 5) {
      const attribute = readAttribute(field.bytes);
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

function readAttribute(bytes: Uint8Array): Attribute {
  const attribute: Attribute = { name: '' };
  const ints: number[] = [];
  for (const field of fields(bytes)) {
    if (field.number === 1) attribute.name = string(field.bytes);
    else if (field.number === 2) attribute.float = float32(field.bytes);
    else if (field.number === 3) attribute.int = signedInt(field);
    else if (field.number === 5) attribute.tensor = readTensor(field.bytes);
    else if (field.number === 6 || field.number === 11) attribute.graph = true;
    else if (field.number === 8) integers(field, ints);
  }
  if (ints.length > 0) attribute.ints = ints;
  return attribute;
}

function signedInt(field: Field): number {
  const one: number[] = [];
  integers(field, one);
  return one[0] ?? 0;
}

function readTensor(bytes: Uint8Array): Initializer {
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

async function checkExternalData(file: string, graph: Graph): Promise<void> {
  const folder = path.dirname(file);
  const sizes = new Map<string, number>();
  for (const { external } of graph.initializers.values()) {
    if (!external) continue;
    const { location, offset, length } = external;
    const target = path.resolve(folder, location);
    if (path.isAbsolute(location) || !target.startsWith(folder + path.sep)) {
      throw new Fault(
        'E_EXTERNAL_DATA',
        `${path.basename(file)} points to weights outside its own folder (${location}), which is not followed; put them beside the model.`,
      );
    }
    let size = sizes.get(target);
    if (size === undefined) {
      size = await stat(target).then(
        (found) => found.size,
        () => -1,
      );
      sizes.set(target, size);
    }
    if (size < 0) {
      throw new Fault(
        'E_EXTERNAL_DATA',
        `${path.basename(file)} keeps its weights in ${location}, which is missing; copy that file into the same folder.`,
      );
    }
    if (offset + (length ?? 0) > size) {
      throw new Fault(
        'E_EXTERNAL_DATA',
        `${path.basename(file)} needs ${offset + (length ?? 0)} bytes of ${location}, which has only ${size}; copy that file again.`,
      );
    }
  }
}
