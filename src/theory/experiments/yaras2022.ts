/** Features and classifier on unit spheres: from every start one value, and the simplex. */
import type { TheorySeries } from '../../protocol/theory';
import { setting, type Experiment } from '../experiment';
import { measureOne } from '../measure';
import { logLoss, viewsOf, type LogLossModel } from '../models/log-loss';
import { onSpheres, onto, rowSpheres } from '../models/spheres';
import { balancedLabels } from '../models/unconstrained';
import { minimise } from '../optimise/lbfgs';
import { amount, count, seed, starts } from '../parameter-kinds';
import { Random } from '../random';

const ITERATIONS = 1500;
const SWEEP = 7;

/**
 * Least of (1/N) Σ CE(W h/τ) over unit features and classifier rows, d ≥ K−1: log(1+(K−1)exp(−K/(τ(K−1)))).
 * Source: yaras2022, theorem 3.1.
 */
export function sphericalOptimum(K: number, temperature: number): number {
  return Math.log1p((K - 1) * Math.exp(-K / (temperature * (K - 1))));
}

export const yaras2022: Experiment = {
  paper: 'yaras2022',
  title: 'With normalised features there is no bad minimum either',
  claim:
    'Where features and classifier rows have unit length, as in face recognition and contrastive learning, cross-entropy has one minimum up to rotation, the simplex with features on their classifier rows, and no other that descent could end in.',
  setup:
    'Unit features and classifier rows are free under cross-entropy at a temperature τ. The logarithm of the loss is minimised along the spheres from several random starts, then once at each of several temperatures, against the closed form.',
  formula: String.raw`\min\ \tfrac1N\sum_i\mathrm{CE}\bigl(\tau^{-1}Wh_i\bigr)=\log\Bigl(1+(K-1)\,e^{-\frac{K}{\tau(K-1)}}\Bigr)`,
  parameters: [
    count('K', 'K', 'Number of classes.', [2, 12], 6),
    count('d', 'd', 'Number of features; a simplex needs K − 1, the claim on the landscape more than K.', [2, 24], 8),
    count('n', 'n', 'Samples a class.', [1, 10], 5),
    amount('temperature', String.raw`\tau`, 'Temperature of the starts.', [0.05, 2], 0.5),
    starts(10, 6),
    seed,
  ],

  async run(settings, stage) {
    const [K, d, n] = [setting(settings, 'K'), setting(settings, 'd'), setting(settings, 'n')];
    const [temperature, tries] = [setting(settings, 'temperature'), setting(settings, 'starts')];
    const labels = balancedLabels(K, n);
    const spheres = rowSpheres(K + K * n, d);
    const curves: TheorySeries[] = [];
    const reached: [number, number][] = [];
    const exact: [number, number][] = [];
    const charts = () => [
      {
        id: 'loss',
        title: 'Loss above the optimum, from each start',
        x: { title: 'iteration' },
        y: { title: 'loss / optimum − 1', log: true },
        series: curves,
      },
      {
        id: 'temperature',
        title: 'Loss after descent at each temperature',
        x: { title: 'temperature τ', log: true },
        y: { title: 'loss', log: true },
        series: [
          { name: 'minimised', kind: 'measured' as const, points: reached },
          { name: 'closed form', kind: 'theory' as const, points: exact },
        ],
      },
    ];
    const runs = tries + SWEEP;
    const descend = async (at: number, run: number, points?: [number, number][]) => {
      const model: LogLossModel = { classes: K, dimension: d, labels, temperature: at };
      const least = Math.log(sphericalOptimum(K, at));
      const random = new Random(setting(settings, 'seed') + 7919 * run);
      const found = await minimise(onSpheres(logLoss(model), spheres), random.normals((K + K * n) * d), {
        iterations: ITERATIONS,
        tolerance: 1e-10,
        onIteration: async (iteration, _, value) => {
          points?.push([iteration, Math.max(Math.expm1(value / at - least), 1e-15)]);
          if (iteration % 5 === 0) await stage.step((run + iteration / ITERATIONS) / runs, charts);
        },
      });
      const { weight, features } = viewsOf(model, onto(spheres, found.x));
      return {
        loss: Math.exp(found.value / at),
        excess: Math.abs(Math.expm1(found.value / at - least)),
        representation: { classes: K, dimension: d, features, labels, weight },
      };
    };
    let worst = 0;
    let geometry = 0;
    for (let s = 0; s < tries; s++) {
      const points: [number, number][] = [];
      curves.push({ name: `start ${s + 1}`, kind: 'measured', points });
      const { excess, representation } = await descend(temperature, s, points);
      worst = Math.max(worst, excess);
      for (const id of ['sphere.nc1', 'sphere.nc2', 'sphere.nc3'] as const) {
        if (n > 1 || id !== 'sphere.nc1') geometry = Math.max(geometry, measureOne(representation, id));
      }
    }
    let sweep = 0;
    for (let t = 0; t < SWEEP; t++) {
      const at = 0.05 * Math.pow(40, t / (SWEEP - 1));
      const { loss, excess } = await descend(at, tries + t);
      reached.push([at, loss]);
      exact.push([at, sphericalOptimum(K, at)]);
      sweep = Math.max(sweep, excess);
      await stage.step((tries + t + 1) / runs, charts);
    }
    return {
      charts: charts(),
      checks: [
        {
          id: 'value',
          what: 'The largest relative distance of a start’s final loss from the closed form.',
          measured: worst,
          relation: 'atMost',
          expected: 0,
          tolerance: 1e-6,
          because:
            'The minimum is quadratic in the angles; over 10 seeds the distance stayed below 1e-9 at the defaults.',
        },
        {
          id: 'geometry',
          what: 'The largest of NC1, NC2 and NC3 on the sphere, over all starts.',
          measured: geometry,
          relation: 'atMost',
          expected: 0,
          tolerance: 1e-3,
          because: 'The angles go with the square root of what is left of the loss.',
        },
        {
          id: 'temperatures',
          what: 'The largest relative distance of the loss from the closed form, over temperatures from 0.05 to 2.',
          measured: sweep,
          relation: 'atMost',
          expected: 0,
          tolerance: 1e-6,
          because: 'As for the value.',
        },
      ],
    };
  },
};
