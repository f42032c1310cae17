/**
 * The blocks of a network, as its author would count them: where the exporter kept module paths, the modules in a list
 * (`layer1.0`, `blocks.7`, `encoder.layer.3`) of which some end in a sum or a join of branches.
 */
import type { Node } from './graph';
import { modulePath } from './names';
import { dataInputs, type Trunk } from './trunk';

/** Operators that bring branches together again. Gates (Mul) also stand inside activations and do not count. */
const BRANCHES_MEET = new Set(['Add', 'Sum', 'Concat']);

/** For any node the path of the block that it lies in, or undefined. */
export type BlockOf = (node: Node) => string | undefined;

export function blocksOf(trunk: Trunk): BlockOf {
  const patterns = new Set<string>();
  for (const tensor of trunk.tensors) {
    const node = trunk.producer.get(tensor);
    if (!node || !BRANCHES_MEET.has(node.opType) || dataInputs(node, trunk.dependent).size < 2) continue;
    const path = modulePath(node);
    const end = path.findLastIndex(isNumber) + 1;
    if (end > 0) patterns.add(patternOf(path.slice(0, end)));
  }
  return (node) => {
    const path = modulePath(node);
    for (let end = path.length; end > 0; end--) {
      const part = path.slice(0, end);
      if (patterns.has(patternOf(part))) return part.join('.');
    }
    return undefined;
  };
}

function isNumber(part: string): boolean {
  return /^\d+$/.test(part);
}

/** Blocks of one list differ in their number alone. */
function patternOf(path: readonly string[]): string {
  return path.map((part) => (isNumber(part) ? '#' : part.replace(/\d+$/, '#'))).join('.');
}
