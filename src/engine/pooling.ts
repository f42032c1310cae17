/** From a layer's output of any rank to one vector per sample. */
import type { Layout } from '../onnx/layout';
import type { Pooling } from '../protocol/report';
import type { OutputTensor } from './session';

export interface Vectors {
  values: Float32Array | Float64Array;
  /** d. */
  dimension: number;
}

/** Features and positions of one sample, and how far apart neighbours of each kind lie. */
interface Places {
  features: number;
  positions: number;
  featureStep: number;
  positionStep: number;
}

function placesOf(dims: readonly number[], layout: Layout | undefined): Places {
  const rest = dims.slice(1);
  const all = rest.reduce((product, axis) => product * axis, 1);
  // Maps are B×C×H×W, sequences B×T×D, where the graph does not say otherwise.
  const known = layout ?? (rest.length >= 3 ? 'channels-first' : 'sequence');
  if (known === 'channels-first') {
    const features = rest[0] ?? 1;
    return { features, positions: all / features, featureStep: all / features, positionStep: 1 };
  }
  const features = known === 'sequence' ? all / (rest[0] ?? 1) : (rest.at(-1) ?? 1);
  return { features, positions: all / features, featureStep: 1, positionStep: features };
}

/** Length of the vector per sample that `pooling` makes of a tensor of this shape. */
export function pooledDimension(dims: readonly number[], pooling: Pooling, layout?: Layout): number {
  if (pooling === 'flatten' || dims.length < 3) return dims.slice(1).reduce((product, axis) => product * axis, 1);
  return placesOf(dims, layout).features;
}

/**
 * @param tensor B×…, row-major
 * @param layout which axis holds the features; by default axis 1 of maps and the last of sequences
 * @returns B×d, row-major; the tensor's own memory where nothing has to be computed
 */
export function pool(tensor: OutputTensor, pooling: Pooling, layout?: Layout): Vectors {
  const { dims, values } = tensor;
  const dimension = pooledDimension(dims, pooling, layout);
  if (pooling === 'flatten' || dims.length < 3) return { values, dimension };
  const { features, positions, featureStep, positionStep } = placesOf(dims, layout);
  if (positions === 1) return { values, dimension };
  const batch = dims[0] ?? 0;
  const perSample = features * positions;
  const used = pooling === 'token' ? 1 : positions;
  const out = new Float64Array(batch * features);
  for (let b = 0; b < batch; b++) {
    const start = b * perSample;
    const to = b * features;
    if (positionStep === 1) {
      for (let f = 0; f < features; f++) {
        let sum = 0;
        for (let p = 0, at = start + f * featureStep; p < used; p++, at++) sum += values[at]!;
        out[to + f] = sum / used;
      }
      continue;
    }
    for (let p = 0, at = start; p < used; p++) for (let f = 0; f < features; f++) out[to + f]! += values[at++]!;
    if (used > 1) for (let f = 0; f < features; f++) out[to + f]! /= used;
  }
  return { values: out, dimension };
}
