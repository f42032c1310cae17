/** Squared loss on free features: the decay of the bias leads from a simplex to an orthogonal frame, by a closed form. */
import type { Check, TheoryChart, TheorySeries } from '../../protocol/theory';
import { setting, type Experiment, type Stage } from '../experiment';
import { measure, measureOne } from '../measure';
import { squared } from '../models/losses';
import {
  balancedLabels,
  logitsOf,
  objectiveOf,
  partsOf,
  randomStart,
  type UnconstrainedModel,
} from '../models/unconstrained';
import { minimise } from '../optimise/lbfgs';
import { Random } from '../random';
import { amount, classCount, count, decays, seedOfAll } from '../parameter-kinds';

const ITERATIONS = 3000;
/** Steps of the ladder of bias decays. */
const RUNGS = 9;

export interface SquaredOptimum {
  value: number;
  /** Singular value of the class-mean logits across the classes (α) and along 1 (β). */
  across: number;
  along: number;
  /** Cosine of two uncentred class means; absent where they are zero. */
  cosine?: number;
}

/**
 * The global minimum of (1/2N)‖WHᵀ+b1ᵀ−Y‖² + λ_W/2‖W‖² + λ_H/2‖H‖² + λ_b/2‖b‖², d ≥ K: with c = K√(nλ_Wλ_H) the
 * mean logits are α(I−J/K) + βJ/K, α = (1−c)₊, β = (1−c(1+λ_b)/λ_b)₊, b = (1−β)/(K(1+λ_b)). β = 0, a simplex, up to
 * λ_b = c/(1−c); λ_b = ∞ is no bias, an orthogonal frame. Source: zhou2022a, theorem 3.1.
 */
export function squaredOptimum(
  K: number,
  n: number,
  lambdaW: number,
  lambdaH: number,
  lambdaB: number,
): SquaredOptimum {
  const c = K * Math.sqrt(n * lambdaW * lambdaH);
  // λ_b/(1+λ_b): what is left of the squared loss along 1 once the bias has done its part.
  const kept = lambdaB === Infinity ? 1 : lambdaB / (1 + lambdaB);
  const across = Math.max(0, 1 - c);
  const along = kept > c ? 1 - c / kept : 0;
  const value = ((K - 1) * ((across - 1) ** 2 + 2 * c * across) + kept * (along - 1) ** 2 + 2 * c * along) / (2 * K);
  const size = (K - 1) * across + along;
  return { value, across, along, ...(size > 0 ? { cosine: (along - across) / size } : {}) };
}

/**
 * Margin of the rescaled squared loss, true class weighted k and sent to M, bias without decay, d ≥ K−1:
 * (M − √(nλ_Wλ_H)(k+K−1)/k)₊. The minimum over the level of the logits leaves k(K−1)/(k+K−1)·½(α−M)². Source: the loss
 * is that of zhou2022a, section 4; its margin follows as theorem 3.1 does.
 */
export function rescaledMargin(K: number, n: number, lambdaW: number, lambdaH: number, k: number, M: number): number {
  return Math.max(0, M - (Math.sqrt(n * lambdaW * lambdaH) * (k + K - 1)) / k);
}

export const zhou2022a: Experiment = {
  paper: 'zhou2022a',
  title: 'Squared loss: the bias decides the shape',
  claim:
    'The squared loss of free features with weight decay has no bad local minimum either. Its optimum is a simplex where the bias is free or little decayed, an orthogonal frame where there is no bias, and between them a closed form.',
  setup:
    'Features, classifier and bias are minimised from random starts for a ladder of bias decays, and without a bias. Loss and cosine of the class means are held to the closed form; once more with the rescaled squared loss.',
  formula: String.raw`\alpha=(1-c)_+,\quad \beta=\Bigl(1-c\,\tfrac{1+\lambda_b}{\lambda_b}\Bigr)_+,\quad c=K\sqrt{n\lambda_W\lambda_H},\quad \cos=\frac{\beta-\alpha}{(K-1)\alpha+\beta}`,
  parameters: [
    classCount(8, 4),
    count('d', 'd', 'Number of features; the claim asks for at least K.', [1, 20], 8),
    count('n', 'n', 'Samples a class.', [1, 12], 5),
    ...decays(5e-3, 2e-3),
    count('starts', String.raw`\text{starts}`, 'Random starts for each bias decay.', [1, 4], 2),
    amount('emphasis', 'k', 'Weight of the true class in the rescaled loss.', [1, 50], 5),
    amount('target', 'M', 'Target of the true class in the rescaled loss.', [1, 50], 10),
    seedOfAll,
  ],

  async run(settings, stage) {
    const [K, d, n] = [setting(settings, 'K'), setting(settings, 'd'), setting(settings, 'n')];
    const [lambdaW, lambdaH] = [setting(settings, 'weightDecay'), setting(settings, 'featureDecay')];
    const starts = setting(settings, 'starts');
    const threshold = K * Math.sqrt(n * lambdaW * lambdaH);
    const base = { classes: K, dimension: d, labels: balancedLabels(K, n) };
    // Around λ_b = c/(1−c), where the simplex begins to open; the ends are the two extremes.
    const ladder = Array.from({ length: RUNGS }, (_, r) => threshold * 10 ** (-1 + (4 * r) / (RUNGS - 1)));
    const points: [number, number][] = [];
    const descents: TheorySeries[] = [];
    const charts = (): TheoryChart[] => [
      {
        id: 'cosine',
        title: 'Cosine of the class means against the decay of the bias',
        x: { title: 'decay of the bias', log: true },
        y: { title: 'mean cosine of uncentred class means' },
        series: [
          { name: 'measured', kind: 'measured', points },
          { name: 'closed form', kind: 'theory', points: cosineCurve(ladder, (b) => squaredOptimum(K, n, lambdaW, lambdaH, b)) }, // prettier-ignore
          { name: 'simplex', kind: 'bound', points: [[ladder[0]!, -1 / (K - 1)], [ladder[RUNGS - 1]!, -1 / (K - 1)]] }, // prettier-ignore
          { name: 'orthogonal frame', kind: 'bound', points: [[ladder[0]!, 0], [ladder[RUNGS - 1]!, 0]] }, // prettier-ignore
        ],
      },
      {
        id: 'loss',
        title: 'Loss above the optimum',
        x: { title: 'iteration' },
        y: { title: 'loss − optimum', log: true },
        series: descents,
      },
    ];
    let value = 0;
    let cosine = 0;
    const rungs = [...ladder, Infinity];
    for (const [r, lambdaB] of rungs.entries()) {
      const bias = lambdaB !== Infinity;
      const model: UnconstrainedModel = {
        ...base,
        loss: squared(),
        bias,
        decay: { weight: lambdaW, features: lambdaH, bias: bias ? lambdaB : 0 },
      };
      const expected = squaredOptimum(K, n, lambdaW, lambdaH, lambdaB);
      for (let s = 0; s < starts; s++) {
        const random = new Random(setting(settings, 'seed') + 7919 * s + 104729 * r);
        const descent: [number, number][] = [];
        if (s === 0 && (r === 0 || r === RUNGS)) {
          descents.push({ name: bias ? 'little decayed bias' : 'no bias', kind: 'measured', points: descent });
        }
        const found = await descend(model, random, s % 2 === 0 ? 0.3 : 2, (share, iteration, loss) => {
          descent.push([iteration, Math.max(loss - expected.value, 1e-16)]);
          return stage.step((r + (s + share) / starts) / (RUNGS + 2), charts);
        });
        value = Math.max(value, Math.abs(found.value - expected.value));
        if (expected.cosine === undefined) continue;
        const { features } = found;
        const measured = measureOne({ ...base, features }, 'nc2.means.cosMean');
        cosine = Math.max(cosine, Math.abs(measured - expected.cosine));
        if (bias && s === 0) points.push([lambdaB, measured]);
      }
    }
    const rescaled = await runRescaled(settings, base, stage);
    return { charts: charts(), checks: checksOf(value, points.length > 0 ? cosine : undefined, rescaled) };
  },
};

function cosineCurve(ladder: readonly number[], optimum: (lambdaB: number) => SquaredOptimum): [number, number][] {
  const [first, last] = [Math.log(ladder[0]!), Math.log(ladder[ladder.length - 1]!)];
  return Array.from({ length: 121 }, (_, i): [number, number] => {
    const lambdaB = Math.exp(first + ((last - first) * i) / 120);
    return [lambdaB, optimum(lambdaB).cosine ?? NaN];
  }).filter(([, y]) => Number.isFinite(y));
}

async function descend(
  model: UnconstrainedModel,
  random: Random,
  scale: number,
  told: (share: number, iteration: number, value: number) => Promise<void>,
) {
  const { x, value } = await minimise(objectiveOf(model), randomStart(model, random, scale), {
    iterations: ITERATIONS,
    tolerance: 1e-10,
    onIteration: (iteration, _, loss) =>
      iteration % 5 === 0 ? told(iteration / ITERATIONS, iteration, loss) : undefined,
  });
  const { weight, features, bias } = partsOf(model, x);
  return { value, weight, features, ...(bias ? { bias } : {}) };
}

interface Rescaled {
  margin: number;
  expected: number;
  geometry: number;
}

async function runRescaled(
  settings: Readonly<Record<string, number>>,
  base: { classes: number; dimension: number; labels: Int32Array },
  stage: Stage,
): Promise<Rescaled | undefined> {
  const [k, M, n] = [setting(settings, 'emphasis'), setting(settings, 'target'), setting(settings, 'n')];
  const [weight, features] = [setting(settings, 'weightDecay'), setting(settings, 'featureDecay')];
  const expected = rescaledMargin(base.classes, n, weight, features, k, M);
  if (expected === 0) return undefined;
  const model: UnconstrainedModel = { ...base, loss: squared(M, k), bias: true, decay: { weight, features, bias: 0 } };
  const random = new Random(setting(settings, 'seed') + 1);
  const found = await descend(model, random, 0.3, (share) => stage.step((RUNGS + 1 + share) / (RUNGS + 2)));
  const { metrics } = measure({ ...base, ...found, logits: logitsOf(model, found) }, ['margin.min', 'nc2.weights.etf', 'nc3.etf']); // prettier-ignore
  return {
    margin: metrics['margin.min'] ?? NaN,
    expected,
    geometry: Math.max(metrics['nc2.weights.etf'] ?? NaN, metrics['nc3.etf'] ?? NaN),
  };
}

function checksOf(value: number, cosine: number | undefined, rescaled: Rescaled | undefined): Check[] {
  const checks: Check[] = [
    {
      id: 'value',
      what: 'The largest distance of a final loss from the closed form, over all bias decays, no bias, and all starts.',
      measured: value,
      relation: 'atMost',
      expected: 0,
      tolerance: 1e-8,
      because: 'The minimum is quadratic, so a gradient of 1e-10 leaves the loss far closer than this.',
    },
  ];
  if (cosine !== undefined) {
    checks.push({
      id: 'cosine',
      what: 'The largest distance of the cosine of the class means from the closed form, over the same.',
      measured: cosine,
      relation: 'atMost',
      expected: 0,
      tolerance: 1e-3,
      because:
        'Near the threshold the loss is flat along 1, so the cosine moves by the square root of what is left of it.',
    });
  }
  if (rescaled) {
    checks.push(
      {
        id: 'rescaled.margin',
        what: 'Smallest margin under the rescaled squared loss, against M − √(nλ_Wλ_H)(k+K−1)/k.',
        measured: rescaled.margin,
        relation: 'equal',
        expected: rescaled.expected,
        tolerance: 1e-3,
        because: 'The margin moves by the square root of what is left of the loss over the least curvature.',
      },
      {
        id: 'rescaled.geometry',
        what: 'The larger of the distances of W and of W Mᵀ from a simplex, under the rescaled squared loss.',
        measured: rescaled.geometry,
        relation: 'atMost',
        expected: 0,
        tolerance: 1e-3,
        because: 'As for the margin.',
      },
    );
  }
  return checks;
}
