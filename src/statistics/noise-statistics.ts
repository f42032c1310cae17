/** Samples whose label is known to be wrong: where their features lie between the true and the given class. */

export interface NoiseStatistics {
  /** Samples whose given class differs from the true one. */
  corrupted: number;
  /** Share of all samples. */
  share: number;
  /**
   * Mean over corrupted samples of ‖h_i − ref_{true(i)}‖, and its sum over classes of the means; ref = mean of the true
   * class over its clean samples.
   */
  distance: { mean: number; total: number };
  /** Mean over corrupted samples of ⟨h_i−ref_true, ref_given−ref_true⟩ / ‖ref_given−ref_true‖². */
  progress: number;
  /** Mean distance between the reference means of two classes. */
  spread: number;
}
