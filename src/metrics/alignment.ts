/** Whether a linear layer reads just the directions in which the class means at its input spread. */
import { dot, multiplyTransposed, transposed } from '../statistics/products';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';
import { lacksSpread } from './requirements';

/** Multiply-adds that one layer may take: about ten seconds. */
const MOST_OPERATIONS = 2e10;
const BLOCK = 64;

/**
 * cos(WᵀW, McᵀMc) = ‖W Mcᵀ‖_F² / (‖W Wᵀ‖_F ‖Mc Mcᵀ‖_F), W rows×d the linear layer behind these features, Mc K×d; no
 * d×d matrix is formed. Both matrices are positive semidefinite, so range [0,1]; limit 1. Source: rangamani2023, who
 * compare subspaces: the cosine of the whole Gram matrices needs no rank to be chosen, and asks for equal strengths too.
 */
export const alignment: Metric = {
  id: 'alignment',
  name: 'Alignment of the next layer with the class means',
  plain:
    'How much the linear layer that takes these features reads the directions in which the class means spread, and only these, with the same strengths: cosine between the two Gram matrices. It is 1 at collapse, and small for a random layer with many more features than classes.',
  formula: String.raw`\frac{\langle W^{\top}W,\ \tilde M^{\top}\tilde M\rangle_F}{\lVert W^{\top}W\rVert_F\,\lVert \tilde M^{\top}\tilde M\rVert_F}=\frac{\lVert W\tilde M^{\top}\rVert_F^2}{\lVert WW^{\top}\rVert_F\,\lVert \tilde M\tilde M^{\top}\rVert_F}`,
  limit: () => 1,
  range: '[0, 1]',
  scale: 'linear',
  family: 'depth',
  papers: ['rangamani2023'],
  where: 'everyLayer',
  needs: ['next'],
  compute: alignmentOf,
};

function alignmentOf({ statistics, next, role, noClassifier }: MetricInput): MetricResult {
  const lack = lacksSpread(statistics);
  if (lack) return notApplicable(lack);
  if (!next) {
    return notApplicable(
      role === 'penultimate'
        ? (noClassifier ?? 'no linear classifier was found')
        : 'no linear layer takes these features',
    );
  }
  const { classes, dimension: d } = statistics;
  const { rows, weight } = next;
  if (weight.length !== rows * d) {
    return notApplicable(`the next layer takes ${weight.length / rows} features, and ${d} were measured here`);
  }
  const cost = (m: number, n: number) => Math.min(m, n) ** 2 * Math.max(m, n);
  if (cost(rows, d) + cost(classes, d) + rows * classes * d > MOST_OPERATIONS) {
    return notApplicable(`the next layer has ${rows}×${d} weights: comparing it with the class means takes too long`);
  }
  const w = scaled(weight);
  if (!w) return notApplicable('the weights of the next layer are all zero');
  // The means are not all equal, so they have a scale.
  const m = scaled(statistics.centredMeans)!;
  const product = squaredProductNorm(w, rows, m, classes, d, false);
  return Math.min(1, product / (gramNorm(w, rows, d) * gramNorm(m, classes, d)));
}

/** A divided by its largest entry, so that fourth powers neither overflow nor vanish. */
function scaled(a: Float64Array): Float64Array | undefined {
  let largest = 0;
  for (const value of a) largest = Math.max(largest, Math.abs(value));
  return largest === 0 ? undefined : a.map((value) => value / largest);
}

/** ‖A Aᵀ‖_F = ‖AᵀA‖_F by the smaller of the two. */
function gramNorm(a: Float64Array, rows: number, columns: number): number {
  const [short, m, n] = rows <= columns ? [a, rows, columns] : [transposed(a, rows, columns), columns, rows];
  return Math.sqrt(squaredProductNorm(short, m, short, m, n, true));
}

/** ‖A Bᵀ‖_F² in blocks of rows; of a symmetric product only one half is formed. */
function squaredProductNorm(
  a: Float64Array,
  aRows: number,
  b: Float64Array,
  bRows: number,
  depth: number,
  symmetric: boolean,
): number {
  const products = new Float64Array(BLOCK * BLOCK);
  let sum = 0;
  for (let i = 0; i < aRows; i += BLOCK) {
    const height = Math.min(BLOCK, aRows - i);
    const left = a.subarray(i * depth, (i + height) * depth);
    for (let j = 0; j < (symmetric ? i + 1 : bRows); j += BLOCK) {
      const width = Math.min(BLOCK, bRows - j);
      multiplyTransposed(left, height, b.subarray(j * depth, (j + width) * depth), width, depth, products);
      const squares = dot(products, 0, products, 0, height * width);
      sum += symmetric && j < i ? 2 * squares : squares;
    }
  }
  return sum;
}
