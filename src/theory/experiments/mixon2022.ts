/** Squared loss on free features without any decay: from a small start the flow ends in strong collapse. */
import { gram } from '../../statistics/products';
import { symmetricEigen } from '../../statistics/symmetric-eigen';
import type { TheorySeries } from '../../protocol/theory';
import { setting, type Experiment } from '../experiment';
import { measure } from '../measure';
import { squared } from '../models/losses';
import { balancedLabels, objectiveOf, partsOf, randomStart, type UnconstrainedModel } from '../models/unconstrained';
import { gradientFlow } from '../optimise/flow';
import { norm } from '../optimise/objective';
import { amount, count, seed } from '../parameter-kinds';
import { Random } from '../random';

const FACTORS = [1, 2, 4];
const STATE = ['snc.weights', 'snc.features', 'snc.bias'] as const;
const SHOWN = [...STATE, 'snc.subspace'] as const;

/**
 * ‖W‖_F at time t of the flow within {H = W⊗1ᵀ/√n}, where Ẇ = √n W − W WᵀW on centred rows: each eigenvalue √n u of
 * W Wᵀ follows u̇ = 2√n u(1−u). After mixon2022, section 3.
 * @param initial u at time 0 of each eigenvalue
 */
export function growth(initial: readonly number[], n: number, time: number): number {
  const squares = initial.map((u) => (u > 0 ? 1 / (1 + (1 / u - 1) * Math.exp(-2 * Math.sqrt(n) * time)) : 0));
  return Math.sqrt(Math.sqrt(n) * squares.reduce((sum, u) => sum + u, 0));
}

export const mixon2022: Experiment = {
  paper: 'mixon2022',
  title: 'Collapse without decay, from a small start',
  claim:
    'Under squared loss without any weight decay, free features still collapse if training starts small: the flow is drawn to a subspace on which classifier and features agree, and ends at one state, scales included.',
  setup:
    'Classifier, features and bias follow gradient flow from random values of size s, and from twice and four times that. The distances from strong collapse must be small and shrink with s as the theory says; the norm of the classifier is drawn over the closed form on the subspace.',
  formula: String.raw`WW^{\top}=\sqrt n\,(I-\tfrac1KJ),\quad h_{k,i}=\tfrac1{\sqrt n}w_k,\quad b=\tfrac1K\mathbf 1;\qquad u_r(t)=\frac{1}{1+(1/u_r(0)-1)\,e^{-2\sqrt n\,t}}`,
  parameters: [
    count('K', 'K', 'Number of classes.', [2, 8], 4),
    count('d', 'd', 'Number of features.', [7, 20], 8),
    count('n', 'n', 'Samples a class.', [1, 10], 5),
    amount('scale', 's', 'Size of the start; the claim is about small ones.', [1e-4, 1], 1e-3),
    seed,
  ],

  async run(settings, stage) {
    const [K, d, n] = [setting(settings, 'K'), setting(settings, 'd'), setting(settings, 'n')];
    const scale = setting(settings, 'scale');
    const labels = balancedLabels(K, n);
    const model: UnconstrainedModel = {
      classes: K,
      dimension: d,
      labels,
      loss: squared(),
      decay: { weight: 0, features: 0 },
      bias: true,
      sampleWeight: 1,
    };
    const objective = objectiveOf(model);
    const look = (x: Float64Array) => {
      const { weight, features, bias } = partsOf(model, x);
      const representation = { classes: K, dimension: d, features, labels, weight, ...(bias ? { bias } : {}) };
      return measure(representation, SHOWN, { loss: 'mse' }).metrics;
    };
    const size = Math.sqrt(Math.sqrt(n) * (K - 1));
    const distances = new Map<string, [number, number][]>(SHOWN.map((id) => [id, []]));
    const norms: [number, number][] = [];
    const closed: [number, number][] = [];
    const ends = new Map<string, [number, number][]>(STATE.map((id) => [id, []]));
    const charts = () => [
      {
        id: 'distance',
        title: 'Distance from strong collapse along the flow',
        x: { title: 'time' },
        y: { title: 'relative distance', log: true },
        series: SHOWN.map((id) => ({ name: NAMES[id], kind: 'measured' as const, points: distances.get(id)! })),
      },
      {
        id: 'growth',
        title: 'Norm of the classifier along the flow',
        x: { title: 'time' },
        y: { title: '‖W‖, rows centred', log: true },
        series: [
          { name: 'flow', kind: 'measured' as const, points: norms },
          { name: 'closed form on the subspace', kind: 'theory' as const, points: closed },
        ],
      },
      {
        id: 'scale',
        title: 'Distance at the end against the size of the start',
        x: { title: 'size of the start s', log: true },
        y: { title: 'relative distance', log: true },
        series: STATE.flatMap((id): TheorySeries[] => {
          const points = ends.get(id)!;
          const power = id === 'snc.weights' ? 2 : 1;
          return [
            { name: NAMES[id], kind: 'measured', points },
            { name: `∝ s${power === 2 ? '²' : ''}`, kind: 'theory', points: points.map(([s]) => [s, points[0]![1] * Math.pow(s / points[0]![0], power)]) }, // prettier-ignore
          ];
        }),
      },
    ];
    const direction = randomStart(model, new Random(setting(settings, 'seed')), 1);
    let furthest = 0;
    for (const [run, factor] of FACTORS.entries()) {
      const start = direction.map((value) => factor * scale * value);
      const initial = run === 0 ? onSubspace(model, start) : [];
      const until = (Math.log(1 / scale) + 25) / Math.sqrt(n);
      let shown = -Infinity;
      const flowed = await gradientFlow(objective, start, {
        until,
        tolerance: 1e-6,
        onStep: async (time, x) => {
          if (run === 0 && time - shown > until / 150) {
            shown = time;
            const metrics = look(x);
            for (const id of SHOWN) if (metrics[id] !== undefined) distances.get(id)!.push([time, metrics[id]]);
            const [found, expected] = [norm(centred(partsOf(model, x).weight, K, d)), growth(initial, n, time)];
            norms.push([time, found]);
            closed.push([time, expected]);
            furthest = Math.max(furthest, Math.abs(found - expected) / size);
          }
          await stage.step((run + time / until) / FACTORS.length, charts);
        },
      });
      const metrics = look(flowed.x);
      for (const id of STATE) ends.get(id)!.push([factor * scale, metrics[id]!]);
    }
    return {
      charts: charts(),
      checks: [
        {
          id: 'state',
          what: 'The largest relative distance of classifier, features and bias from strong collapse, from the smallest start.',
          measured: Math.max(...STATE.map((id) => ends.get(id)![0]![1])),
          relation: 'atMost',
          expected: 0,
          tolerance: 0.03,
          because:
            'What the flow cannot remove is of the size of the start: about s√(Knd) over the features’ norm, 0.005 at the defaults and 0.02 at most where s = 0.001.',
        },
        {
          id: 'weights',
          what: 'The power of s with which the classifier’s distance shrinks.',
          measured: slope(ends.get('snc.weights')!),
          relation: 'equal',
          expected: 2,
          tolerance: 0.1,
          because: 'The leading order in s; the next one is below a per cent at the defaults.',
        },
        {
          id: 'features',
          what: 'The power of s with which the features’ distance shrinks.',
          measured: slope(ends.get('snc.features')!),
          relation: 'equal',
          expected: 1,
          tolerance: 0.1,
          because: 'As for the classifier.',
        },
        {
          id: 'growth',
          what: 'The largest distance of the classifier’s norm from the closed form along the flow, over its final norm.',
          measured: furthest,
          relation: 'atMost',
          expected: 0,
          tolerance: 0.01,
          because:
            'The closed form is that of the subspace, which the flow follows up to the size of the start: within 0.1 % over 10 seeds.',
        },
      ],
    };
  },
};

const NAMES = {
  'snc.weights': 'classifier',
  'snc.features': 'features',
  'snc.bias': 'bias',
  'snc.subspace': 'distance from the subspace',
} as const;

/** u of the start's projection on the subspace: the eigenvalues of the centred W′W′ᵀ over √n, W′ = ½(W + √n M). */
function onSubspace(model: UnconstrainedModel, start: Float64Array): number[] {
  const { classes: K, dimension: d, labels } = model;
  const { weight, features } = partsOf(model, start);
  const n = labels.length / K;
  const projected = weight.map((value) => value / 2);
  labels.forEach((k, i) => {
    for (let j = 0; j < d; j++) projected[k * d + j]! += features[i * d + j]! / (2 * Math.sqrt(n));
  });
  const { values } = symmetricEigen(gram(centred(projected, K, d), K, d), K);
  // Centring leaves one eigenvalue that is 0 but for rounding, which would grow.
  const largest = Array.from(values)
    .sort((a, b) => b - a)
    .slice(0, K - 1);
  return largest.map((value) => value / Math.sqrt(n));
}

function centred(rows: Float64Array, K: number, d: number): Float64Array {
  const mean = new Float64Array(d);
  rows.forEach((value, at) => (mean[at % d]! += value / K));
  return rows.map((value, at) => value - mean[at % d]!);
}

/** Least-squares slope of log y on log x. */
function slope(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (which: 0 | 1) => logs.reduce((sum, point) => sum + point[which], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const across = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return across / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}
