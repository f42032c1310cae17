/** W and b as numbers, from the constants of the graph that they are made of. */
import type { Classifier } from '../metrics/metric';
import type { Factor, Head } from '../onnx/head';
import { Fault } from '../protocol/faults';
import type { OutputTensor } from './session';

type Constants = ReadonlyMap<string, OutputTensor>;

/**
 * W (K×d) and b (K) with every scale put in. A head with a single logit z for two classes becomes the two rows −w/2 and
 * w/2: the softmax of (−z/2, z/2) is the sigmoid of z.
 * @param dimension d, the length of the features
 * @throws Fault E_NO_HEAD where the constants are no such matrix, E_CLASSES where they belong to other classes
 */
export function readClassifier(
  values: Constants,
  head: Head,
  classes: number,
  dimension: number,
  file: string,
): Classifier {
  const weight = values.get(head.weight.tensor);
  const shape = weight ? withoutOnes(weight.dims, classes, dimension) : undefined;
  if (!weight || !shape) {
    throw new Fault(
      'E_NO_HEAD',
      `${file}: the classifier's weight ${head.weightName} has shape ${weight?.dims.join('×') ?? 'none'}, which is no matrix of ${classes} classes; name another one as model.weight in neural-collapse.json.`,
    );
  }
  const [first, second] = shape;
  const rows = head.weightLayout === 'either' ? second === dimension : head.weightLayout === 'rows';
  const [found, length] = rows ? [first, second] : [second, first];
  const binary = found === 1 && classes === 2;
  if ((found !== classes && !binary) || length !== dimension) {
    throw new Fault(
      'E_CLASSES',
      `${file}: its classifier has ${found} rows of ${length} weights, but there are ${classes} classes and features of length ${dimension}; check that labels and model belong together.`,
    );
  }
  const factors = scales(head.weightFactors, values, found, head.weightScale, file);
  const matrix = new Float64Array(found * dimension);
  for (let k = 0; k < found; k++) {
    for (let j = 0; j < dimension; j++) {
      const at = rows ? k * dimension + j : j * found + k;
      matrix[k * dimension + j] = factors[k]! * weight.values[at]!;
    }
  }
  requireFinite(matrix, `weight ${head.weightName}`, file);
  const bias = readBias(values, head, found, file);
  if (bias) requireFinite(bias, `bias ${head.biasName ?? ''}`, file);
  return binary ? twoRows(matrix, bias) : { weight: matrix, ...(bias ? { bias } : {}) };
}

/** @throws Fault E_NOT_FINITE: what such a classifier decides is nothing to compare with */
export function requireFinite(values: Float64Array, what: string, file: string): void {
  if (values.every(Number.isFinite)) return;
  throw new Fault(
    'E_NOT_FINITE',
    `${file}: the classifier's ${what} is not finite (NaN or infinity); the weights have diverged.`,
  );
}

/** @throws Fault E_LOGITS where the model decides for each position of a sample instead of for the sample */
export function requireOneDecision(
  logits: OutputTensor | undefined,
  rows: number,
  classes: number,
  file: string,
): void {
  const positions = (logits?.values.length ?? 0) / rows / classes;
  if (!Number.isInteger(positions) || positions <= 1) return;
  throw new Fault(
    'E_LOGITS',
    `${file}: its classifier is applied to each of ${positions} positions, and class means need one decision a sample; measure a model that classifies whole samples, or name its features as model.penultimate in neural-collapse.json.`,
  );
}

function readBias(values: Constants, head: Head, classes: number, file: string): Float64Array | undefined {
  if (head.biases.length === 0) return undefined;
  const sum = new Float64Array(classes);
  for (const { tap, scale, factors } of head.biases) {
    const part = values.get(tap.tensor)?.values;
    if (!part || (part.length !== classes && part.length !== 1)) {
      throw new Fault(
        'E_NO_HEAD',
        `${file}: the classifier's bias ${tap.tensor} has ${part?.length ?? 0} values for ${classes} classes; name another one as model.bias in neural-collapse.json.`,
      );
    }
    const factor = scales(factors, values, classes, scale, file);
    for (let k = 0; k < classes; k++) sum[k]! += factor[k]! * part[part.length === 1 ? 0 : k]!;
  }
  return sum;
}

/** The product of the factors for each class. */
function scales(
  factors: readonly Factor[],
  values: Constants,
  classes: number,
  scale: number,
  file: string,
): Float64Array {
  const out = new Float64Array(classes).fill(scale);
  for (const { tap, inverse } of factors) {
    const factor = values.get(tap.tensor)?.values;
    if (!factor || (factor.length !== 1 && factor.length !== classes)) {
      throw new Fault(
        'E_NO_HEAD',
        `${file}: the classifier is scaled by ${tap.tensor} of ${factor?.length ?? 0} values for ${classes} classes; name features and weight under model in neural-collapse.json.`,
      );
    }
    for (let k = 0; k < classes; k++) {
      const value = factor[factor.length === 1 ? 0 : k]!;
      out[k]! *= inverse ? 1 / value : value;
    }
  }
  return out;
}

/** Rows and columns of a matrix that may carry axes of length one (a convolution's 1×1 kernel, a batched product). */
function withoutOnes(dims: readonly number[], classes: number, dimension: number): [number, number] | undefined {
  if (dims.length === 2) return [dims[0]!, dims[1]!];
  if (dims.length < 2) {
    // A vector of weights: one logit.
    return dims.length === 1 && dims[0] === dimension ? [1, dimension] : undefined;
  }
  // K×d×k×k: a kernel of the whole map counts as one long row.
  if (dims[0] === classes || dims[0] === 1) {
    const rest = dims.slice(1).reduce((product, axis) => product * axis, 1);
    if (dims[0] === classes && rest === dimension) return [classes, dimension];
  }
  const long = dims.filter((axis) => axis !== 1);
  return long.length === 2 ? [long[0]!, long[1]!] : undefined;
}

function twoRows(weight: Float64Array, bias: Float64Array | undefined): Classifier {
  const both = new Float64Array(2 * weight.length);
  weight.forEach((value, j) => {
    both[j] = -value / 2;
    both[weight.length + j] = value / 2;
  });
  return { weight: both, ...(bias ? { bias: Float64Array.of(-bias[0]! / 2, bias[0]! / 2) } : {}) };
}
