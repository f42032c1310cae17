/** Making inner tensors of a model readable. Protobuf merges repeated messages, so appending bytes is enough. */
import { delimited, joined, varintField } from './wire';

/** An operator to append behind those of the graph. */
export interface ExtraNode {
  opType: string;
  inputs: string[];
  output: string;
  attributes?: Record<string, number | number[]>;
}

/** A tensor to read, with the operators that make it where the graph has none. */
export interface Tap {
  tensor: string;
  nodes: ExtraNode[];
}

/** A tensor of the graph as it is. */
export function tap(tensor: string): Tap {
  return { tensor, nodes: [] };
}

const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_OUTPUT = 12;
const NAME = 1;

/**
 * The model's bytes with more operators and graph outputs appended; weights are copied once and never parsed.
 * @param existing outputs that the graph already has (naming one twice is an error in ONNX)
 */
export function spliced(model: Uint8Array, taps: Iterable<Tap>, existing: Iterable<string>): Uint8Array {
  const present = new Set(existing);
  const made = new Set<string>();
  const parts: Uint8Array[] = [];
  for (const { tensor, nodes } of taps) {
    for (const node of nodes) {
      if (made.has(node.output)) continue;
      made.add(node.output);
      parts.push(delimited(GRAPH_NODE, nodeBytes(node)));
    }
    if (present.has(tensor)) continue;
    present.add(tensor);
    parts.push(delimited(GRAPH_OUTPUT, delimited(NAME, utf8(tensor))));
  }
  return joined([model, delimited(MODEL_GRAPH, joined(parts))]);
}

const INT = 2;
const INTS = 7;

/** NodeProto: 1 input, 2 output, 4 op_type, 5 attribute. */
function nodeBytes({ opType, inputs, output, attributes = {} }: ExtraNode): Uint8Array {
  return joined([
    ...inputs.map((input) => delimited(1, utf8(input))),
    delimited(2, utf8(output)),
    delimited(4, utf8(opType)),
    ...Object.entries(attributes).map(([name, value]) => delimited(5, attributeBytes(name, value))),
  ]);
}

/** AttributeProto: 1 name, 3 i, 8 ints, 20 type. */
function attributeBytes(name: string, value: number | number[]): Uint8Array {
  const values = Array.isArray(value)
    ? [...value.map((one) => varintField(8, one)), varintField(20, INTS)]
    : [varintField(3, value), varintField(20, INT)];
  return joined([delimited(1, utf8(name)), ...values]);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
