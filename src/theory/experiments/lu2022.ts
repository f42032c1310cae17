/** Cross-entropy of unit vectors alone: the simplex has the least energy wherever there is room for one. */
import type { TheorySeries } from '../../protocol/theory';
import { setting, type Experiment } from '../experiment';
import { measureOne } from '../measure';
import { onSpheres, onto, rowSpheres } from '../models/spheres';
import { minimise } from '../optimise/lbfgs';
import type { Objective } from '../optimise/objective';
import { count, seed, starts } from '../parameter-kinds';
import { Random } from '../random';

const ITERATIONS = 1000;

/** Energy of a simplex, log(1+(K−1)exp(−K/(K−1))): the least there is. Source: lu2022, theorem 1. */
export function simplexEnergy(K: number): number {
  return Math.log1p((K - 1) * Math.exp(-K / (K - 1)));
}

/** Energy of a regular K-gon, where d = 2. */
export function polygonEnergy(K: number): number {
  let sum = 1;
  for (let j = 1; j < K; j++) sum += Math.exp(Math.cos((2 * Math.PI * j) / K) - 1);
  return Math.log(sum);
}

/** (1/K) Σ_i log(1 + Σ_{j≠i} exp(⟨v_j, v_i⟩ − 1)) for unit rows of v (K×d). */
export function sphereEnergyOf(K: number, d: number): Objective {
  const terms = new Float64Array(K);
  return (v, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (let i = 0; i < K; i++) {
      let sum = 1;
      for (let j = 0; j < K; j++) {
        if (j === i) continue;
        let cosine = 0;
        for (let q = 0; q < d; q++) cosine += v[i * d + q]! * v[j * d + q]!;
        sum += terms[j] = Math.exp(cosine - 1);
      }
      value += Math.log(sum) / K;
      for (let j = 0; j < K; j++) {
        if (j === i) continue;
        const slope = terms[j]! / sum / K;
        for (let q = 0; q < d; q++) {
          gradient[i * d + q]! += slope * v[j * d + q]!;
          gradient[j * d + q]! += slope * v[i * d + q]!;
        }
      }
    }
    return value;
  };
}

export const lu2022: Experiment = {
  paper: 'lu2022',
  title: 'On the sphere, cross-entropy asks for a simplex',
  claim:
    'Of all ways to place K unit vectors, one for each class, the simplex alone makes the cross-entropy smallest, wherever the dimension is at least K − 1.',
  setup:
    'K unit vectors are moved from random starts until their cross-entropy is minimal, for each dimension from 2 on. Below K − 1 the energy stays above that of a simplex; from there on every start reaches it. In two dimensions the regular polygon is drawn in.',
  formula: String.raw`\tfrac1K\sum_i\log\Bigl(1+\sum_{j\neq i}e^{\langle v_j-v_i,\,v_i\rangle}\Bigr)\ \ge\ \log\bigl(1+(K-1)e^{-K/(K-1)}\bigr)`,
  parameters: [
    count('K', 'K', 'Number of vectors.', [3, 16], 6),
    count('d', 'd', 'Largest number of dimensions; a simplex needs K − 1.', [2, 18], 7),
    starts(8, 6),
    seed,
  ],

  async run(settings, stage) {
    const [K, last, tries] = [setting(settings, 'K'), setting(settings, 'd'), setting(settings, 'starts')];
    const least = simplexEnergy(K);
    const lowest: [number, number][] = [];
    const highest: [number, number][] = [];
    const series: TheorySeries[] = [
      { name: 'highest of the starts', kind: 'measured', points: highest },
      { name: 'lowest of the starts', kind: 'measured', points: lowest },
      { name: 'simplex', kind: 'bound', points: [[2, least], [last, least]] }, // prettier-ignore
      { name: 'regular polygon', kind: 'theory', points: [[2, polygonEnergy(K)]] },
    ];
    const chart = () => ({
      id: 'energy',
      title: 'Cross-entropy of the vectors after descent',
      x: { title: 'dimensions d' },
      y: { title: 'energy' },
      series,
    });
    let furthest = 0;
    let geometry = 0;
    for (let d = 2; d <= last; d++) {
      const spheres = rowSpheres(K, d);
      const objective = onSpheres(sphereEnergyOf(K, d), spheres);
      const values: number[] = [];
      for (let s = 0; s < tries; s++) {
        const done = d - 2 + s / tries;
        const random = new Random(setting(settings, 'seed') + 7919 * s + 104_729 * d);
        const found = await minimise(objective, random.normals(K * d), {
          iterations: ITERATIONS,
          tolerance: 1e-9,
          onIteration: (i) => (i % 5 === 0 ? stage.step(done / (last - 1), () => [chart()]) : undefined),
        });
        await stage.step(done / (last - 1), () => [chart()]);
        values.push(found.value);
        if (d === last) {
          const features = onto(spheres, found.x);
          const labels = Int32Array.from({ length: K }, (_, k) => k);
          geometry = Math.max(geometry, measureOne({ classes: K, dimension: d, features, labels }, 'nc2.means.etf'));
        }
      }
      lowest.push([d, Math.min(...values)]);
      highest.push([d, Math.max(...values)]);
      if (d === last) furthest = Math.max(...values.map((value) => Math.abs(value - least)));
    }
    return {
      charts: [chart()],
      checks: [
        {
          id: 'simplex',
          what: 'The largest distance of a start’s energy from the simplex’s, in the largest dimension.',
          measured: furthest,
          relation: 'atMost',
          expected: 0,
          tolerance: 1e-9,
          because:
            'The minimum is quadratic, so a gradient of 1e-9 leaves the energy within rounding; the best arrangement with one dimension fewer lies at least 2e-3 above it for up to 16 vectors.',
        },
        {
          id: 'geometry',
          what: 'The largest distance of the vectors from a simplex, in the largest dimension.',
          measured: geometry,
          relation: 'atMost',
          expected: 0,
          tolerance: 1e-5,
          because: 'The distance goes with the square root of what is left of the energy.',
        },
        {
          id: 'polygon',
          what: 'The lowest energy in two dimensions, against the regular polygon’s.',
          measured: lowest[0]![1],
          relation: 'equal',
          expected: polygonEnergy(K),
          tolerance: 1e-7,
          because: 'As for the simplex, with a flatter minimum where the vectors are many.',
        },
      ],
      notes: [
        `A simplex of ${K} vectors needs ${K - 1} dimensions. That the polygon is optimal in two dimensions is seen here, not proved.`,
      ],
    };
  },
};
