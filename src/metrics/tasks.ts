/**
 * Continual learning: the four properties of the classes of earlier tasks beside those of the task being learned. Both
 * are seen from the mean of the classes learned so far, so that a simplex of these gives each group its limit, and
 * classes of tasks to come, which lie anywhere, have no part in it. Ours, after papyan2020's four properties.
 */
import { rowsOf, frobenius, rowNorms } from './class-means';
import { cosineDeviation } from './equiangularity';
import { logitsOf } from './logit-requirements';
import { notApplicable, type Metric, type MetricInput, type MetricResult, type TaskClasses } from './metric';
import { lacksClassifier, lacksSpread } from './requirements';

type Group = keyof TaskClasses;

const GROUPS: Readonly<Record<Group, { part: string; classes: string; when: string }>> = {
  old: { part: 'old', classes: 'classes of earlier tasks', when: 'old classes' },
  now: { part: 'new', classes: 'classes of the task being learned', when: 'new classes' },
};

const shared = {
  family: 'continual',
  papers: ['papyan2020'],
  where: 'penultimate',
  runs: 'runs that learn task by task (tasks in neural-collapse.json)',
  belongs: ({ training }: MetricInput) => training?.tasks !== undefined,
} as const;

/** The classes of a group that have samples, or why there is nothing to measure. */
function members({ statistics, training }: MetricInput, group: Group): number[] | { notApplicable: string } {
  const named = training?.tasks?.[group];
  if (!named) return notApplicable('no tasks are named');
  if (named.length === 0) return notApplicable('no class is old: the first task is being learned');
  const present = named.filter((c) => (statistics.counts[c] ?? 0) > 0);
  return present.length > 0 ? present : notApplicable(`none of the ${GROUPS[group].classes} has samples`);
}

/** What a measure of a group sees: its classes that have samples, and their means about that of all classes learned. */
interface Seen {
  own: readonly number[];
  /** |G|×d. */
  centred: Float64Array;
}

function within(
  group: Group,
  lacks: (input: MetricInput) => string | undefined,
  measure: (input: MetricInput, seen: Seen) => MetricResult,
): (input: MetricInput) => MetricResult {
  return (input) => {
    const own = members(input, group);
    if ('notApplicable' in own) return own;
    const lack = lacks(input);
    return lack === undefined ? measure(input, { own, centred: aboutLearned(input, own) }) : notApplicable(lack);
  };
}

function aboutLearned({ statistics, training }: MetricInput, own: readonly number[]): Float64Array {
  const { means, dimension: d, counts } = statistics;
  const { old, now } = training!.tasks!;
  const learned = [...old, ...now].filter((c) => counts[c]! > 0);
  const centre = new Float64Array(d);
  for (const c of learned) for (let j = 0; j < d; j++) centre[j]! += means[c * d + j]! / learned.length;
  return rowsOf(means, own, d).map((value, at) => value - centre[at % d]!);
}

const spread = ({ statistics }: MetricInput): string | undefined => lacksSpread(statistics);

/** (Σ_{c∈G} Σ_i ‖h_i−μ_c‖² / N_G) / (Avg_{c∈G} ‖μ_c−μ̄‖²), μ̄ the mean of the means of all classes learned. Limit 0, range [0,∞). After papyan2020. */
function traceRatioOf(group: Group): Metric {
  const { part, classes, when } = GROUPS[group];
  return {
    ...shared,
    id: `tasks.${part}.traceRatio`,
    name: `Within/between trace ratio, ${when}`,
    plain: `Variance within the ${classes}, over the mean squared distance of their means from the mean of all classes learned so far. Where it rises for old classes while new ones are learned, their collapse is being undone.`,
    formula: String.raw`\frac{\mathrm{Avg}_{i:\,y_i\in G}\lVert h_i-\mu_{y_i}\rVert^2}{\mathrm{Avg}_{c\in G}\lVert\mu_c-\bar\mu\rVert^2}`,
    limit: () => 0,
    range: '[0, ∞)',
    scale: 'log',
    compute: within(group, spread, ({ statistics: { counts, scatters } }, { own, centred }) => {
      const samples = own.reduce((sum, c) => sum + counts[c]!, 0);
      const scatter = own.reduce((sum, c) => sum + scatters[c]!, 0);
      const between = frobenius(centred) ** 2 / own.length;
      if (own.every((c) => counts[c] === 1)) return notApplicable('no class has more than one sample');
      return between > 0
        ? scatter / samples / between
        : notApplicable('their means lie at the mean of the classes learned so far');
    }),
  };
}

/** Std over c≠c'∈G of cos(μ_c−μ̄, μ_c'−μ̄), three classes at least. Limit 0, range [0,1]. After papyan2020. */
function cosinesOf(group: Group): Metric {
  const { part, classes, when } = GROUPS[group];
  return {
    ...shared,
    id: `tasks.${part}.cosStd`,
    name: `NC2 equiangularity, ${when}`,
    plain: `How unequal the angles between the means of the ${classes} are: standard deviation of their cosines.`,
    formula: String.raw`\mathrm{Std}_{c\neq c'\in G}\,\cos(\mu_c-\bar\mu,\ \mu_{c'}-\bar\mu)`,
    limit: () => 0,
    range: '[0, 1]',
    scale: 'log',
    compute: within(group, spread, ({ statistics: { dimension } }, { own, centred }) => {
      if (own.length < 3) return notApplicable('fewer than three classes have no two angles to compare');
      const norms = rowNorms(centred, own.length, dimension);
      const zero = norms.indexOf(0);
      if (zero >= 0)
        return notApplicable(`the mean of class ${own[zero]} lies at the mean of the classes learned so far`);
      return cosineDeviation({ rows: own.length, dimension, values: centred, norms });
    }),
  };
}

/** nc3 over the rows of the group's classes alone. Limit 0, range [0,4]. After papyan2020. */
function dualityOf(group: Group): Metric {
  const { part, classes, when } = GROUPS[group];
  return {
    ...shared,
    id: `tasks.${part}.duality`,
    name: `NC3 self-duality, ${when}`,
    plain: `Squared distance between the classifier rows of the ${classes} and their centred means, each matrix scaled to norm one. Where it rises for old classes, their classifier no longer follows their features.`,
    formula: String.raw`\left\lVert\frac{W_G}{\lVert W_G\rVert_F}-\frac{\tilde M_G}{\lVert\tilde M_G\rVert_F}\right\rVert_F^2`,
    limit: () => 0,
    range: '[0, 4]',
    scale: 'log',
    needs: ['classifier'],
    compute: within(
      group,
      (input) => lacksClassifier(input) ?? spread(input),
      ({ statistics, classifier }, { own, centred }) => {
        const rows = rowsOf(classifier!.weight, own, statistics.dimension);
        const [weightNorm, meansNorm] = [frobenius(rows), frobenius(centred)];
        if (weightNorm === 0) return notApplicable('their classifier rows are zero');
        if (meansNorm === 0) return notApplicable('their means lie at the mean of the classes learned so far');
        return rows.reduce((sum, value, i) => sum + (value / weightNorm - centred[i]! / meansNorm) ** 2, 0);
      },
    ),
  };
}

/** Share of the group's samples that the network gets right, among all classes. Limit 1, range [0,1]. */
function accuracyOf(group: Group): Metric {
  const { part, classes, when } = GROUPS[group];
  return {
    ...shared,
    id: `tasks.${part}.accuracy`,
    name: `Training accuracy, ${when}`,
    plain: `Share of the samples of the ${classes} that the network classifies correctly. Where that of old classes falls while new ones are learned, they are being forgotten.`,
    formula: String.raw`\frac{\#\{i:\ y_i\in G,\ \arg\max_c z_{i,c}=y_i\}}{\#\{i:\ y_i\in G\}}`,
    limit: () => 1,
    range: '[0, 1]',
    scale: 'linear',
    percent: true,
    needs: ['logits'],
    compute: (input) => {
      const own = members(input, group);
      if ('notApplicable' in own) return own;
      const logits = logitsOf(input);
      if ('notApplicable' in logits) return logits;
      const sum = (values: Float64Array): number => own.reduce((total, c) => total + values[c]!, 0);
      return sum(logits.correct) / sum(logits.statistics.counts);
    },
  };
}

/** The mean of drift.means over the group's classes. Limit 0, range [0,2]. After papyan2020. */
function driftOf(group: Group): Metric {
  const { part, classes, when } = GROUPS[group];
  return {
    ...shared,
    id: `tasks.${part}.drift`,
    name: `Drift of the class means, ${when}`,
    plain: `How far the centred means of the ${classes} turned since the checkpoint before: 0 if every one kept its direction, 1 if the directions are unrelated.`,
    formula: String.raw`\tfrac{1}{|G|}\sum_{k\in G}\bigl(1-\cos(\tilde\mu_k^{(t-1)},\tilde\mu_k^{(t)})\bigr)`,
    limitText: '0 once the geometry has come to rest',
    range: '[0, 2]',
    scale: 'log',
    where: 'acrossEpochs',
    compute: () => notApplicable('it is computed from a checkpoint and the one before'),
  };
}

/** Old classes first, measure by measure, so that the two stand side by side. */
export const taskMetrics: readonly Metric[] = [traceRatioOf, cosinesOf, dualityOf, accuracyOf, driftOf].flatMap(
  (metric) => [metric('old'), metric('now')],
);

/**
 * tasks.*.drift from the drift of each class.
 * @param perClass 1 − cos by class, `null` where a class has no direction; or why there is none
 */
export function taskDrift(
  { old, now }: TaskClasses,
  perClass: readonly (number | null)[] | string,
): Record<string, MetricResult> {
  const mean = (classes: readonly number[], none: string): MetricResult => {
    if (classes.length === 0) return notApplicable(none);
    if (typeof perClass === 'string') return notApplicable(perClass);
    const known = classes.flatMap((c) => perClass[c] ?? []);
    if (known.length === 0) return notApplicable('none of these classes has a direction in both checkpoints');
    return known.reduce((sum, value) => sum + value / known.length, 0);
  };
  return {
    'tasks.old.drift': mean(old, 'no class is old: the first task is being learned'),
    'tasks.new.drift': mean(now, 'the task being learned has no classes'),
  };
}
