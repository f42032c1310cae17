/** The layer-peeled model with unequal classes: from a finite imbalance on, the rare classes share one classifier. */
import type { Check, TheorySeries } from '../../protocol/theory';
import { setting, type Experiment } from '../experiment';
import { measure } from '../measure';
import { layerPeeled, type PeeledSize } from '../models/layer-peeled';
import { collapseThreshold, peeledOptimum, vanishingThreshold, type TwoGroups } from '../models/layer-peeled-optimum';
import { onto } from '../models/spheres';
import { partsOf, sizeOf } from '../models/unconstrained';
import { minimise } from '../optimise/lbfgs';
import { amount, count, seed } from '../parameter-kinds';
import { Random } from '../random';

const ITERATIONS = 3000;
const LADDER = 9;
const BISECTIONS = 6;
const CURVE = 41;
const COSINE = 'lpm.minorityCosine';
/** A cosine above this counts as collapsed when the threshold is looked for. */
const COLLAPSED = 0.999;

export const fang2021: Experiment = {
  paper: 'fang2021',
  title: 'Rare classes lose their own classifiers',
  claim:
    'Where some classes are rarer than others, their classifiers move towards each other. From a finite imbalance R₀ on they coincide, and the network cannot tell the rare classes apart.',
  setup:
    'Features and classifier are free under cross-entropy, with fixed mean squared norms E_W and E_H. They are minimised from a random start for a ladder of imbalances; the cosine between the rare classes’ classifiers is drawn over the exact one, which symmetry reduces to four numbers, and the threshold is found by bisection.',
  formula: String.raw`\cos(R)=\tfrac{m K_A/(K K_B)-b/K_B}{m K_A/(K K_B)+b(1-1/K_B)},\quad b=0\iff -\tfrac{\partial L^*}{\partial T}\ge\tfrac{1}{K_A R+K_B}`,
  parameters: [
    count('majority', 'K_A', 'Number of common classes.', [2, 6], 5),
    count('minority', 'K_B', 'Number of rare classes.', [2, 6], 5),
    count('d', 'd', 'Number of features; the exact curve asks for at least K.', [2, 30], 20),
    count('n', 'n', 'Free features a class; a class’s weight is shared among them.', [1, 3], 2),
    amount('classifierBudget', 'E_W', 'Mean squared norm of a classifier row.', [0.5, 1.5], 1),
    amount('featureBudget', 'E_H', 'Mean squared norm of a feature.', [1, 6], 5),
    amount('reach', String.raw`R_{\max}/R_0`, 'Largest imbalance, over the threshold.', [0.1, 10], 3),
    seed,
  ],

  async run(settings, stage) {
    const groups: TwoGroups = {
      majority: setting(settings, 'majority'),
      minority: setting(settings, 'minority'),
      budget: setting(settings, 'classifierBudget') * setting(settings, 'featureBudget'),
    };
    const size: PeeledSize = {
      dimension: setting(settings, 'd'),
      n: setting(settings, 'n'),
      classifierBudget: setting(settings, 'classifierBudget'),
      featureBudget: setting(settings, 'featureBudget'),
    };
    const expected = collapseThreshold(groups);
    const vanishing = vanishingThreshold(groups);
    const wanted = Math.max(1.01, setting(settings, 'reach') * expected);
    // Beyond R1 the rows are zero and have no cosine: the ladder ends half-way there.
    const top = wanted > Math.sqrt(expected * vanishing) ? Math.sqrt(expected * vanishing) : wanted;

    const measured: [number, number][] = [];
    const exact: [number, number][] = [];
    const series: TheorySeries[] = [
      { name: 'minimised', kind: 'measured', points: measured },
      { name: 'exact optimum', kind: 'theory', points: exact },
      ...(expected <= top
        ? [
            {
              name: 'threshold R₀',
              kind: 'bound' as const,
              points: [[expected, -0.2] as const, [expected, 1] as const],
            },
          ]
        : []),
    ];
    const chart = () => ({
      id: 'cosine',
      title: 'Cosine between the classifiers of rare classes',
      x: { title: 'imbalance R', log: true },
      y: { title: 'mean cosine' },
      series: series.map((one) => ({ ...one, points: [...one.points].sort((a, b) => a[0] - b[0]) })),
    });
    if (expected <= top) exact.push([expected, 1]);
    const along = (i: number, steps: number) => Math.pow(top, i / (steps - 1));
    for (let i = 0; i < CURVE; i++) {
      const ratio = along(i, CURVE);
      const { cosine } = peeledOptimum(groups, ratio);
      if (cosine !== undefined) exact.push([ratio, cosine]);
      await stage.step((0.2 * i) / CURVE, () => [chart()]);
    }

    const runs = LADDER + BISECTIONS;
    let furthest = 0;
    let gap = 0;
    const look = async (ratio: number, run: number): Promise<number> => {
      const found = await cosineAt(groups, ratio, size, setting(settings, 'seed') + 7919 * run, (share) =>
        stage.step(0.2 + (0.8 * (run + share)) / runs, () => [chart()]),
      );
      const optimum = peeledOptimum(groups, ratio);
      gap = Math.max(gap, found.value - optimum.value);
      if (found.cosine === undefined) {
        // The farthest that two cosines can be apart.
        furthest = 2;
        return -1;
      }
      measured.push([ratio, found.cosine]);
      furthest = Math.max(furthest, Math.abs(found.cosine - (optimum.cosine ?? found.cosine)));
      return found.cosine;
    };
    let below: number | undefined;
    let above: number | undefined;
    let last = -1;
    for (let i = 0; i < LADDER; i++) {
      const ratio = along(i, LADDER);
      last = await look(ratio, i);
      if (last < COLLAPSED) below = ratio;
      else above ??= ratio;
    }
    const checks: Check[] = [
      {
        id: 'curve',
        what: 'The largest distance of a measured cosine from the exact one, over all imbalances.',
        measured: furthest,
        relation: 'atMost',
        expected: 0,
        tolerance: 1e-3,
        because:
          'At the threshold the loss is flat in the minority’s spread, so the cosine is least exact there: below 3e-5 over 12 seeds at the defaults, 2e-4 where R₀ is 43,517.',
      },
      {
        id: 'collapse',
        what: 'The cosine of the rare classes’ classifiers at the largest imbalance.',
        measured: last,
        relation: 'equal',
        expected: 1,
        tolerance: 1e-4,
        because: 'Beyond the threshold they coincide exactly; what is left is what the minimiser leaves.',
      },
    ];
    if (below !== undefined && above !== undefined && below < above) {
      for (let i = 0; i < BISECTIONS; i++) {
        const middle = Math.sqrt(below * above);
        if ((await look(middle, LADDER + i)) < COLLAPSED) below = middle;
        else above = middle;
      }
      checks[0] = { ...checks[0]!, measured: furthest };
      checks.push({
        id: 'threshold',
        what: 'The imbalance from which the classifiers of the rare classes coincide, against R₀.',
        measured: Math.sqrt(below * above),
        relation: 'equal',
        expected,
        tolerance: above - below + 1e-3 * expected,
        because: `Bisection ends with an interval of this length; a cosine of ${COLLAPSED} is reached within 0.1 % below R₀.`,
      });
    }
    return { charts: [chart()], checks, notes: notesOf(gap, expected, vanishing, top < wanted) };
  },
};

function notesOf(gap: number, threshold: number, vanishing: number, cut: boolean): string[] {
  const notes = [`Largest loss above the exact optimum: ${gap.toExponential(1)}. R₀ = ${threshold.toFixed(4)}.`];
  if (cut) {
    notes.push(
      `From R = ${vanishing.toFixed(3)} on the rare classes’ classifiers are zero vectors, which have no cosine; the ladder ends before.`,
    );
  }
  return notes;
}

/** The cosine is undefined where the rare classes’ rows have vanished. */
async function cosineAt(
  groups: TwoGroups,
  ratio: number,
  size: PeeledSize,
  start: number,
  tell: (share: number) => Promise<void>,
): Promise<{ cosine: number | undefined; value: number }> {
  const { model, spheres, objective } = layerPeeled(groups, ratio, size);
  const found = await minimise(objective, new Random(start).normals(sizeOf(model)), {
    iterations: ITERATIONS,
    tolerance: 1e-10,
    onIteration: (iteration) => (iteration % 10 === 0 ? tell(iteration / ITERATIONS) : undefined),
  });
  await tell(1);
  const { weight, features } = partsOf(model, onto(spheres, found.x));
  const minority = Array.from({ length: groups.minority }, (_, k) => groups.majority + k);
  const { metrics } = measure(
    { classes: model.classes, dimension: model.dimension, features, labels: model.labels, weight },
    [COSINE],
    { minority },
  );
  return { cosine: metrics[COSINE], value: found.value };
}
