/** The smallest model that proves an execution provider: y = max(x, 0) on float32 vectors of any length. */
import { delimited } from './wire';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
/** A varint field whose number and value are both small. */
const small = (field: number, value: number): Uint8Array => Uint8Array.of(field * 8, value);

function vector(name: string): Uint8Array {
  const dimension = delimited(1, delimited(2, encode('n')));
  const tensor = join(small(1, 1), delimited(2, dimension));
  return join(delimited(1, encode(name)), delimited(2, delimited(1, tensor)));
}

export function probeModel(): Uint8Array {
  const node = join(delimited(1, encode('x')), delimited(2, encode('y')), delimited(4, encode('Relu')));
  const graph = join(
    delimited(1, node),
    delimited(2, encode('probe')),
    delimited(11, vector('x')),
    delimited(12, vector('y')),
  );
  const opset = small(2, 13);
  return join(small(1, 8), delimited(7, graph), delimited(8, opset));
}
