/** The exact optimum of the layer-peeled model with two groups of classes, by symmetry. */

export interface TwoGroups {
  /** K_A and K_B, at least 2 each. */
  majority: number;
  minority: number;
  /** E_W·E_H, of which alone the optimum depends up to scale. */
  budget: number;
}

export interface PeeledOptimum {
  value: number;
  /** Singular values of W H̄ᵀ within the majority, within the minority, and between the groups. */
  withinMajority: number;
  withinMinority: number;
  between: number;
  /** Cosine of two minority classifiers; undefined where they are zero vectors. */
  cosine: number | undefined;
}

/**
 * The exact optimum for d ≥ 2K. The loss sees Z = W H̄ᵀ alone and the budgets say ‖Z‖_* ≤ T = K√(E_W E_H); averaging
 * over permutations within the groups leaves a, b ≥ 0 and a contrast (s, t) with (K_A−1)a + (K_B−1)b + ‖(s,t)‖ = T.
 * W Wᵀ is then proportional to (Z Zᵀ)^½. After fang2021, whose convex relaxation this reduces.
 */
export function peeledOptimum(groups: TwoGroups, ratio: number): PeeledOptimum {
  const { majority: A, minority: B } = groups;
  const K = A + B;
  const total = K * Math.sqrt(groups.budget);
  const best = (b: number) => {
    const left = total - (B - 1) * b;
    const split = (a: number) => {
      const m = Math.max(0, left - (A - 1) * a);
      const at = (angle: number) => lossAt(groups, ratio, a, b, m * Math.cos(angle), m * Math.sin(angle));
      const angle = golden(at, 0, Math.PI / 2);
      return { a, m, value: at(angle) };
    };
    return split(golden((a) => split(a).value, 0, left / (A - 1)));
  };
  const b = minorityCollapses(groups, ratio) ? 0 : golden((at) => best(at).value, 0, total / (B - 1));
  const { a, m, value } = best(b);
  // Of the contrast, each minority row has the share √(K_A/(K K_B)).
  const shared = minorityVanishes(groups, ratio) ? 0 : (m * A) / (K * B);
  const length = b * (1 - 1 / B) + shared;
  const cosine = length > 0 ? (shared - b / B) / length : undefined;
  return { value, withinMajority: a, withinMinority: b, between: m, cosine };
}

/** Whether b = 0 is optimal: the budget's multiplier is then at least n_B/N, minus the slope of the loss in b at 0. */
function minorityCollapses(groups: TwoGroups, ratio: number): boolean {
  const { majority: A, minority: B } = groups;
  const K = A + B;
  const total = K * Math.sqrt(groups.budget);
  const [cA, cB] = contrasts(groups);
  // At the best contrast for each a, ∂/∂a = −(A−1)μ where a > 0: bisect on the difference of the two multipliers.
  const contrast = (a: number): { m: number; angle: number } => {
    const m = Math.max(0, total - (A - 1) * a);
    const at = (angle: number) => lossAt(groups, ratio, a, 0, m * Math.cos(angle), m * Math.sin(angle));
    return { m, angle: golden(at, 0, Math.PI / 2) };
  };
  const rates = (a: number) => {
    const { m, angle } = contrast(a);
    const weight = 1 / (A * ratio + B);
    const other = B * Math.exp(-a * (1 - 1 / A) - m * Math.cos(angle) * cA);
    const near = (A - 1) * Math.exp(-a);
    const across = A * Math.exp(-m * Math.sin(angle) * cB);
    const whole = 1 + near + other;
    const byA = (A * ratio * weight * (near + (1 - 1 / A) * other)) / whole / (A - 1);
    const byS = (A * ratio * weight * cA * other) / whole;
    const byT = (B * weight * cB * across) / (B + across);
    return { byA, byContrast: m > 0 ? byS * Math.cos(angle) + byT * Math.sin(angle) : Math.hypot(byS, byT) };
  };
  let low = 0;
  let high = total / (A - 1);
  for (let i = 0; i < 60; i++) {
    const a = (low + high) / 2;
    const { byA, byContrast } = rates(a);
    if (byA > byContrast) low = a;
    else high = a;
  }
  return rates((low + high) / 2).byA >= 1 / (A * ratio + B);
}

/** Whether all of the minority's classifiers are zero: even the first bit of contrast gains less than it costs. */
function minorityVanishes(groups: TwoGroups, ratio: number): boolean {
  const { majority: A, minority: B } = groups;
  const K = A + B;
  const [cA, cB] = contrasts(groups);
  const weight = 1 / (A * ratio + B);
  const a = (K * Math.sqrt(groups.budget)) / (A - 1);
  const near = (A - 1) * Math.exp(-a);
  const other = B * Math.exp(-a * (1 - 1 / A));
  const whole = 1 + near + other;
  const multiplier = (A * ratio * weight * (near + (1 - 1 / A) * other)) / whole / (A - 1);
  const gain = Math.hypot((A * ratio * weight * cA * other) / whole, (B * weight * cB * A) / K);
  return multiplier >= weight && gain <= multiplier;
}

/** R0, the imbalance from which the minority's classifiers coincide. Source: fang2021, theorem 5, made exact. */
export function collapseThreshold(groups: TwoGroups): number {
  return threshold((ratio) => minorityCollapses(groups, ratio));
}

/** R1, the imbalance from which the minority's classifiers are zero vectors; infinite where there is none below 10⁹. */
export function vanishingThreshold(groups: TwoGroups): number {
  return threshold((ratio) => minorityVanishes(groups, ratio));
}

function threshold(reached: (ratio: number) => boolean): number {
  let low = 0;
  let high = Math.log(1e9);
  if (!reached(Math.exp(high))) return Infinity;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (reached(Math.exp(middle))) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2);
}

/** By how much a unit of s, or t, moves a logit of the own class over one of the other group. */
function contrasts({ majority: A, minority: B }: TwoGroups): [number, number] {
  const root = Math.sqrt(A + B);
  return [root / (A * Math.sqrt(B)), root / (B * Math.sqrt(A))];
}

function lossAt(groups: TwoGroups, ratio: number, a: number, b: number, s: number, t: number): number {
  const { majority: A, minority: B } = groups;
  const [cA, cB] = contrasts(groups);
  const weight = 1 / (A * ratio + B);
  const ofMajority = Math.log1p((A - 1) * Math.exp(-a) + B * Math.exp(-a * (1 - 1 / A) - s * cA));
  const ofMinority = Math.log1p((B - 1) * Math.exp(-b) + A * Math.exp(-b * (1 - 1 / B) - t * cB));
  return weight * (A * ratio * ofMajority + B * ofMinority);
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Where a function with one minimum has it. */
function golden(f: (x: number) => number, low: number, high: number): number {
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let atLeft = f(left);
  let atRight = f(right);
  for (let i = 0; i < 44; i++) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = f(right);
    }
  }
  return (low + high) / 2;
}
