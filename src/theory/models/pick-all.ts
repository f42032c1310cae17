/** The pick-all-labels loss of li2024, and the optimum of its model with free features. */
import type { Loss } from './losses';

/**
 * Σ_{k∈S} CE(z, k) = m log Σ_j exp(z_j) − Σ_{k∈S} z_k, in nats.
 * @param sets what a sample's label stands for: its set of m classes
 */
export function pickAll(sets: readonly (readonly number[])[]): Loss {
  return (logits, offset, classes, label, weight, gradient) => {
    const set = sets[label]!;
    let most = -Infinity;
    for (let k = 0; k < classes; k++) most = Math.max(most, logits[offset + k]!);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(logits[offset + k]! - most);
    for (let k = 0; k < classes; k++) {
      gradient[offset + k]! += (weight * set.length * Math.exp(logits[offset + k]! - most)) / sum;
    }
    let value = set.length * (most + Math.log(sum));
    for (const k of set) {
      value -= logits[offset + k]!;
      gradient[offset + k]! -= weight;
    }
    return value;
  };
}

export interface PickAllOptimum {
  /** ‖w_k‖². */
  square: number;
  /** c_m of each multiplicity m = 1 … : h_S = c_m Σ_{k∈S} w_k. */
  scales: number[];
  value: number;
}

/**
 * The optimum of (1/N) Σ L + λ_W/2‖W‖² + λ_H/2‖H‖², d ≥ K−1, where each multiplicity is balanced: W a simplex, and c_m of
 * c_m (m e^{K c_m q/(K−1)} + K − m) = K/(N λ_H) with q from Σ_m N_m m(K−m) c_m² = K(K−1) λ_W/λ_H. After li2024,
 * theorem 3.
 * @param samples N_m for m = 1 …
 */
export function pickAllOptimum(K: number, samples: readonly number[], decay: { weight: number; features: number }) {
  const N = samples.reduce((sum, count) => sum + count, 0);
  const scaleAt = (m: number, q: number): number => {
    const right = K / (N * decay.features);
    // With c in [0, right/K] the left side rises from 0 past the right one.
    return bisect((c) => c * (m * Math.exp((K / (K - 1)) * c * q) + K - m) - right, 0, right / K);
  };
  const spent = (q: number): number =>
    samples.reduce((sum, count, i) => sum + count * (i + 1) * (K - i - 1) * scaleAt(i + 1, q) ** 2, 0);
  const budget = (K * (K - 1) * decay.weight) / decay.features;
  let high = 1;
  while (spent(high) > budget) high *= 2;
  const square = spent(0) <= budget ? 0 : bisect((q) => budget - spent(q), 0, high);
  const scales = samples.map((_, i) => (square === 0 ? 0 : scaleAt(i + 1, square)));
  let value = 0.5 * decay.weight * K * square;
  scales.forEach((c, i) => {
    const m = i + 1;
    const inside = c * square * (1 - (m - 1) / (K - 1));
    const outside = (-c * square * m) / (K - 1);
    const log = inside + Math.log(m + (K - m) * Math.exp(outside - inside));
    value += (samples[i]! / N) * m * (log - inside);
    value += (0.5 * decay.features * samples[i]! * c * c * square * m * (K - m)) / (K - 1);
  });
  const optimum: PickAllOptimum = { square, scales, value };
  return optimum;
}

/** The root of a rising function. */
function bisect(f: (x: number) => number, low: number, high: number): number {
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
