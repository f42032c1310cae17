/** Cross-entropy with weight decay on free features: from every start one value, that of the closed form. */
import type { TheorySeries } from '../../protocol/theory';
import { setting, type Experiment } from '../experiment';
import { measureOne } from '../measure';
import { crossEntropy } from '../models/losses';
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

const ITERATIONS = 2000;

export interface Optimum {
  /** Logit of the true class over any other. */
  margin: number;
  value: number;
  weightNorm: number;
  featureNorm: number;
}

/** The global minimum of (1/N) Σ CE + λ_W/2‖W‖² + λ_H/2‖H‖² for d ≥ K−1. Source: zhu2021, theorem 3.1. */
export function optimum(K: number, n: number, weightDecay: number, featureDecay: number): Optimum {
  const a = Math.sqrt(n * weightDecay * featureDecay);
  if (a >= 1 / K) return { margin: 0, value: Math.log(K), weightNorm: 0, featureNorm: 0 };
  const margin = Math.log(1 / a - (K - 1));
  const w2 = margin * ((K - 1) / K) * Math.sqrt((featureDecay * n) / weightDecay);
  const h2 = (w2 * weightDecay) / (featureDecay * n);
  const value = Math.log1p((K - 1) * Math.exp(-margin)) + 0.5 * weightDecay * K * w2 + 0.5 * featureDecay * K * n * h2;
  return { margin, value, weightNorm: Math.sqrt(w2), featureNorm: Math.sqrt(h2) };
}

export const zhu2021: Experiment = {
  paper: 'zhu2021',
  title: 'Every start reaches the same collapsed optimum',
  claim:
    'With weight decay the cross-entropy of free features has no bad local minimum: whatever the start, descent ends in the one global optimum, and that is Neural Collapse.',
  setup:
    'Features and classifier are free parameters under cross-entropy and weight decay. They are minimised from several random starts; each ends at the value, the norms and the geometry that the closed form gives.',
  formula: String.raw`t=\log\!\Bigl(\tfrac{1}{\sqrt{n\lambda_W\lambda_H}}-(K-1)\Bigr),\quad \lVert w\rVert^2=t\,\tfrac{K-1}{K}\sqrt{\tfrac{n\lambda_H}{\lambda_W}}`,
  parameters: [
    { id: 'K', name: 'K', plain: 'Number of classes.', min: 2, max: 12, default: 5, whole: true },
    {
      id: 'd',
      name: 'd',
      plain: 'Number of features; the claim asks for at least K − 1.',
      min: 1,
      max: 40,
      default: 8,
      whole: true,
    },
    { id: 'n', name: 'n', plain: 'Samples a class.', min: 1, max: 20, default: 6, whole: true },
    {
      id: 'weightDecay',
      name: String.raw`\lambda_W`,
      plain: 'Weight decay of the classifier.',
      min: 1e-5,
      max: 1,
      default: 5e-3,
    },
    {
      id: 'featureDecay',
      name: String.raw`\lambda_H`,
      plain: 'Weight decay of the features.',
      min: 1e-6,
      max: 1,
      default: 1e-4,
    },
    {
      id: 'starts',
      name: String.raw`\text{starts}`,
      plain: 'Random starts.',
      min: 1,
      max: 12,
      default: 6,
      whole: true,
    },
    {
      id: 'seed',
      name: String.raw`\text{seed}`,
      plain: 'Of the random starts.',
      min: 0,
      max: 1e6,
      default: 1,
      whole: true,
    },
  ],

  async run(settings, stage) {
    const [K, d, n] = [setting(settings, 'K'), setting(settings, 'd'), setting(settings, 'n')];
    const decay = { weight: setting(settings, 'weightDecay'), features: setting(settings, 'featureDecay'), bias: 0.01 };
    const starts = setting(settings, 'starts');
    const model: UnconstrainedModel = {
      classes: K,
      dimension: d,
      labels: balancedLabels(K, n),
      loss: crossEntropy,
      decay,
      bias: true,
    };
    const expected = optimum(K, n, decay.weight, decay.features);
    const objective = objectiveOf(model);
    const series: TheorySeries[] = [];
    const chart = () => ({
      id: 'loss',
      title: 'Loss above the optimum, from each start',
      x: { title: 'iteration' },
      y: { title: 'loss − optimum', log: true },
      series,
    });
    let worst = 0;
    let furthest = 0;
    let margin = 0;
    let geometry = 0;
    for (let s = 0; s < starts; s++) {
      const random = new Random(setting(settings, 'seed') + 7919 * s);
      const points: [number, number][] = [];
      series.push({ name: `start ${s + 1}`, kind: 'measured', points });
      const start = randomStart(model, random, s % 2 === 0 ? 0.1 : 2);
      const found = await minimise(objective, start, {
        iterations: ITERATIONS,
        tolerance: 1e-9,
        onIteration: async (iteration, _, value) => {
          points.push([iteration, Math.max(value - expected.value, 1e-16)]);
          if (iteration % 20 === 0) await stage.step((s + iteration / ITERATIONS) / starts, () => [chart()]);
        },
      });
      worst = Math.max(worst, found.gradientNorm);
      if (Math.abs(found.value - expected.value) >= furthest) furthest = Math.abs(found.value - expected.value);
      const { weight, features, bias } = partsOf(model, found.x);
      const logits = logitsOf(model, { weight, features, ...(bias ? { bias } : {}) });
      if (expected.margin > 0) {
        const representation = {
          classes: K,
          dimension: d,
          features,
          labels: model.labels,
          weight,
          ...(bias ? { bias } : {}),
          logits,
        };
        margin = Math.max(margin, Math.abs(measureOne(representation, 'margin.min') - expected.margin));
        for (const id of ['nc2.weights.etf', 'nc3.etf', 'nc1.traceRatio'] as const) {
          if (n > 1 || id !== 'nc1.traceRatio') geometry = Math.max(geometry, measureOne(representation, id));
        }
      }
    }
    return {
      charts: [chart()],
      checks: [
        {
          id: 'value',
          what: 'The largest distance of a start’s final loss from the closed form.',
          measured: furthest,
          relation: 'atMost',
          expected: 0,
          tolerance: 1e-8,
          because: 'The minimum is quadratic, so a gradient of 1e-9 leaves the loss far closer than this.',
        },
        ...(expected.margin > 0
          ? ([
              {
                id: 'margin',
                what: 'The largest distance of a start’s margin from log(1/√(nλ_Wλ_H) − (K−1)).',
                measured: margin,
                relation: 'atMost',
                expected: 0,
                tolerance: 1e-3,
                because: 'The margin moves by the square root of what is left of the loss over the least curvature.',
              },
              {
                id: 'geometry',
                what: 'The largest of NC1 (trace ratio), the distance of W from a simplex and that of W Mᵀ, over all starts.',
                measured: geometry,
                relation: 'atMost',
                expected: 0,
                tolerance: 1e-3,
                because: 'As for the margin.',
              },
            ] as const)
          : []),
      ],
      notes: [`Largest gradient norm at the end: ${worst.toExponential(1)}.`],
    };
  },
};
