/** NC1, within-class variability: how small a class's cloud is beside the distances between the classes. */
import { presentClasses, type ClassStatistics } from '../statistics/class-statistics';
import { notApplicable, type Metric, type MetricInput, type MetricResult } from './metric';
import { lacksRepeats, lacksSpan, lacksSpread } from './requirements';

/**
 * NC1 = tr(Σ_W Σ_B⁺)/K, Σ_W and Σ_B d×d. With Mc = U S Vᵀ it is Σ_r (1/N)Σ_i⟨h_i−μ_{y_i}, v_r⟩² / s_r²: neither
 * matrix is formed, and K cancels. Limit 0, range [0,∞). Sources: papyan2020; by layer in rangamani2023, parker2023.
 */
export const nc1: Metric = {
  id: 'nc1',
  name: 'NC1 within-class variability',
  plain:
    'Spread of the features around their class mean, measured against the spread of the class means in every direction that separates classes. It falls towards 0 as each class shrinks to a point.',
  formula: String.raw`\mathrm{NC1} = \tfrac{1}{K}\,\mathrm{tr}\!\left(\Sigma_W \Sigma_B^{+}\right)`,
  limit: () => 0,
  range: '[0, ∞)',
  scale: 'log',
  family: 'variability',
  papers: ['papyan2020', 'zhu2021', 'tirer2022', 'zhou2022a', 'zhou2022b', 'li2024', 'rangamani2023', 'parker2023'],
  where: 'everyLayer',
  needs: ['span'],
  compute: ({ statistics }) => withinOverBetween(statistics),
};

/** tr(Σ_W Σ_B⁺)/K of any features, from their class statistics with the span analysed. */
export function withinOverBetween(statistics: ClassStatistics): MetricResult {
  const lack = lacksSpread(statistics) ?? lacksRepeats(statistics);
  if (lack) return notApplicable(lack);
  const span = statistics.span;
  if (!span?.within) return notApplicable(lacksSpan(statistics));
  let sum = 0;
  for (let r = 0; r < span.rank; r++) sum += span.within[r]! / span.singularValues[r]! ** 2;
  return sum;
}

/**
 * tr Σ_W / tr Σ_B: NC1 without the inverse, so no direction is amplified and no rank matters.
 * Limit 0, range [0,∞). Sources: companion of papyan2020's NC1; by layer in rangamani2023, parker2023, wang2023.
 */
export const traceRatio: Metric = {
  id: 'nc1.traceRatio',
  name: 'Within/between trace ratio',
  plain:
    'Total variance within classes over total variance between the class means. A simpler companion of NC1 that stays meaningful when some class means nearly coincide, and that compares layers of any size.',
  formula: String.raw`\frac{\mathrm{tr}\,\Sigma_W}{\mathrm{tr}\,\Sigma_B}`,
  limit: () => 0,
  range: '[0, ∞)',
  scale: 'log',
  family: 'variability',
  papers: ['papyan2020', 'rangamani2023', 'parker2023', 'wang2023', 'tirer2022'],
  where: 'everyLayer',
  compute: ({ statistics }) => ratioOfTraces(statistics),
};

/** tr Σ_W / tr Σ_B from class statistics. */
export function ratioOfTraces(statistics: ClassStatistics): MetricResult {
  const lack = lacksSpread(statistics) ?? lacksRepeats(statistics);
  return lack ? notApplicable(lack) : statistics.traceWithin / statistics.traceBetween;
}

/**
 * s_1/s_r of Mc with r = min(K'−1, d), K' the classes that have samples: how much NC1 amplifies the weakest direction.
 * No limit (1 when the class means are equally spread, as in a simplex), range [1,∞). Source: papyan2020's Σ_B⁺.
 */
export const condition: Metric = {
  id: 'nc1.condition',
  name: 'Condition of the class means',
  plain:
    'Largest over smallest singular value of the centred class means. When it is large, some classes nearly share a mean, and NC1 is dominated by that one direction: read the trace ratio beside it.',
  formula: String.raw`\frac{s_1(\tilde M)}{s_r(\tilde M)},\quad r=\min(K-1,d)`,
  limitText: '1 for a simplex; no limit of its own',
  range: '[1, ∞)',
  scale: 'log',
  family: 'rank',
  papers: ['papyan2020'],
  where: 'penultimate',
  needs: ['span'],
  compute: conditionOfMeans,
};

function conditionOfMeans({ statistics }: MetricInput): MetricResult {
  const lack = lacksSpread(statistics);
  if (lack) return notApplicable(lack);
  const span = statistics.span;
  if (!span) return notApplicable(lacksSpan(statistics));
  const expected = Math.min(presentClasses(statistics) - 1, statistics.dimension);
  if (span.rank < expected) {
    return notApplicable(
      `the centred class means span ${span.rank} of ${expected} possible directions, so the ratio is infinite`,
    );
  }
  return span.singularValues[0]! / span.singularValues[expected - 1]!;
}
