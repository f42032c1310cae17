/** Cross-entropy under a norm bound: outputs go to the vertices of a regular simplex; where features are fixed, they may not. */
import type { Check, TheoryChart } from '../../protocol/theory';
import { setting, type Experiment } from '../experiment';
import { measure } from '../measure';
import { crossEntropy } from '../models/losses';
import {
  balancedLabels,
  logitsOf,
  objectiveOf,
  partsOf,
  randomStart,
  type UnconstrainedModel,
} from '../models/unconstrained';
import { norm } from '../optimise/objective';
import { Random } from '../random';
import { amount, classCount, count, seedOfAll } from '../parameter-kinds';

const STEPS = 1200;
const METRICS = ['logits.etf', 'logits.nc1', 'logits.radiusCv'];

/**
 * Least cross-entropy over outputs of length at most R: log(1+(K−1)exp(−R√(K/(K−1)))), at R√(K/(K−1)) (e_y − 1/K).
 * Source: e2020, on the final layer.
 */
export function finalLayerValue(K: number, R: number): number {
  return Math.log1p((K - 1) * Math.exp(-R * Math.sqrt(K / (K - 1))));
}

/**
 * Least cross-entropy of W h with ‖h‖ ≤ R and ‖W‖_F ≤ S, d ≥ K−1: rows and features at the same simplex, ‖w‖ = S/√K,
 * so a margin of R S √K/(K−1). Source: e2020, on the penultimate layer.
 */
export function penultimateLayerValue(K: number, R: number, S: number): number {
  return Math.log1p((K - 1) * Math.exp((-R * S * Math.sqrt(K)) / (K - 1)));
}

/** Least distance from a simplex (logits.etf) that class means can have which all lie on a line. */
export function lineFloor(K: number): number {
  return Math.sqrt(2 - 2 / Math.sqrt(K - 1));
}

export const e2020: Experiment = {
  paper: 'e2020',
  title: 'A norm bound makes the outputs a simplex',
  claim:
    'Cross-entropy over all outputs of bounded length is least where each class sits at one vertex of a regular simplex. The same is true one layer before, where features are free and their length and the classifier are bounded. Features that cannot move may forbid it.',
  setup:
    'Outputs in a ball, and then free features in a ball with a bounded classifier, are moved down the cross-entropy and put back on the bound. Last, a bounded classifier is trained on features that lie fixed on a line: it cannot reach a simplex.',
  formula: String.raw`z_i\to R\sqrt{\tfrac{K}{K-1}}\,\bigl(e_{y_i}-\tfrac1K\mathbf 1\bigr),\quad L\to\log\!\bigl(1+(K-1)e^{-R\sqrt{K/(K-1)}}\bigr)`,
  parameters: [
    classCount(10, 4, 3),
    count('d', 'd', 'Number of free features; the claim asks for at least K − 1.', [1, 20], 6),
    count('n', 'n', 'Samples a class.', [2, 20], 6),
    amount('radius', 'R', 'Bound on the length of outputs, and of features.', [0.5, 4], 3),
    amount('classifier', 'S', 'Bound on the norm of the classifier.', [0.5, 4], 3),
    amount('uneven', String.raw`\text{uneven}`, 'Share by which the bound on the outputs grows from the first class to the last; the claim asks for one bound for all.', [0, 2], 0), // prettier-ignore
    seedOfAll,
  ],

  async run(settings, stage) {
    const [K, d, n] = [setting(settings, 'K'), setting(settings, 'd'), setting(settings, 'n')];
    const [R, S] = [setting(settings, 'radius'), setting(settings, 'classifier')];
    const random = new Random(setting(settings, 'seed'));
    const labels = balancedLabels(K, n);
    const curves: Record<'outputs' | 'features' | 'line', [number, number][]> = { outputs: [], features: [], line: [] };
    const charts = (): TheoryChart[] => [
      {
        id: 'simplex',
        title: 'Distance of the mean outputs from a simplex',
        x: { title: 'step', log: true },
        y: { title: 'logits.etf', log: true },
        series: [
          { name: 'bounded outputs', kind: 'measured', points: curves.outputs },
          { name: 'bounded free features', kind: 'measured', points: curves.features },
          { name: 'features fixed on a line', kind: 'measured', points: curves.line },
          { name: 'floor on a line', kind: 'bound', points: [[1, lineFloor(K)], [STEPS, lineFloor(K)]] }, // prettier-ignore
        ],
      },
    ];
    const simplexOf = (logits: Float64Array) =>
      measure({ classes: K, dimension: K, features: logits, labels, logits }, METRICS).metrics;
    const told = (curve: [number, number][], part: number) => async (step: number, logits: Float64Array) => {
      // Steps are shown at even distances on a logarithmic axis.
      if (step === 1 || step >= 1.08 * curve.at(-1)![0] || step === STEPS) {
        curve.push([step, Math.max(simplexOf(logits)['logits.etf'] ?? NaN, 1e-16)]);
      }
      if (step % 10 === 0) await stage.step((part + step / STEPS) / 3, charts);
    };

    const bound = (i: number) => R * (1 + (setting(settings, 'uneven') * labels[i]!) / (K - 1));
    const outputs = await descendOutputs(labels, K, bound, random, told(curves.outputs, 0));
    const final = simplexOf(outputs.logits);

    const model: UnconstrainedModel = { classes: K, dimension: d, labels, loss: crossEntropy, decay: { weight: 0, features: 0 }, bias: false }; // prettier-ignore
    const free = await descendFeatures(model, R, S, false, randomStart(model, random, 0.5), told(curves.features, 1));
    const before = measure({ classes: K, dimension: d, labels, ...free }, ['nc1.traceRatio', 'nc2.means.etf', 'nc3.etf']).metrics; // prettier-ignore

    // Two features: the place on a line, in [−1, 1], and a constant.
    const lineModel = { ...model, dimension: 2 };
    const start = randomStart(lineModel, random, 0.5);
    const { features } = partsOf(lineModel, start);
    for (const [i, c] of labels.entries()) features.set([(2 * c) / (K - 1) - 1 + 0.02 * random.normal(), 1], 2 * i);
    const fixed = await descendFeatures(lineModel, R, S, true, start, told(curves.line, 2));

    return {
      charts: charts(),
      checks: checksOf(
        outputs.value - finalLayerValue(K, R),
        final,
        free.value - penultimateLayerValue(K, R, S),
        before,
        {
          etf: simplexOf(fixed.logits)['logits.etf'] ?? NaN,
          floor: lineFloor(K),
        },
      ),
    };
  },
};

type Told = (step: number, logits: Float64Array) => Promise<void>;

/** Moves each output down its gradient and back into the ball of radius bound(i). */
async function descendOutputs(
  labels: Int32Array,
  K: number,
  bound: (i: number) => number,
  random: Random,
  told: Told,
): Promise<{ value: number; logits: Float64Array }> {
  const logits = random.normals(labels.length * K, 0.1);
  const gradient = new Float64Array(logits.length);
  let value = 0;
  for (let step = 1; step <= STEPS + 1; step++) {
    gradient.fill(0);
    value = 0;
    for (const [i, c] of labels.entries()) value += crossEntropy(logits, i * K, K, c, 1, gradient) / labels.length;
    if (step > STEPS) break;
    // All move by the same factor, the fastest by 1: the gradient is tiny once the margins are large.
    const factor = 1 / largestRow(gradient, K);
    for (let at = 0; at < logits.length; at++) logits[at]! -= factor * gradient[at]!;
    for (let i = 0; i < labels.length; i++) intoBall(logits.subarray(i * K, (i + 1) * K), bound(i));
    await told(step, logits);
  }
  return { value, logits };
}

/** The same for ‖h_i‖ ≤ R (unless the features are fixed) and ‖W‖_F ≤ S. */
async function descendFeatures(
  model: UnconstrainedModel,
  R: number,
  S: number,
  fixed: boolean,
  start: Float64Array,
  told: Told,
): Promise<{ value: number; weight: Float64Array; features: Float64Array; logits: Float64Array }> {
  const objective = objectiveOf(model);
  const gradient = new Float64Array(start.length);
  const { weight, features } = partsOf(model, start);
  const slopes = partsOf(model, gradient);
  let value = 0;
  for (let step = 1; step <= STEPS + 1; step++) {
    value = objective(start, gradient);
    if (step > STEPS) break;
    const turn = 0.3 / largestRow(slopes.weight, slopes.weight.length);
    for (let at = 0; at < weight.length; at++) weight[at]! -= turn * slopes.weight[at]!;
    intoBall(weight, S);
    if (!fixed) {
      const factor = 0.3 / largestRow(slopes.features, model.dimension);
      for (let at = 0; at < features.length; at++) features[at]! -= factor * slopes.features[at]!;
      for (let at = 0; at < features.length; at += model.dimension)
        intoBall(features.subarray(at, at + model.dimension), R);
    }
    await told(step, logitsOf(model, { weight, features }));
  }
  return { value, weight, features, logits: logitsOf(model, { weight, features }) };
}

function largestRow(values: Float64Array, width: number): number {
  let most = 1e-300;
  for (let at = 0; at < values.length; at += width) most = Math.max(most, norm(values.subarray(at, at + width)));
  return most;
}

function intoBall(vector: Float64Array, radius: number): void {
  const length = norm(vector);
  if (length > radius) for (let j = 0; j < vector.length; j++) vector[j]! *= radius / length;
}

type Metrics = Readonly<Record<string, number>>;

function checksOf(
  finalGap: number,
  final: Metrics,
  penultimateGap: number,
  penultimate: Metrics,
  line: { etf: number; floor: number },
): Check[] {
  const nearest =
    'Near the bound the steps contract by a constant factor, so what is left after all of them is rounding.';
  const worst = (metrics: Metrics) => Math.max(...Object.values(metrics));
  return [
    {
      id: 'outputs.value',
      what: 'Cross-entropy of bounded outputs above its closed form.',
      measured: finalGap,
      relation: 'equal',
      expected: 0,
      tolerance: 1e-8,
      because: nearest,
    },
    {
      id: 'outputs.simplex',
      what: 'The largest of NC1, distance from a simplex and variation of the radius of these outputs.',
      measured: worst(final),
      relation: 'atMost',
      expected: 0,
      tolerance: 1e-4,
      because: nearest,
    },
    {
      id: 'features.value',
      what: 'Cross-entropy of bounded free features with a bounded classifier above its closed form.',
      measured: penultimateGap,
      relation: 'equal',
      expected: 0,
      tolerance: 1e-8,
      because: nearest,
    },
    {
      id: 'features.simplex',
      what: 'The largest of NC1 (trace ratio) and the distances of M and W Mᵀ from a simplex there.',
      measured: worst(penultimate),
      relation: 'atMost',
      expected: 0,
      tolerance: 1e-4,
      because: nearest,
    },
    {
      id: 'line.simplex',
      what: 'Distance from a simplex of the outputs for features fixed on a line: not below √(2−2/√(K−1)).',
      measured: line.etf,
      relation: 'atLeast',
      expected: line.floor,
      tolerance: 1e-9,
      because: 'Class means of rank one cannot come closer; only rounding is allowed for.',
    },
  ];
}
