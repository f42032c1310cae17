/** Weights of a network beside its classifier's: those that read a measured layer, and the norms of all. */
import type { MetricInput } from '../metrics/metric';
import type { Graph } from '../onnx/graph';
import type { Layer } from '../onnx/layers';
import { linearReader, linearWeights, type LinearWeight } from '../onnx/linear-layers';
import type { Tap } from '../onnx/splice';
import type { OutputTensor } from './session';

export interface NetworkWeights {
  /** By tensor of a measured hidden layer: the linear layer that takes it. */
  next: ReadonlyMap<string, LinearWeight>;
  all: { weights: Tap[] } | { unknown: string };
}

/** Weights of a network are read whole; one with more values than this keeps its norms to itself. */
const MOST_WEIGHTS = 2 ** 25;

export function networkWeights(graph: Graph, layers: readonly Layer[]): NetworkWeights {
  const next = new Map<string, LinearWeight>();
  for (const { tensor, role } of layers) {
    const reader = role === 'hidden' ? linearReader(graph, tensor) : undefined;
    if (reader && sizeOf(graph, [reader.weight]) <= MOST_WEIGHTS) next.set(tensor, reader);
  }
  const all = linearWeights(graph);
  if ('weights' in all && sizeOf(graph, all.weights) > MOST_WEIGHTS) {
    return { next, all: { unknown: 'the network has too many weights to be read whole' } };
  }
  return { next, all };
}

export function weightTaps({ next, all }: NetworkWeights): Tap[] {
  return [...[...next.values()].map(({ weight }) => weight), ...('weights' in all ? all.weights : [])];
}

/** @param values the constants that were read with the first batch */
export function normsOf({ all }: NetworkWeights, values: ReadonlyMap<string, OutputTensor>): MetricInput['network'] {
  if ('unknown' in all) return all;
  return {
    norms: all.weights.map(({ tensor }) => {
      let squares = 0;
      for (const value of values.get(tensor)?.values ?? []) squares += value * value;
      return Math.sqrt(squares);
    }),
  };
}

/** W rows×d of the linear layer that takes a layer of d features. */
export function nextWeight(
  { next }: NetworkWeights,
  tensor: string,
  values: ReadonlyMap<string, OutputTensor>,
): MetricInput['next'] {
  const reader = next.get(tensor);
  const read = reader && values.get(reader.weight.tensor);
  if (!reader || read?.dims.length !== 2) return undefined;
  const [first = 0, second = 0] = read.dims;
  if (reader.layout === 'rows') return { rows: first, weight: Float64Array.from(read.values) };
  const weight = new Float64Array(first * second);
  for (let j = 0; j < first; j++) for (let r = 0; r < second; r++) weight[r * first + j] = read.values[j * second + r]!;
  return { rows: second, weight };
}

function sizeOf({ initializers }: Graph, taps: readonly Tap[]): number {
  return taps.reduce(
    (sum, { tensor }) => sum + (initializers.get(tensor)?.dims.reduce((product, axis) => product * axis, 1) ?? 0),
    0,
  );
}
