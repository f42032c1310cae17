/** From a layer's output of any rank to one vector per sample. */
import type { Pooling } from '../protocol/report';
import type { OutputTensor } from './session';

export interface Vectors {
  values: Float32Array | Float64Array;
  /** d. */
  dimension: number;
}

/** Length of the vector per sample that `pooling` makes of a tensor of this shape. */
export function pooledDimension(dims: readonly number[], pooling: Pooling): number {
  const [, ...rest] = dims;
  if (pooling === 'flatten' || rest.length < 2) return rest.reduce((product, axis) => product * axis, 1);
  // Maps are B×C×H×W: one mean per channel. Sequences are B×T×D: positions first.
  return rest.length >= 3 ? (rest[0] ?? 1) : (rest[1] ?? 1);
}

/**
 * @param tensor B×…, row-major
 * @returns B×d, row-major; the tensor's own memory where nothing has to be computed
 */
export function pool(tensor: OutputTensor, pooling: Pooling): Vectors {
  const { dims, values } = tensor;
  const dimension = pooledDimension(dims, pooling);
  if (pooling === 'flatten' || dims.length < 3) return { values, dimension };
  const batch = dims[0] ?? 0;
  const out = new Float64Array(batch * dimension);
  const perSample = batch === 0 ? 0 : values.length / batch;
  const positions = perSample / dimension;
  if (dims.length >= 4) {
    for (let i = 0; i < batch * dimension; i++) {
      let sum = 0;
      for (let p = 0, at = i * positions; p < positions; p++, at++) sum += values[at]!;
      out[i] = pooling === 'token' ? values[i * positions]! : sum / positions;
    }
    return { values: out, dimension };
  }
  for (let b = 0; b < batch; b++) {
    const start = b * perSample;
    const used = pooling === 'token' ? 1 : positions;
    for (let p = 0; p < used; p++) {
      for (let j = 0; j < dimension; j++) out[b * dimension + j]! += values[start + p * dimension + j]! / used;
    }
  }
  return { values: out, dimension };
}
