/** The classifier at the end of a graph: z = s·(W h + b), where it is linear. */
import { dataDependent, producers, type Graph, type Model, type Node } from './graph';
import type { Tap } from './splice';
import { walkBack } from './head-walk';

/** How features that are more than one vector a sample become the vector that the classifier's weights multiply. */
export type HeadPooling = 'flatten' | 'mean' | 'token';

/** A constant of one value or one a class that W, b or both are multiplied (or divided) by. */
export interface Factor {
  tap: Tap;
  inverse: boolean;
}

/** One summand of b. */
export interface BiasTerm {
  tap: Tap;
  scale: number;
  factors: Factor[];
}

export interface Head {
  /** The graph output that it was found behind. */
  output: string;
  /** Tensor of the penultimate features h (B×d, or B×1×d, B×d×H×W and the like). */
  features: string;
  /** The same as numbers: dequantised where the graph keeps them as integers. */
  read: Tap;
  pooling: HeadPooling;
  /** Tensor of the logits before softmax and the like (B×K). */
  logits: string;
  /** Constant tensor of the weights: an initializer, or computed from constants alone. */
  weight: Tap;
  /** K×d as it stands (`rows`; K×d×1×1 of a convolution), d×K and to be transposed (`columns`), or whichever fits. */
  weightLayout: 'rows' | 'columns' | 'either';
  /** Number and constants that W is multiplied by: Gemm's alpha, temperatures. */
  weightScale: number;
  weightFactors: Factor[];
  biases: BiasTerm[];
  /** Readable names for the report: the initializers that the weights come from. */
  weightName: string;
  biasName?: string;
  /** K, where the file tells it. */
  classes: number | undefined;
  /** d, where the file tells it. */
  dimension: number | undefined;
  /** What makes the classifier only nearly linear in the vector measured, in a sentence. */
  caution?: string;
}

/** What ends in something else: its logits can be used, its weights can not. */
export interface NoHead {
  output: string;
  /** Last tensor before softmax and the like, where the output could be followed that far. */
  logits: string;
  reason: string;
  /** K, where the file tells it. */
  classes: number | undefined;
}

export type HeadOption = { head: Head } | { none: NoHead };

export interface HeadChoice {
  chosen: HeadOption;
  /** Outputs that could be meant as well, most likely first. */
  others: HeadOption[];
  /** Nothing in the file says which output is meant: the person has to. */
  ambiguous: boolean;
}

export function outputOf(option: HeadOption): string {
  return 'head' in option ? option.head.output : option.none.output;
}

export function classesOf(option: HeadOption): number | undefined {
  return 'head' in option ? option.head.classes : option.none.classes;
}

/**
 * The classifier of a model, and the other outputs that have one.
 * @param output the output whose logits are meant, where someone said so
 * @returns undefined where the graph has no such output
 */
export function findHead(model: Model, output?: string): HeadChoice | undefined {
  const { graph } = model;
  const context: HeadContext = {
    graph,
    functions: model.functions,
    producer: producers(graph),
    dependent: dataDependent(graph),
  };
  const outputs = graph.outputs.filter(({ name }) => output === undefined || name === output);
  const options = outputs.map(({ name, shape }): HeadOption => {
    const option = walkBack(name, context);
    const classes = shape && shape.length >= 2 ? (shape.at(-1) ?? undefined) : undefined;
    if ('head' in option) option.head.classes ??= classes;
    else option.none.classes ??= classes;
    return option;
  });
  return choose(options, context);
}

export interface HeadContext {
  graph: Graph;
  functions: ReadonlySet<string>;
  producer: Map<string, Node>;
  dependent: Set<string>;
}

/** One classifier twice as deep in the graph as another is the main one, the other an auxiliary one. */
const DEEPER = 1.2;

function choose(options: HeadOption[], context: HeadContext): HeadChoice | undefined {
  const linear = options.filter((option) => 'head' in option);
  const [first] = options;
  if (!first) return undefined;
  if (linear.length === 0) {
    const named = options.find((option) => isLogits(outputOf(option)));
    const chosen = named ?? options.find((option) => isFloat(outputOf(option), context.graph)) ?? first;
    return { chosen, others: options.filter((option) => option !== chosen), ambiguous: false };
  }
  const depth = new Map(linear.map((option) => [option, depthOf(option.head.features, context)]));
  const apart: { head: Head }[] = [];
  // Named logits first, so that of logits and probabilities the logits are kept; then the deepest.
  const ranked = [...linear].sort(
    (a, b) =>
      Number(isLogits(b.head.output)) - Number(isLogits(a.head.output)) ||
      (depth.get(b)?.size ?? 0) - (depth.get(a)?.size ?? 0),
  );
  for (const option of ranked) {
    const same = apart.some(
      ({ head }) => head.weight.tensor === option.head.weight.tensor && head.features === option.head.features,
    );
    // An output that another classifier is computed from is no classifier but a layer.
    const inner = linear.some(
      (other) =>
        other !== option && other.head.logits !== option.head.logits && depth.get(other)?.has(option.head.logits),
    );
    if (!same && !inner) apart.push(option);
  }
  const [best = ranked[0]!, second] = apart;
  const deeper = second ? (depth.get(best)?.size ?? 0) >= DEEPER * (depth.get(second)?.size ?? 0) : true;
  const named = isLogits(best.head.output) && !(second && isLogits(second.head.output));
  return { chosen: best, others: apart.slice(1), ambiguous: !deeper && !named };
}

function isLogits(name: string): boolean {
  return /logit/i.test(name) && !/aux/i.test(name);
}

const INTEGERS = new Set([2, 3, 4, 5, 6, 7, 8, 9, 12, 13]);

function isFloat(output: string, graph: Graph): boolean {
  const type = graph.outputs.find(({ name }) => name === output)?.elementType ?? 0;
  return !INTEGERS.has(type);
}

/** The tensors that `tensor` is computed from. */
function depthOf(tensor: string, { producer, dependent }: HeadContext): Set<string> {
  const found = new Set<string>([tensor]);
  const open = [tensor];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const input of producer.get(next)?.inputs ?? []) {
      if (!dependent.has(input) || found.has(input)) continue;
      found.add(input);
      open.push(input);
    }
  }
  return found;
}
