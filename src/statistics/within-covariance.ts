/** Σ_W as a matrix, for the measures that cannot do without it; only for layers narrow enough. */

export interface WithinCovariance {
  /** d. */
  dimension: number;
  /** Σ_W = (1/N) Σ_i (h_i−μ_{y_i})(h_i−μ_{y_i})ᵀ, d×d row-major, float64. */
  matrix: Float64Array;
}

/** Layers wider than this have no matrix: 32 MB, and d²·N operations. */
export const WIDEST = 2048;
