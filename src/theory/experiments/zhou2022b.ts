/** Four losses on free features: one shape, each with a length of its own. */
import type { Check, TheoryChart, TheorySeries } from '../../protocol/theory';
import { setting, type Experiment } from '../experiment';
import { measure } from '../measure';
import { leastCurvature } from '../models/curvature';
import { crossEntropy, focal, smoothedCrossEntropy, squared, type Loss } from '../models/losses';
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

const ITERATIONS = 4000;
/** Both decays times these. */
const LADDER = [0.1, 0.3, 1, 3];

/**
 * Optimum of every loss ψ of the margin t alone: with q = √(nλ_Wλ_H) it has −ψ'(t) = q(K−1), and ‖w‖² =
 * t(K−1)/K·√(nλ_H/λ_W). 0 where the decay is too strong. Source: zhou2022b, theorem 3.1; zhu2021 for cross-entropy.
 */
export const margins = {
  crossEntropy: (K: number, q: number): number => Math.max(0, Math.log(1 / q - (K - 1))),
  smoothed: (K: number, q: number, alpha: number): number => Math.max(0, Math.log(1 / (q + alpha / K) - (K - 1))),
  squared: (K: number, q: number): number => Math.max(0, 1 - K * q),
  /** Largest root by bisection: beyond the steepest point −ψ' falls to 0. */
  focal(K: number, q: number, gamma: number): number {
    let [low, high] = [steepest(K, gamma), 200];
    if (focalSlope(K, gamma, low) <= q * (K - 1)) return 0;
    for (let i = 0; i < 200; i++) {
      const middle = (low + high) / 2;
      if (focalSlope(K, gamma, middle) > q * (K - 1)) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  },
};

/** −dψ/dt of ψ = −(1−p)^γ log p, p = 1/(1+(K−1)e^{−t}), dp/dt = p(1−p). */
function focalSlope(K: number, gamma: number, t: number): number {
  const miss = ((K - 1) * Math.exp(-t)) / (1 + (K - 1) * Math.exp(-t));
  const p = 1 - miss;
  return miss ** (gamma + 1) - gamma * miss ** gamma * p * Math.log1p(-miss);
}

function steepest(K: number, gamma: number): number {
  let best = 0;
  for (let t = 0; t < 30; t += 0.01) if (focalSlope(K, gamma, t) > focalSlope(K, gamma, best)) best = t;
  return best;
}

interface Contender {
  name: string;
  loss: Loss;
  margin: (q: number) => number;
}

export const zhou2022b: Experiment = {
  paper: 'zhou2022b',
  title: 'Four losses, one shape',
  claim:
    'Cross-entropy, label smoothing, focal loss and squared loss, each with weight decay, all end in the same collapsed simplex: only its size depends on the loss.',
  setup:
    'Features and classifier are minimised under each loss for a ladder of weight decays. The geometry at the end is the same simplex for all; the length of the classifier rows is compared with the closed form of each loss.',
  formula: String.raw`-\psi'(t)=(K-1)\sqrt{n\lambda_W\lambda_H},\quad \lVert w\rVert^2=t\,\tfrac{K-1}{K}\sqrt{\tfrac{n\lambda_H}{\lambda_W}}`,
  parameters: [
    classCount(10, 5),
    count('d', 'd', 'Number of features; the claim asks for at least K − 1.', [1, 20], 8),
    count('n', 'n', 'Samples a class.', [2, 10], 5),
    ...decays(2e-3, 5e-4),
    amount('smoothing', String.raw`\alpha`, 'Label smoothing.', [0.01, 0.5], 0.1),
    amount('gamma', String.raw`\gamma`, 'Focusing of the focal loss.', [1, 5], 2),
    seedOfAll,
  ],

  async run(settings, stage) {
    const [K, d, n] = [setting(settings, 'K'), setting(settings, 'd'), setting(settings, 'n')];
    const [weight, features] = [setting(settings, 'weightDecay'), setting(settings, 'featureDecay')];
    const [alpha, gamma] = [setting(settings, 'smoothing'), setting(settings, 'gamma')];
    const contenders: Contender[] = [
      { name: 'cross-entropy', loss: crossEntropy, margin: (q) => margins.crossEntropy(K, q) },
      { name: 'label smoothing', loss: smoothedCrossEntropy(alpha), margin: (q) => margins.smoothed(K, q, alpha) },
      { name: 'focal', loss: focal(gamma), margin: (q) => margins.focal(K, q, gamma) },
      { name: 'squared', loss: squared(), margin: (q) => margins.squared(K, q) },
    ];
    const labels = balancedLabels(K, n);
    const measured: TheorySeries[] = [];
    const geometrySeries: TheorySeries[] = [];
    const theory: TheorySeries[] = contenders.map(({ name, margin }) => ({
      name: `${name}, closed form`,
      kind: 'theory',
      points: Array.from({ length: 61 }, (_, i): [number, number] => {
        const factor = 0.1 * 30 ** (i / 60);
        const t = margin(factor * Math.sqrt(n * weight * features));
        return [factor * weight, Math.sqrt(t * ((K - 1) / K) * Math.sqrt((n * features) / weight))];
      }).filter(([, y]) => y > 0),
    }));
    const charts = (): TheoryChart[] => [
      {
        id: 'norm',
        title: 'Length of the classifier rows',
        x: { title: 'weight decay of the classifier', log: true },
        y: { title: '‖w‖' },
        series: [...measured, ...theory],
      },
      {
        id: 'simplex',
        title: 'Distance of the classifier from a simplex during descent',
        x: { title: 'iteration' },
        y: { title: 'nc2.weights.etf', log: true },
        series: geometrySeries,
      },
    ];
    let geometry = 0;
    const marginErrors: { name: string; error: number }[] = [];
    let curvature: number | undefined;
    for (const [c, { name, loss, margin }] of contenders.entries()) {
      const norms: [number, number][] = [];
      measured.push({ name, kind: 'measured', points: norms });
      const path: [number, number][] = [];
      geometrySeries.push({ name, kind: 'measured', points: path });
      let error = 0;
      for (const [r, factor] of LADDER.entries()) {
        const q = factor * Math.sqrt(n * weight * features);
        const expected = margin(q);
        const model: UnconstrainedModel = {
          classes: K,
          dimension: d,
          labels,
          loss,
          bias: true,
          decay: { weight: factor * weight, features: factor * features, bias: 0 },
        };
        const ofModel = (x: Float64Array, ids: readonly string[]) => {
          const parts = partsOf(model, x);
          return measure({ classes: K, dimension: d, labels, ...parts, logits: logitsOf(model, parts) }, ids).metrics;
        };
        const random = new Random(setting(settings, 'seed') + 7919 * r + 104729 * c);
        // The focal loss is flat far on the wrong side, so all start where it is not.
        const found = await minimise(objectiveOf(model), randomStart(model, random, 0.3), {
          iterations: ITERATIONS,
          tolerance: 1e-10,
          onIteration: async (iteration, x) => {
            if (factor === 1) path.push([iteration, ofModel(x, ['nc2.weights.etf'])['nc2.weights.etf'] ?? NaN]);
            if (iteration % 4 !== 0) return;
            await stage.step((c + (r + iteration / ITERATIONS) / LADDER.length) / contenders.length, charts);
          },
        });
        const { weight: W } = partsOf(model, found.x);
        norms.push([factor * weight, Math.sqrt(W.reduce((sum, v) => sum + v * v, 0) / K)]);
        if (expected === 0) continue;
        const ids = ['margin.min', 'nc1.traceRatio', 'nc2.weights.etf', 'nc2.means.etf', 'nc3.etf'];
        const { 'margin.min': least = NaN, ...rest } = ofModel(found.x, ids);
        error = Math.max(error, Math.abs(least - expected) / expected);
        geometry = Math.max(geometry, ...Object.values(rest));
        if (loss === contenders[2]!.loss && factor === 1) {
          curvature = leastCurvature(loss, logitsOf(model, partsOf(model, found.x)).slice(0, K), labels[0]!);
        }
      }
      marginErrors.push({ name, error });
    }
    return { charts: charts(), checks: checksOf(geometry, marginErrors, curvature) };
  },
};

function checksOf(
  geometry: number,
  margins: readonly { name: string; error: number }[],
  curvature: number | undefined,
): Check[] {
  return [
    {
      id: 'geometry',
      what: 'The largest of NC1 (trace ratio) and the distances of W, M and W Mᵀ from a simplex, over all losses and decays.',
      measured: geometry,
      relation: 'atMost',
      expected: 0,
      tolerance: 1e-3,
      because:
        'Descent stops at a gradient of 1e-10; the shape moves by that over the least curvature, of the order of the decay.',
    },
    ...margins.map(({ name, error }): Check => ({
      id: `margin.${name.replace(' ', '-')}`,
      what: `The largest relative distance of the margin under ${name} from its closed form, over all decays.`,
      measured: error,
      relation: 'atMost',
      expected: 0,
      tolerance: 1e-3,
      because: 'As for the geometry.',
    })),
    ...(curvature === undefined
      ? []
      : [
          {
            id: 'focal.curvature',
            what: 'The least curvature of the focal loss in the logits, at its optimum: not negative where it is convex.',
            measured: curvature,
            relation: 'atLeast',
            expected: 0,
            tolerance: 1e-7,
            because: 'Along a shift of all logits it is 0, known from central differences to about 1e-8.',
          } as const,
        ]),
  ];
}
