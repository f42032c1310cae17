/** Mean and standard deviation of a stream of numbers, in float64. */

/** Sums are of differences from the first number, so that nothing cancels where all are nearly equal. */
export class ScalarMoments {
  #count = 0;
  #pivot = 0;
  #sum = 0;
  #squares = 0;

  get count(): number {
    return this.#count;
  }

  /** NaN before the first number. */
  get mean(): number {
    return this.#count === 0 ? Number.NaN : this.#pivot + this.#sum / this.#count;
  }

  /** ddof 0; NaN before the first number. */
  get deviation(): number {
    const variance = (this.#squares - (this.#sum * this.#sum) / this.#count) / this.#count;
    // Rounding may leave a tiny negative; NaN must pass through.
    return Math.sqrt(variance < 0 ? 0 : variance);
  }

  add(value: number): void {
    if (this.#count === 0) this.#pivot = value;
    const difference = value - this.#pivot;
    this.#sum += difference;
    this.#squares += difference * difference;
    this.#count += 1;
  }

  /** Takes in what another instance has seen. */
  merge(other: ScalarMoments): void {
    if (other.#count === 0) return;
    if (this.#count === 0) this.#pivot = other.#pivot;
    const delta = other.#pivot - this.#pivot;
    this.#squares += other.#squares + delta * (2 * other.#sum + other.#count * delta);
    this.#sum += other.#sum + other.#count * delta;
    this.#count += other.#count;
  }
}
