/**
 * The same network in float32, for element types that ONNX Runtime has no operators for (bfloat16, float64
 * convolutions). Weights stay where they are: each one of the other type is converted by an operator of its own.
 */
import { delimited, fields, joined, mapFields, string, varintField } from './wire';
import type { Model } from './graph';

const FLOAT = 1;
export const BFLOAT16 = 16;
export const DOUBLE = 11;

/** True where the model holds weights or takes input of that element type. */
export function holds(model: Model, elementType: number): boolean {
  const { graph } = model;
  return (
    graph.inputs.some((input) => input.elementType === elementType) ||
    [...graph.initializers.values()].some((initializer) => initializer.elementType === elementType)
  );
}

/**
 * @param elementType TensorProto.DataType that becomes float32
 * @returns undefined where it cannot be done: subgraphs would have to be rewritten as well
 */
export function float32Twin(bytes: Uint8Array, model: Model, elementType: number): Uint8Array | undefined {
  if (model.graph.nodes.some((node) => [...node.attributes.values()].some(({ graph }) => graph))) return undefined;
  return mapFields(bytes, 7, (graph) => graphTwin(graph, model, elementType));
}

function graphTwin(bytes: Uint8Array, { graph }: Model, from: number): Uint8Array {
  const converted = new Set<string>();
  for (const { name, elementType } of graph.initializers.values()) if (elementType === from) converted.add(name);
  for (const node of graph.nodes) {
    const value = node.attributes.get('value')?.tensor;
    if (node.opType === 'Constant' && value?.elementType === from) converted.add(node.outputs[0] ?? '');
  }
  const casts = (names: Iterable<string>): Uint8Array[] => [...names].map((name) => delimited(1, castNode(name)));
  const parts = casts([...converted].filter((name) => graph.initializers.has(name)));
  for (const field of fields(bytes)) {
    switch (field.number) {
      case 1: {
        const { node, output } = nodeTwin(field.bytes, converted, from);
        parts.push(delimited(1, node));
        if (converted.has(output)) parts.push(...casts([output]));
        break;
      }
      case 11:
      case 12:
        parts.push(delimited(field.number, valueTwin(field.bytes, from)));
        break;
      // What the exporter noted of inner types no longer holds; ONNX Runtime finds them itself.
      case 13:
        break;
      default:
        parts.push(delimited(field.number, field.bytes));
    }
  }
  return joined(parts);
}

/** Name of the float32 version of a constant. */
function twinName(name: string): string {
  return `${name}:float32`;
}

function castNode(name: string): Uint8Array {
  const to = joined([delimited(1, Buffer.from('to')), varintField(3, FLOAT), varintField(20, 2)]);
  return joined([
    delimited(1, Buffer.from(name)),
    delimited(2, Buffer.from(twinName(name))),
    delimited(4, Buffer.from('Cast')),
    delimited(5, to),
  ]);
}

/** Operands renamed to their float32 versions; conversions to the other type become conversions to float32. */
function nodeTwin(
  bytes: Uint8Array,
  converted: ReadonlySet<string>,
  from: number,
): { node: Uint8Array; output: string } {
  const parts: Uint8Array[] = [];
  let output = '';
  for (const field of fields(bytes)) {
    if (field.number === 1) {
      const name = string(field.bytes);
      parts.push(delimited(1, Buffer.from(converted.has(name) ? twinName(name) : name)));
    } else if (field.number === 5) parts.push(delimited(5, attributeTwin(field.bytes, from)));
    else {
      if (field.number === 2 && output === '') output = string(field.bytes);
      parts.push(delimited(field.number, field.bytes));
    }
  }
  return { node: joined(parts), output };
}

/** Attributes that name an element type: Cast's `to`, `dtype` of operators that make tensors. */
const TYPE_ATTRIBUTES = new Set(['to', 'dtype']);

function attributeTwin(bytes: Uint8Array, from: number): Uint8Array {
  const all = [...fields(bytes)];
  const name = all.find((field) => field.number === 1);
  const type = all.find((field) => field.number === 3);
  if (!name || !TYPE_ATTRIBUTES.has(string(name.bytes)) || type?.varint !== from) return bytes;
  return joined([delimited(1, name.bytes), varintField(3, FLOAT), varintField(20, 2)]);
}

/** ValueInfoProto: 2 type → 1 tensor type → 1 element type. */
function valueTwin(bytes: Uint8Array, from: number): Uint8Array {
  return mapFields(bytes, 2, (type) =>
    mapFields(type, 1, (tensor) => {
      const parts: Uint8Array[] = [];
      for (const field of fields(tensor)) {
        if (field.number === 1) parts.push(varintField(1, field.varint === from ? FLOAT : field.varint));
        else parts.push(delimited(field.number, field.bytes));
      }
      return joined(parts);
    }),
  );
}
