import assert from 'node:assert/strict';
import type { Metric, MetricFamily } from '../../../src/metrics/metric';
import type { Report } from '../../../src/protocol/report';
import { metrics } from '../../../src/metrics/registry';
import { planFigures } from '../../../webview/charts/layout';
import { defaultMetrics, drawnMetrics, MOST_FIGURES, withMetric } from '../../../webview/charts/selection';
import { madeUp } from './made-up';
import { sampleCheckpoint, sampleReport } from './sample-report';

const papyan = (id: string, family: MetricFamily): Metric => madeUp(id, { family, papers: ['papyan2020'] });
const four: Metric[] = [
  papyan('p.variability', 'variability'),
  papyan('p.norms', 'equinorm'),
  papyan('p.angles', 'equiangularity'),
  papyan('p.accuracy', 'accuracy'),
];

/** A report in which every one of the metrics has a value. */
function measuring(all: readonly Metric[], more: Partial<Report['run']> = {}, counts = [10, 10, 10]): Report {
  const values = Object.fromEntries(all.map(({ id }, i) => [id, 1 / (i + 1)]));
  const checkpoint = { ...sampleCheckpoint(1, 1), metrics: values, classCounts: counts };
  const report = sampleReport([checkpoint]);
  return { ...report, run: { ...report.run, ...more } };
}

const ids = (list: readonly Metric[]): string[] => list.map(({ id }) => id);

describe('the metrics drawn by default', () => {
  it('are those of the four properties that have values, and no others in an ordinary run', () => {
    const others = (['sphere', 'logits', 'frame', 'margin', 'imbalance', 'centralPath', 'manyClasses'] as const).map(
      (family) => madeUp(family, { family, papers: ['zhu2021'] }),
    );
    const all = [...four, ...others];
    assert.deepEqual(ids(defaultMetrics(measuring(all, { loss: 'ce', weightDecay: 5e-4 }), all)), ids(four));
    const report = measuring(all);
    delete report.checkpoints[0]!.metrics['p.norms'];
    assert.deepEqual(ids(defaultMetrics(report, all)), ['p.variability', 'p.angles', 'p.accuracy']);
  });

  it('leave out what shares a family with the four properties but comes from elsewhere', () => {
    const all = [...four, madeUp('cdnv', { family: 'variability', papers: ['galanti2021'] })];
    assert.deepEqual(ids(defaultMetrics(measuring(all), all)), ids(four));
  });

  const cases: [what: string, family: MetricFamily, run: Partial<Report['run']>, counts?: number[]][] = [
    ['unequal classes', 'imbalance', {}, [20, 10, 10]],
    ['the squared loss', 'centralPath', { loss: 'mse' }],
    ['the squared loss', 'frame', { loss: 'mse' }],
    ['more classes than dimensions plus one', 'manyClasses', { classes: 6 }],
    ['no weight decay', 'margin', { weightDecay: 0 }],
    ['label smoothing', 'calibration', { loss: 'label-smoothing' }],
    ['noisy labels', 'calibration', { labelNoise: 0.1 }],
    ['several labels a sample, as soon as they are measured', 'multilabel', {}],
    ['clean labels beside noisy ones', 'labelNoise', { labelNoise: 0.1 }],
    ['samples of no class, as soon as they are measured', 'outOfDistribution', {}],
  ];
  for (const [what, family, run, counts] of cases) {
    it(`take in ${family} for a run with ${what}`, () => {
      const special = madeUp('special', { family, papers: ['fang2021'] });
      const all = [...four, special, madeUp('sphere')];
      assert.deepEqual(ids(defaultMetrics(measuring(all, run, counts), all)), [...ids(four), 'special']);
      const without = measuring(four, run, counts);
      assert.deepEqual(ids(defaultMetrics(without, all)), ids(four), 'without a value');
    });
  }

  it('take in progress with depth where there are several layers, after what is special to the run', () => {
    const separation = madeUp('fuzziness', { family: 'separation', papers: ['hesu2023'] });
    const all = [...four, separation];
    assert.deepEqual(ids(defaultMetrics(measuring(all), all)), ids(four), 'two layers');
    const deep = measuring(all);
    const [layer] = deep.checkpoints[0]!.layers;
    deep.checkpoints[0]!.layers.unshift({ ...layer!, name: 'first' });
    assert.deepEqual(ids(defaultMetrics(deep, all)), [...ids(four), 'fuzziness']);
  });

  it('fill at most twelve figures, the first of each special family before the second of any', () => {
    const kinds: Partial<Metric>[] = [{}, { scale: 'linear' }, { range: '[0, 1]' }, { percent: true }];
    const special = (['frame', 'strongCollapse', 'centralPath', 'interpolation'] as const).flatMap((family) =>
      kinds.flatMap((kind, i) =>
        Array.from({ length: 6 }, (_, n) => madeUp(`${family}.${i}.${n}`, { family, papers: ['han2022'], ...kind })),
      ),
    );
    const all = [...four, ...special];
    const chosen = defaultMetrics(measuring(all, { loss: 'mse' }), all);
    const plans = planFigures(chosen, all);
    assert.equal(plans.length, MOST_FIGURES);
    const count = (family: MetricFamily): number => plans.filter((plan) => plan.family.id === family).length;
    assert.deepEqual(
      [count('frame'), count('strongCollapse'), count('centralPath'), count('interpolation')],
      [2, 2, 2, 2],
    );
    assert.ok(
      plans.every(({ metrics: shown }) => shown.length <= 4),
      'no figure is crowded',
    );
  });

  it('are the four properties of the real registry, for a real report', () => {
    // The drift compares epochs rather than measuring a property, and has a figure only where it is chosen.
    const expected = metrics.filter(({ papers, family }) => papers[0] === 'papyan2020' && family !== 'drift' && family !== 'continual'); // prettier-ignore
    assert.deepEqual(ids(defaultMetrics(measuring(metrics), metrics)).slice(0, expected.length), ids(expected));
  });
});

describe('a choice of metrics', () => {
  const all = [...four, madeUp('sphere')];
  const report = measuring(all);

  it('replaces the default, in the registry’s order', () => {
    assert.deepEqual(ids(drawnMetrics(report, ['sphere', 'p.norms', 'of an older version'], all)), [
      'p.norms',
      'sphere',
    ]);
    assert.deepEqual(drawnMetrics(report, [], all), []);
    assert.deepEqual(ids(drawnMetrics(report, undefined, all)), ids(four));
  });

  it('starts from what is showing', () => {
    const more = withMetric(report, undefined, 'sphere', true, all);
    assert.deepEqual(more, [...ids(four), 'sphere']);
    assert.deepEqual(withMetric(report, more, 'p.norms', false, all), [
      'p.variability',
      'p.angles',
      'p.accuracy',
      'sphere',
    ]);
  });
});

describe('figures of a choice', () => {
  it('hold the metrics of one family whose numbers fit on one axis', () => {
    const all = [
      madeUp('a', { family: 'imbalance', scale: 'linear', range: '[−1, 1]' }),
      madeUp('b', { family: 'imbalance', percent: true, range: '[0, 1]' }),
      madeUp('c', { family: 'imbalance', scale: 'linear', range: '[−1, 1]' }),
      madeUp('d', { family: 'imbalance' }),
      madeUp('e', { family: 'drift' }),
    ];
    assert.deepEqual(
      planFigures(all, all).map(({ id, title, axis, metrics: shown }) => [id, title, axis, ids(shown)]),
      [
        ['imbalance', 'Majority and minority classes', 'cosine', ['a', 'c']],
        ['imbalance-share', 'Majority and minority classes (2)', 'correct (%)', ['b']],
        ['imbalance-log-unbounded', 'Majority and minority classes (3)', 'mean squared norm', ['d']],
        ['drift', 'Drift between epochs', 'change', ['e']],
      ],
    );
  });

  it('are called the same whatever else is chosen', () => {
    const all = [madeUp('a', { family: 'margin' }), madeUp('b', { family: 'margin', percent: true })];
    const [whole, alone] = [planFigures(all, all), planFigures(all.slice(1), all)];
    assert.deepEqual(alone, whole.slice(1));
  });
});
