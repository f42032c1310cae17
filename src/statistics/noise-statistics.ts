/** Samples whose label is known to be wrong: where their features lie between the true and the given class. */

export interface NoiseStatistics {
  /** Samples whose given class differs from the true one. */
  corrupted: number;
  /** Share of the samples whose given and true class are both known. */
  share: number;
  /**
   * Mean over corrupted samples of ‖h_i − ref_{true(i)}‖, and the sum over all of them (the paper's Σ_k Σ_i); ref = mean
   * of the true class over its clean samples. A sample whose true class has no clean sample is left out; NaN and 0 where
   * none remains.
   */
  distance: { mean: number; total: number };
  /** Mean over corrupted samples of ⟨h_i−ref_true, ref_given−ref_true⟩ / ‖ref_given−ref_true‖². */
  progress: number;
  /** Mean distance between the reference means of two classes; NaN with fewer than two. */
  spread: number;
}
