/** Class statistics of one layer: everything the metrics need of the features, and nothing of size N×d or d×d. */
export interface ClassStatistics {
  /** K. */
  classes: number;
  /** d. */
  dimension: number;
  /** N. */
  samples: number;
  /** n_c, length K. */
  counts: Float64Array;
  /** μ_c, row-major K×d. A class without samples has a row of zeros. */
  means: Float64Array;
  /** μ_G: mean of the means of the classes that have samples, length d. */
  globalMean: Float64Array;
  /** Mc = μ_c − μ_G, row-major K×d; zero rows for classes without samples. */
  centredMeans: Float64Array;
  /** Σ_{i in c} ‖h_i−μ_c‖² per class, length K. */
  scatters: Float64Array;
  /** tr Σ_W with Σ_W = (1/N) Σ_i (h_i−μ_{y_i})(h_i−μ_{y_i})ᵀ. */
  traceWithin: number;
  /** tr Σ_B with Σ_B = (1/K') Σ_c Mc_c Mc_cᵀ, K' = number of classes that have samples. */
  traceBetween: number;
  /** Only where the span of the class means was analysed. */
  span?: MeanSpan;
  /** (1/N) Σ_i ‖h_i−μ_{y_i}‖; filled by a second pass where it is asked for. */
  radius?: number;
}

/** Singular value decomposition Mc = U S Vᵀ cut at its rank, and the within-class variance along each v_r. */
export interface MeanSpan {
  /** ρ = #{s_r > max(K,d)·ε·s_1}, at most min(K'−1, d). */
  rank: number;
  /** s_1 ≥ … ≥ s_ρ > 0. */
  singularValues: Float64Array;
  /** V, row-major ρ×d: row r is v_r. */
  directions: Float64Array;
  /** U, row-major K×ρ. */
  left: Float64Array;
  /** (1/N) Σ_i ⟨h_i−μ_{y_i}, v_r⟩² for each r; filled by the second pass. */
  within?: Float64Array;
  /** V Σ_W Vᵀ, ρ×ρ row-major, of which `within` is the diagonal; gathered only where it is asked for. */
  withinMatrix?: Float64Array;
}

/** Shares of samples counted in the second pass, each in [0, 1]. */
export interface NearestCentreShares {
  /** argmin_c ‖h−μ_c‖ equals the label. */
  accuracy: number;
  /** argmin_c ‖h−μ_c‖ differs from the network's argmax; absent without logits. */
  mismatch?: number;
}

/** K': the number of classes that have samples. */
export function presentClasses(statistics: { counts: Float64Array }): number {
  let present = 0;
  for (const count of statistics.counts) if (count > 0) present += 1;
  return present;
}
