/** The cross-entropy of class vectors on the sphere, which a simplex alone makes smallest. */
import type { Metric, MetricInput, MetricResult } from './metric';
import { centredMeans, type Vectors } from './requirements';
import { forEachProductRow } from './row-products';

const shared = {
  family: 'sphere',
  papers: ['lu2022'],
  where: 'penultimate',
} as const;

/**
 * (1/K) Σ_i log(1 + Σ_{j≠i} exp(⟨u_j, u_i⟩ − 1)), u_i the unit centred class means of the K classes that have samples.
 * At a simplex log(1+(K−1)exp(−K/(K−1))), the least there is; range up to log K. Source: lu2022.
 */
export const sphereEnergy: Metric = {
  ...shared,
  id: 'sphere.energy',
  name: 'Cross-entropy energy of the class directions',
  plain:
    'Mean cross-entropy of the classes when each is represented by the direction of its centred mean alone. The simplex has the smallest energy of all arrangements.',
  formula: String.raw`\tfrac1K\sum_i\log\Bigl(1+\sum_{j\neq i}e^{\langle u_j,u_i\rangle-1}\Bigr)`,
  limit: simplexEnergy,
  limitText: 'log(1 + (K−1)exp(−K/(K−1))) at a simplex',
  range: '[log(1 + (K−1)exp(−K/(K−1))), log K]',
  scale: 'linear',
  compute: (input) => excessEnergy(input, (excess, rows) => excess + simplexEnergy(rows)),
};

/** The same less its least value. Limit 0, range [0, log K). Source: lu2022. */
export const sphereEnergyGap: Metric = {
  ...shared,
  id: 'sphere.energyGap',
  name: 'Energy above that of a simplex',
  plain:
    'How much larger the cross-entropy energy of the class directions is than that of a simplex. It is 0 for a simplex and for nothing else.',
  formula: String.raw`\tfrac1K\sum_i\log\Bigl(1+\sum_{j\neq i}e^{\langle u_j,u_i\rangle-1}\Bigr)-\log\bigl(1+(K-1)e^{-K/(K-1)}\bigr)`,
  limit: () => 0,
  range: '[0, log K)',
  scale: 'log',
  // The least value is attained up to rounding, which may leave a tiny negative; NaN must pass through.
  compute: (input) => excessEnergy(input, (excess) => (excess < 0 ? 0 : excess)),
};

function simplexEnergy(classes: number): number {
  return Math.log1p((classes - 1) * Math.exp(-classes / (classes - 1)));
}

/** Through log(S_i/S*) with S_i − S* summed from differences of cosines, so that a small excess keeps its digits. */
function excessEnergy(input: MetricInput, finish: (excess: number, rows: number) => number): MetricResult {
  const means = centredMeans(input);
  return 'notApplicable' in means ? means : finish(excessOf(means), means.rows);
}

function excessOf({ rows, dimension, values, norms }: Vectors): number {
  const cosine = -1 / (rows - 1);
  const term = Math.exp(cosine - 1);
  const whole = 1 + (rows - 1) * term;
  let sum = 0;
  forEachProductRow(values, values, rows, dimension, (i, products) => {
    let excess = 0;
    for (let j = 0; j < rows; j++) {
      if (j !== i) excess += Math.expm1(products[j]! / norms[i]! / norms[j]! - cosine);
    }
    sum += Math.log1p((excess * term) / whole);
  });
  return sum / rows;
}
