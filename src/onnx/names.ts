/** What a tensor is called for people: the path of its module, where the exporter kept it, and its operator. */
import type { Node } from './graph';

/** Readable name of a node's output: module path and operator; the tensor's own name where there is no path. */
export function readableName(node: Node, tensor: string): string {
  const path = modulePath(node).join('.');
  return `${path === '' ? tensor : path} ${node.opType}`;
}

/** The modules that a node lies in, from the outside in: `layer1`, `0`, `conv1`. Empty where nothing tells. */
export function modulePath(node: Node): string[] {
  return scopePath(node) ?? slashPath(node.name) ?? dotPath(node.name);
}

/** torch.export keeps "['', 'layer1', 'layer1.0', 'relu']": the last but one is the module. */
function scopePath(node: Node): string[] | undefined {
  const scopes = node.metadata.get('pkg.torch.onnx.name_scopes');
  if (!scopes) return undefined;
  const names = [...scopes.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
  const module = names.at(-2);
  return module ? module.split('.') : undefined;
}

/** torch's older exporter keeps "/layer1/layer1.0/conv1/Conv", tf2onnx "model/block1/conv/Conv2D". */
function slashPath(name: string): string[] | undefined {
  if (!name.includes('/')) return undefined;
  const path: string[] = [];
  let last = '';
  for (const part of name.split('/').filter(Boolean).slice(0, -1)) {
    // A module in a list repeats its list's name: `layer1` then `layer1.0`.
    const own = last !== '' && part.startsWith(`${last}.`) ? part.slice(last.length + 1) : part;
    path.push(...own.split('.'));
    last = part;
  }
  return path;
}

/** Scripts that name nodes themselves: `encoder.layers.0.fc.Gemm`. */
function dotPath(name: string): string[] {
  return /^[A-Za-z_]\w*(\.\w+)+$/.test(name) ? name.split('.').slice(0, -1) : [];
}
