/** Cross-entropy on free features with no regularisation: everything grows, but in one direction, that of collapse. */
import { setting, type Experiment } from '../experiment';
import { measure } from '../measure';
import { logLoss, productsOf, viewsOf, type LogLossModel } from '../models/log-loss';
import { balancedLabels } from '../models/unconstrained';
import { gradientFlow } from '../optimise/flow';
import { inner } from '../optimise/objective';
import { amount, count, seed } from '../parameter-kinds';
import { Random } from '../random';

const STEPS = 60_000;
const GEOMETRY = ['nc1.traceRatio', 'nc2.weights.etf', 'nc3.etf'] as const;
const NAMES = {
  'nc1.traceRatio': 'NC1 (trace ratio)',
  'nc2.weights.etf': 'NC2 of W',
  'nc3.etf': 'NC3 of W Mᵀ',
} as const;
/** Points of a curve, equally far apart in log log(1/L). */
const SHOWN = 1.06;

/** Largest margin for ½(‖W‖² + ‖H‖²) = 1, balanced and d ≥ K−1: 1/((K−1)√n). Source: ji2022, theorem 3.3. */
export function bestMargin(K: number, n: number): number {
  return 1 / ((K - 1) * Math.sqrt(n));
}

class Reached extends Error {}

export const ji2022: Experiment = {
  paper: 'ji2022',
  title: 'Nothing but cross-entropy already leads to collapse',
  claim:
    'Without weight decay or any other constraint, gradient flow on cross-entropy never comes to rest: classifier and features grow for ever. Their direction converges, and it is that of the largest margin for given norms, which is Neural Collapse.',
  setup:
    'Classifier and features follow the flow of the logarithm of the loss: the path of plain gradient flow, in a time in which it gets ahead. It stops where the loss has fallen to a set power of e; the margin for the norms spent is compared with the largest possible.',
  formula: String.raw`\frac{\min_i\bigl(z_{i,y_i}-\max_{j\neq y_i}z_{i,j}\bigr)}{\tfrac12(\lVert W\rVert^2+\lVert H\rVert^2)}\ \to\ \frac{1}{(K-1)\sqrt n}`,
  parameters: [
    count('K', 'K', 'Number of classes.', [2, 8], 4),
    count(
      'd',
      'd',
      'Number of features; a simplex needs K − 1, and the flow gets there sooner with K or more.',
      [2, 12],
      8,
    ),
    count('n', 'n', 'Samples a class.', [1, 6], 5),
    amount('scale', 's', 'Size of the random start.', [0.05, 1], 0.3),
    amount('depth', String.raw`\log 1/L`, 'How far the loss falls, as the logarithm of one over it.', [5, 6000], 4000),
    seed,
  ],

  async run(settings, stage) {
    const [K, d, n] = [setting(settings, 'K'), setting(settings, 'd'), setting(settings, 'n')];
    const depth = setting(settings, 'depth');
    const labels = balancedLabels(K, n);
    const model: LogLossModel = { classes: K, dimension: d, labels, temperature: 1 };
    const best = bestMargin(K, n);
    const ratios: [number, number][] = [];
    const norms: [number, number][] = [];
    const distances = new Map<string, [number, number][]>(GEOMETRY.map((id) => [id, []]));
    const x = { title: 'log 1/L', log: true };
    const charts = () => [
      {
        id: 'ratio',
        title: 'Margin for its norms, over the largest possible',
        x,
        y: { title: 'ratio' },
        series: [
          { name: 'flow', kind: 'measured' as const, points: ratios },
          { name: 'largest possible', kind: 'bound' as const, points: ratios.map(([at]) => [at, 1] as const) },
        ],
      },
      {
        id: 'geometry',
        title: 'Distances from collapse along the flow',
        x,
        y: { title: 'distance', log: true },
        series: GEOMETRY.map((id) => ({ name: NAMES[id], kind: 'measured' as const, points: distances.get(id)! })),
      },
      {
        id: 'norms',
        title: 'Norms that are spent',
        x,
        y: { title: '½(‖W‖² + ‖H‖²)', log: true },
        series: [
          { name: 'flow', kind: 'measured' as const, points: norms },
          { name: '(K−1)√n · log 1/L', kind: 'theory' as const, points: norms.map(([at]) => [at, at / best] as const) },
        ],
      },
    ];
    let variation = Infinity;
    const look = (at: number, point: Float64Array) => {
      const { weight, features } = viewsOf(model, point);
      const representation = { classes: K, dimension: d, features, labels, weight, logits: productsOf(model, point) };
      const { metrics } = measure(representation, [...GEOMETRY, 'margin.normalized', 'margin.std']);
      // Where d < K−1 the product's ratio does not apply: against the bound it still says how far the margin is.
      ratios.push([at, (metrics['margin.normalized'] ?? 0) / best]);
      norms.push([at, inner(point, point) / 2]);
      for (const id of GEOMETRY) if (metrics[id] !== undefined) distances.get(id)!.push([at, metrics[id]]);
      variation = metrics['margin.std'] ?? 1;
    };
    const start = new Random(setting(settings, 'seed')).normals((K + K * n) * d, setting(settings, 'scale'));
    let next = 1;
    let ended: Float64Array = start;
    let reached = 0;
    try {
      await gradientFlow(logLoss(model), start, {
        until: Infinity,
        tolerance: 1e-4,
        steps: STEPS,
        onStep: async (_, point, value) => {
          [ended, reached] = [point, -value];
          if (-value >= next && -value < depth) {
            look(-value, point);
            next = -value * SHOWN;
          }
          await stage.step(Math.min(1, Math.max(0, -value / depth)), charts);
          if (-value >= depth) throw new Reached();
        },
      });
    } catch (error) {
      if (!(error instanceof Reached)) throw error;
    }
    look(reached, ended);
    return {
      charts: charts(),
      checks: [
        {
          id: 'ratio',
          what: 'The smallest margin for the norms spent, over the largest possible, at the end.',
          measured: ratios.at(-1)![1],
          relation: 'equal',
          expected: 1,
          tolerance: 0.01,
          because:
            'What the flow conserves of the start, WᵀW − HᵀH, fades only like 1/log(1/L): at the defaults 0.0002 is left of it.',
        },
        {
          id: 'margins',
          what: 'How unequal the margins of the samples are at the end (standard deviation over mean).',
          measured: variation,
          relation: 'atMost',
          expected: 0,
          tolerance: 1e-3,
          because: 'At the largest margin all are equal; the integrator leaves about 1e-5.',
        },
        {
          id: 'geometry',
          what: 'The largest of NC1 (trace ratio), NC2 of the classifier and NC3 at the end.',
          measured: Math.max(
            ...GEOMETRY.map((id) => distances.get(id)!.at(-1)?.[1] ?? (id === 'nc1.traceRatio' ? 0 : 2)),
          ),
          relation: 'atMost',
          expected: 0,
          tolerance: 0.03,
          because: 'As for the ratio: these distances fade like 1/√log(1/L) at worst, 0.01 from the largest start.',
        },
      ],
      notes:
        d === K - 1
          ? [
              'With just K − 1 features the flow can linger near a saddle before it turns to the simplex: of 8 starts with 8 classes, 3 had come to 0.94 to 0.98 of the largest margin. With K features or more all did better than 0.999.',
            ]
          : [],
    };
  },
};
