/** Features kept between the two passes while they fit; otherwise the model runs twice. */
import type { FeatureBatch } from './feature-pass';

export class FeatureStore {
  private batches: FeatureBatch[] = [];
  private bytes = 0;
  private overflowed = false;

  constructor(private readonly limit = 256 * 1024 * 1024) {}

  /** The batch's arrays must not be reused by whoever made them. */
  add(batch: FeatureBatch): void {
    if (this.overflowed) return;
    for (const { values } of batch.layers) this.bytes += values.byteLength;
    if (this.bytes > this.limit) {
      this.overflowed = true;
      this.batches = [];
      return;
    }
    // Logits are read once.
    const kept = { ...batch };
    delete kept.logits;
    this.batches.push(kept);
  }

  /** Every batch of the first pass, or undefined where they did not fit. */
  get complete(): readonly FeatureBatch[] | undefined {
    return this.overflowed ? undefined : this.batches;
  }
}
