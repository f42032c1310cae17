/** Making inner tensors of a model readable. Protobuf merges repeated messages, so appending bytes is enough. */
import { delimited } from './wire';

const GRAPH_FIELD = 7;
const OUTPUT_FIELD = 12;
const NAME_FIELD = 1;

/**
 * The model's bytes with more graph outputs appended; weights are copied once and never parsed.
 * @param existing outputs that the graph already has (naming one twice is an error in ONNX)
 */
export function withOutputs(model: Uint8Array, names: Iterable<string>, existing: Iterable<string>): Uint8Array {
  const present = new Set(existing);
  const parts: Uint8Array[] = [];
  for (const name of names) {
    if (present.has(name)) continue;
    present.add(name);
    parts.push(delimited(OUTPUT_FIELD, delimited(NAME_FIELD, new TextEncoder().encode(name))));
  }
  const suffix = delimited(GRAPH_FIELD, concat(parts));
  return concat([model, suffix]);
}

function concat(parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
