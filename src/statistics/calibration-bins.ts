/** Expected calibration error: how far confidence and share correct lie apart, bin by bin. */

export const CALIBRATION_BINS = 15;

/**
 * Guo et al. 2017: bins (a,b] of equal width on the largest softmax probability p. p = 1 falls in the last bin. p = 0
 * would fall in none; it cannot be, as p ≥ 1/K.
 */
export class CalibrationBins {
  readonly #confidence = new Float64Array(CALIBRATION_BINS);
  readonly #correct = new Float64Array(CALIBRATION_BINS);
  #rows = 0;

  add(confidence: number, correct: boolean): void {
    const bin = binOf(confidence);
    this.#confidence[bin]! += confidence;
    if (correct) this.#correct[bin]! += 1;
    this.#rows += 1;
  }

  merge(other: CalibrationBins): void {
    for (let b = 0; b < CALIBRATION_BINS; b++) {
      this.#confidence[b]! += other.#confidence[b]!;
      this.#correct[b]! += other.#correct[b]!;
    }
    this.#rows += other.#rows;
  }

  /** Σ_b (n_b/N)·|share correct − mean confidence|, in [0, 1]; NaN before the first row. */
  get error(): number {
    let sum = 0;
    for (let b = 0; b < CALIBRATION_BINS; b++) sum += Math.abs(this.#correct[b]! - this.#confidence[b]!);
    return sum / this.#rows;
  }
}

/** The bin whose (b/15, (b+1)/15] holds p; the product's rounding must not move a p that lies on an edge. */
function binOf(p: number): number {
  let bin = Math.ceil(p * CALIBRATION_BINS) - 1;
  if (p <= bin / CALIBRATION_BINS) bin -= 1;
  else if (p > (bin + 1) / CALIBRATION_BINS) bin += 1;
  return Math.max(0, Math.min(CALIBRATION_BINS - 1, bin));
}
