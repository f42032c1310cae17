/** Minority collapse: whether the classifier still tells the rare classes apart. */
import { frobenius, rowNorms } from './class-means';
import { forEachCosine } from './cosines';
import { notApplicable, type Metric, type MetricInput } from './metric';
import { hasMinority, minorityClasses } from './minority';
import { lacksClassifier, type Vectors } from './requirements';

/** Rows this much shorter than the longest have vanished: what direction they have is noise. */
const VANISHED = 1e-6;

const shared = {
  family: 'imbalance',
  papers: ['fang2021'],
  where: 'penultimate',
  needs: ['classifier'],
  runs: 'runs with rare classes, or with a minority named in neural-collapse.json',
  belongs: hasMinority,
} as const;

const cosine = {
  ...shared,
  limit: () => 1,
  limitText: '1 at minority collapse; −1/(K−1) for a balanced simplex',
  range: '[−1, 1]',
  scale: 'linear',
} as const;

/**
 * Mean over distinct minority classes k, k' of cos(w_k, w_k'), W K×d as it is, not centred. Limit 1 at minority
 * collapse, range [−1,1]. Source: fang2021.
 */
export const minorityCosine: Metric = {
  ...cosine,
  id: 'lpm.minorityCosine',
  name: 'Minority cosine, mean',
  plain:
    'Mean cosine between the classifier rows of the rare classes. At 1 their rows coincide and the classifier can no longer tell these classes apart: minority collapse.',
  formula: String.raw`\mathrm{Avg}_{k\neq k'\in B}\,\cos(w_k,\ w_{k'})`,
  compute(input) {
    const rows = minorityRows(input);
    if ('notApplicable' in rows) return rows;
    let sum = 0;
    forEachCosine(rows, (value) => (sum += value));
    return sum / ((rows.rows * (rows.rows - 1)) / 2);
  },
};

/** The least of these cosines: 1 only when all minority rows coincide. Limit 1, range [−1,1]. Source: fang2021. */
export const leastMinorityCosine: Metric = {
  ...cosine,
  id: 'lpm.minorityCosine.min',
  name: 'Minority cosine, smallest',
  plain:
    'Smallest cosine between the classifier rows of two rare classes. It reaches 1 only when the rows of all rare classes point the same way.',
  formula: String.raw`\min_{k\neq k'\in B}\,\cos(w_k,\ w_{k'})`,
  compute(input) {
    const rows = minorityRows(input);
    if ('notApplicable' in rows) return rows;
    let least = Infinity;
    forEachCosine(rows, (value) => (least = Math.min(least, value)));
    return least;
  },
};

/**
 * Σ_B‖w_k − w̄_B‖² / Σ_B‖w_k‖² over the minority classes B. Limit 0 at minority collapse, range [0,1]; for a balanced
 * simplex (K_B−1)/K_B·K/(K−1). After fang2021, without its angles, which have no digits left near 0.
 */
export const minoritySpread: Metric = {
  ...shared,
  id: 'lpm.minoritySpread',
  name: 'Minority spread',
  plain:
    'How much the classifier rows of the rare classes differ from their mean, as a share of their size. At 0 all of them are the same row: minority collapse.',
  formula: String.raw`\frac{\sum_{k\in B}\lVert w_k-\bar w_B\rVert^2}{\sum_{k\in B}\lVert w_k\rVert^2}`,
  limit: () => 0,
  limitText: '0 at minority collapse',
  range: '[0, 1]',
  scale: 'log',
  compute(input) {
    const rows = minorityRows(input);
    if ('notApplicable' in rows) return rows;
    const { rows: count, dimension: d, values } = rows;
    // From the first row: where all are nearly equal, nothing cancels.
    const shift = new Float64Array(d);
    for (let at = 0; at < values.length; at++) shift[at % d]! += (values[at]! - values[at % d]!) / count;
    let squares = 0;
    for (let at = 0; at < values.length; at++) squares += (values[at]! - values[at % d]! - shift[at % d]!) ** 2;
    return squares / frobenius(values) ** 2;
  },
};

/** The minority's rows of W, at least two of them, none vanished. */
function minorityRows(input: MetricInput): Vectors | { notApplicable: string } {
  const lack = lacksClassifier(input);
  if (lack) return notApplicable(lack);
  const { classes, dimension: d } = input.statistics;
  const minority = minorityClasses(input);
  if (minority.length === 0) return notApplicable('no class has fewer than half the samples of the largest class');
  if (minority.length === 1)
    return notApplicable('only one class is in the minority, and the measure compares its rows');
  const weight = input.classifier!.weight;
  const bound = VANISHED * rowNorms(weight, classes, d).reduce((most, norm) => Math.max(most, norm), 0);
  const values = new Float64Array(minority.length * d);
  minority.forEach((c, at) => values.set(weight.subarray(c * d, (c + 1) * d), at * d));
  const norms = rowNorms(values, minority.length, d);
  const vanished = norms.findIndex((norm) => norm <= bound);
  if (vanished >= 0) {
    return notApplicable(
      `the classifier's row of minority class ${minority[vanished]} has vanished: it has no direction`,
    );
  }
  return { rows: minority.length, dimension: d, values, norms };
}
