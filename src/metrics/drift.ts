/** Continual learning: how far class means and classifier turned since the checkpoint before. */
import type { Measured } from '../protocol/report';
import type { ClassStatistics } from '../statistics/class-statistics';
import { asMeasured } from './measured';
import { notApplicable, type Metric, type MetricResult, type TaskClasses } from './metric';
import { taskDrift } from './tasks';

/** What of a checkpoint the next one is compared with; the class statistics of its penultimate layer have it all. */
export interface DriftState extends Pick<
  ClassStatistics,
  'classes' | 'dimension' | 'counts' | 'means' | 'centredMeans'
> {
  /** W, K×d. */
  weight?: Float64Array;
}

export interface Drift extends Measured {
  /** By metric id, 1 − cos of each class, `null` where a class has no direction in one of the checkpoints. */
  perClass: Record<string, (number | null)[]>;
}

const shared = {
  limitText: '0 once the geometry has come to rest',
  range: '[0, 2]',
  scale: 'log',
  family: 'drift',
  papers: ['papyan2020'],
  where: 'acrossEpochs',
  compute: () => notApplicable('it is computed from a checkpoint and the one before'),
} as const;

/** Mean over classes of 1 − cos(Mc_k before, Mc_k now). Range [0,2]. Companion of papyan2020's geometry. */
export const meansDrift: Metric = {
  ...shared,
  id: 'drift.means',
  name: 'Drift of the class means',
  plain:
    'How far the centred class means turned since the checkpoint before: 0 if every class kept its direction, 1 if the directions are unrelated. A jump shows where new data or a new task moved the classes. Ours, on the geometry of the paper.',
  formula: String.raw`\tfrac{1}{K}\sum_k\bigl(1-\cos(\tilde\mu_k^{(t-1)},\tilde\mu_k^{(t)})\bigr)`,
};

/** Mean over classes of 1 − cos(w_k before, w_k now). Range [0,2]. Companion of papyan2020's geometry. */
export const weightsDrift: Metric = {
  ...shared,
  id: 'drift.weights',
  name: 'Drift of the classifier rows',
  plain:
    'How far the classifier rows turned since the checkpoint before: 0 if every row kept its direction, 1 if the directions are unrelated. Beside the drift of the class means it shows which of the two follows the other.',
  formula: String.raw`\tfrac{1}{K}\sum_k\bigl(1-\cos(w_k^{(t-1)},w_k^{(t)})\bigr)`,
};

/**
 * The measures of drift between two checkpoints, and each class's share. Classes that have no samples in one of them,
 * and rows or centred means that are zero, have no direction: they are left out of the mean.
 * @param previous the checkpoint before; undefined for the first one
 * @param tasks old and new classes, where classes are learned task by task
 */
export function drift(previous: DriftState | undefined, current: DriftState, tasks?: TaskClasses): Drift {
  const lack = previous ? lacksLikeness(previous, current) : 'there is no earlier checkpoint';
  const means = lack ?? turned(previous!, current, 'means');
  const weights = lack ?? lacksWeights(previous!, current) ?? turned(previous!, current, 'weights');
  const results = {
    [meansDrift.id]: meanOf(means),
    [weightsDrift.id]: meanOf(weights),
    ...(tasks ? taskDrift(tasks, means) : {}),
  };
  const perClass: Drift['perClass'] = {};
  if (typeof means !== 'string') perClass[meansDrift.id] = means;
  if (typeof weights !== 'string') perClass[weightsDrift.id] = weights;
  return { ...asMeasured(Object.entries(results)), perClass };
}

function meanOf(values: (number | null)[] | string): MetricResult {
  if (typeof values === 'string') return notApplicable(values);
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return notApplicable('no class has a direction in both checkpoints');
  return known.reduce((sum, value) => sum + value / known.length, 0);
}

function lacksLikeness(previous: DriftState, current: DriftState): string | undefined {
  if (previous.classes !== current.classes) {
    return `the checkpoint before has ${previous.classes} classes and this one ${current.classes}`;
  }
  if (previous.dimension !== current.dimension) {
    return `the checkpoint before has ${previous.dimension} features and this one ${current.dimension}`;
  }
  return undefined;
}

function lacksWeights(previous: DriftState, current: DriftState): string | undefined {
  const size = current.classes * current.dimension;
  if (previous.weight?.length === size && current.weight?.length === size) return undefined;
  const which = previous.weight?.length === size ? 'this checkpoint' : 'the checkpoint before';
  return `no linear classifier that fits the features is known of ${which}`;
}

/** 1 − cos = ½‖u−v‖² for unit vectors, which keeps its digits where little has turned. */
function turned(previous: DriftState, current: DriftState, part: 'means' | 'weights'): (number | null)[] {
  const { classes, dimension: d } = current;
  const before = directions(previous, part);
  const now = directions(current, part);
  return Array.from({ length: classes }, (_, k) => {
    const [u, v] = [before[k], now[k]];
    if (!u || !v) return null;
    let squares = 0;
    for (let j = 0; j < d; j++) squares += (u[j]! - v[j]!) ** 2;
    return Number.isFinite(squares) ? Math.min(2, squares / 2) : null;
  });
}

/** Rows scaled to unit length; undefined where a row is zero up to rounding. */
function directions(state: DriftState, part: 'means' | 'weights'): (Float64Array | undefined)[] {
  const { classes, dimension: d, counts, means, centredMeans, weight } = state;
  const rows = part === 'means' ? centredMeans : weight!;
  // A centred mean below the rounding of the mean itself is no direction.
  const floor =
    part === 'means' ? 16 * Number.EPSILON * norms(means, classes, d).reduce((a, b) => Math.max(a, b), 0) : 0;
  const lengths = norms(rows, classes, d);
  return lengths.map((length, k) => {
    if ((part === 'means' && counts[k] === 0) || !(length > floor)) return undefined;
    return rows.slice(k * d, (k + 1) * d).map((value) => value / length);
  });
}

function norms(rows: Float64Array, count: number, d: number): number[] {
  return Array.from({ length: count }, (_, k) => {
    let squares = 0;
    for (let j = k * d; j < (k + 1) * d; j++) squares += rows[j]! * rows[j]!;
    return Math.sqrt(squares);
  });
}
