/** What is kept of the logits z (N×K) of labelled samples, in one pass. */
import type { ClassStatistics } from './class-statistics';

export interface LogitStatistics {
  /** Class statistics of the logits themselves (dimension K). */
  statistics: ClassStatistics;
  /** The same of z̃ = z − mean_k z_k: what the softmax sees, and no common shift of the logits. */
  centred?: ClassStatistics;
  /** z_y − max_{j≠y} z_j over all samples. */
  margins: { min: number; mean: number; deviation: number };
  /** Samples per class that the network gets right, length K. */
  correct: Float64Array;
  /** Mean cross-entropy of the labels, in nats. */
  crossEntropy: number;
  /** Expected calibration error of the softmax in 15 bins of equal width, in [0, 1]. */
  calibrationError: number;
  /**
   * Against the targets (1−ε) e_y + ε/(K−1) (1−e_y): Σ_i ⟨z_i − e_y, u_y⟩ with u_y = (1−e_y)/(K−1) − e_y, and
   * Σ_i ‖z_i − e_y‖².
   */
  interpolation: { along: number; squares: number };
}
