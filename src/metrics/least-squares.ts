/** The classifier that is least-squares optimal for the features at hand, and what the loss is made of around it. */
import { cholesky, solveRows } from '../statistics/cholesky';
import { presentClasses } from '../statistics/class-statistics';
import { dot, multiplyTransposed, transposed } from '../statistics/products';
import { addOuterProducts } from '../statistics/symmetric-update';
import { notApplicable, type MetricInput } from './metric';
import { oncePerInput } from './once';
import { lacksClassifier, lacksWithin } from './requirements';

/**
 * ½N⁻¹‖H̃Ṽᵀ−T‖² + ½λ‖Ṽ‖² in parts that are never negative, so that nothing cancels however small the loss is.
 */
export interface Parts {
  /** ½ Σ_k (n_k/N) ‖Ṽ μ̃_k − t_k‖². */
  fit: number;
  /** ½ tr(V (Σ_W + λI) Vᵀ), λ over the bias too. */
  spread: number;
}

export interface CentralPath {
  /** Of the network's own classifier. */
  network: Parts;
  optimum: Optimum | { notApplicable: string };
}

export interface Optimum {
  /** Of W̃_LS. */
  leastSquares: Parts;
  /** Of W̃ − W̃_LS with targets 0: what the loss has beyond the least one. */
  deviation: number;
  /** ‖W̃ − W̃_LS‖_F / ‖W̃_LS‖_F; undefined where W̃_LS is zero. */
  distance?: number;
}

/** A classifier's features with their classes' shares: H̃ has a column of ones where there is a bias. */
interface Problem {
  classes: number;
  /** D: d, or d+1 with the bias as last column. */
  size: number;
  /** n_k/N. */
  shares: Float64Array;
  /** μ̃_k, K×D. */
  means: Float64Array;
  /** Σ_W, d×d: the column of ones does not vary. */
  within: Float64Array;
  dimension: number;
  /** λ. */
  weightDecay: number;
}

/**
 * The squared loss ½N⁻¹‖H̃W̃ᵀ−Y‖² + ½λ‖W̃‖² of one-hot targets, split at its minimum
 * W̃_LS = N⁻¹YᵀH̃ (N⁻¹H̃ᵀH̃ + λI)⁻¹. As in han2022, W̃ = [W b] where the head has a bias: the bias counts as one more
 * column and is regularised like the others, which is also what optimisers do with weight decay unless told otherwise.
 * Classes without samples have no share in the loss. Source: han2022.
 */
export const centralPath = oncePerInput((input: MetricInput): CentralPath | { notApplicable: string } => {
  const lack = lacksProblem(input);
  if (lack) return notApplicable(lack);
  const problem = problemOf(input);
  const network = networkRows(input, problem);
  return { network: partsOf(problem, network, true), optimum: optimumOf(problem, network) };
});

function lacksProblem(input: MetricInput): string | undefined {
  const { statistics, classifier, training } = input;
  if (presentClasses(statistics) < 2) return 'fewer than two classes have samples';
  const lack = lacksClassifier(input);
  if (lack) return lack;
  const { bias } = classifier!;
  if (bias && bias.length !== statistics.classes) {
    return `the classifier has ${bias.length} biases for ${statistics.classes} classes`;
  }
  if (training?.weightDecay === undefined) {
    return 'the weight decay is not known; weightDecay in the manifest says it (0 where there was none)';
  }
  if (!Number.isFinite(statistics.traceWithin + statistics.traceBetween)) {
    return 'some features are NaN, infinite or too large';
  }
  return input.within ? undefined : lacksWithin(statistics);
}

function problemOf({ statistics, classifier, within, training }: MetricInput): Problem {
  const { classes, dimension: d, counts, samples, means: plain } = statistics;
  const size = classifier!.bias ? d + 1 : d;
  const means = new Float64Array(classes * size).fill(1);
  for (let k = 0; k < classes; k++) means.set(plain.subarray(k * d, (k + 1) * d), k * size);
  return {
    classes,
    size,
    shares: counts.map((count) => count / samples),
    means,
    within: within!.matrix,
    dimension: d,
    weightDecay: training!.weightDecay!,
  };
}

/** W̃ = [W b], K×D. */
function networkRows({ classifier }: MetricInput, { classes, size, dimension: d }: Problem): Float64Array {
  const { weight, bias } = classifier!;
  const rows = new Float64Array(classes * size);
  for (let k = 0; k < classes; k++) {
    rows.set(weight.subarray(k * d, (k + 1) * d), k * size);
    if (bias) rows[k * size + d] = bias[k]!;
  }
  return rows;
}

function optimumOf(problem: Problem, network: Float64Array): Optimum | { notApplicable: string } {
  const { classes, size, means, shares } = problem;
  const factor = cholesky(secondMoment(problem), size);
  if ('dependentRow' in factor) {
    return notApplicable(
      'the features are linearly dependent and the weight decay does not settle it: more than one classifier is least-squares optimal',
    );
  }
  const best = new Float64Array(classes * size);
  for (let k = 0; k < classes; k++) {
    for (let j = 0; j < size; j++) best[k * size + j] = shares[k]! * means[k * size + j]!;
  }
  solveRows(factor, best, classes);
  const difference = network.map((value, at) => value - best[at]!);
  const beyond = partsOf(problem, difference, false);
  const optimum: Optimum = { leastSquares: partsOf(problem, best, true), deviation: beyond.fit + beyond.spread };
  const norm = Math.sqrt(dot(best, 0, best, 0, best.length));
  if (norm > 0) optimum.distance = Math.sqrt(dot(difference, 0, difference, 0, best.length)) / norm;
  return optimum;
}

/** N⁻¹H̃ᵀH̃ + λI, D×D, its lower half. */
function secondMoment({ classes, size, dimension: d, shares, means, within, weightDecay }: Problem): Float64Array {
  const moment = new Float64Array(size * size);
  for (let i = 0; i < d; i++) moment.set(within.subarray(i * d, i * d + i + 1), i * size);
  for (let i = 0; i < size; i++) moment[i * size + i]! += weightDecay;
  const weighted = means.map((value, at) => Math.sqrt(shares[Math.floor(at / size)]!) * value);
  addOuterProducts(moment, size, 0, transposed(weighted, classes, size), classes, 1);
  return moment;
}

/** @param rows Ṽ, K×D; targets are e_k with `targets`, else 0 */
function partsOf(problem: Problem, rows: Float64Array, targets: boolean): Parts {
  const { classes, size, dimension: d, shares, means, within, weightDecay } = problem;
  // Entry (k, c) is the value of output c at the mean of class k.
  const outputs = new Float64Array(classes * classes);
  multiplyTransposed(means, classes, rows, classes, size, outputs);
  let fit = 0;
  for (let k = 0; k < classes; k++) {
    for (let c = 0; c < classes; c++) {
      const target = targets && c === k ? 1 : 0;
      fit += 0.5 * shares[k]! * (outputs[k * classes + c]! - target) ** 2;
    }
  }
  const weight = new Float64Array(classes * d);
  for (let c = 0; c < classes; c++) weight.set(rows.subarray(c * size, c * size + d), c * d);
  const moved = new Float64Array(classes * d);
  multiplyTransposed(weight, classes, within, d, d, moved);
  const spread = 0.5 * (dot(moved, 0, weight, 0, classes * d) + weightDecay * dot(rows, 0, rows, 0, classes * size));
  return { fit, spread };
}
