/** Models of a few bytes that the engine makes itself. */
import { delimited, joined, varintField } from './wire';

const FLOAT = 1;
const DOUBLE = 11;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** y = max(x, 0) on float32 vectors of any length: the smallest model that proves an execution provider. */
export function probeModel(): Uint8Array {
  return model([node('Relu', ['x'], 'y')], tensor('x', FLOAT, ['n']), tensor('y', FLOAT, ['n']));
}

/** y = xᵀx on float64 matrices: x n×d, y d×d. */
export function gramModel(): Uint8Array {
  return model(
    [node('Transpose', ['x'], 't'), node('MatMul', ['t', 'x'], 'y')],
    tensor('x', DOUBLE, ['n', 'd']),
    tensor('y', DOUBLE, ['d', 'd']),
  );
}

function model(nodes: Uint8Array[], input: Uint8Array, output: Uint8Array): Uint8Array {
  const graph = joined([
    ...nodes.map((bytes) => delimited(1, bytes)),
    delimited(2, utf8('graph')),
    delimited(11, input),
    delimited(12, output),
  ]);
  const opset = varintField(2, 13);
  return joined([varintField(1, 8), delimited(7, graph), delimited(8, opset)]);
}

function node(opType: string, inputs: string[], output: string): Uint8Array {
  return joined([
    ...inputs.map((input) => delimited(1, utf8(input))),
    delimited(2, utf8(output)),
    delimited(4, utf8(opType)),
  ]);
}

/** A value of open axes, by their names. */
function tensor(name: string, elementType: number, axes: string[]): Uint8Array {
  const shape = joined(axes.map((axis) => delimited(1, delimited(2, utf8(axis)))));
  const type = joined([varintField(1, elementType), delimited(2, shape)]);
  return joined([delimited(1, utf8(name)), delimited(2, delimited(1, type))]);
}
