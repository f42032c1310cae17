/** Σ x xᵀ of streamed rows, gathered block by block so that the sum is touched once a block rather than once a row. */
import { transposed } from './products';
import { addOuterProducts, mirrorLower } from './symmetric-update';

/**
 * Xᵀ X (d×d row-major, both halves) of a block of rows: X is row-major, its first `count` rows of d are filled.
 * May answer later, for products made elsewhere.
 */
export type BlockProduct = (rows: Float64Array, count: number, d: number) => Float64Array | Promise<Float64Array>;

/** Enough rows that reading and writing d×d sums is small beside a fast engine's products. */
const BLOCK_ROWS = 1024;
/** Rows multiplied at once here: panels of them stay in cache. */
const PANEL_ROWS = 256;

/** Lower half of Σ x xᵀ in float64. Memory d² + 1280 d values. */
export class OuterSums {
  readonly #sum: Float64Array;
  readonly #block: Float64Array;
  #filled = 0;

  constructor(readonly dimension: number) {
    this.#sum = new Float64Array(dimension * dimension);
    this.#block = new Float64Array(BLOCK_ROWS * dimension);
  }

  /** The rows that wait for their product; write the next one at the offset that `slot` gives. */
  get block(): Float64Array {
    return this.#block;
  }

  get full(): boolean {
    return this.#filled === BLOCK_ROWS;
  }

  /** Offset into `block` of one more row, all d values of which the caller writes. Makes room where there is none. */
  slot(): number {
    if (this.full) this.flush();
    return this.#filled++ * this.dimension;
  }

  /** Adds the waiting rows to the sum. */
  flush(): void {
    if (this.#filled === 0) return;
    const { dimension: d } = this;
    for (let start = 0; start < this.#filled; start += PANEL_ROWS) {
      const count = Math.min(PANEL_ROWS, this.#filled - start);
      const panel = transposed(this.#block.subarray(start * d, (start + count) * d), count, d);
      addOuterProducts(this.#sum, d, 0, panel, count, 1);
    }
    this.#filled = 0;
  }

  /** The same through a product made elsewhere. No row may come in before it has resolved. */
  async flushThrough(product: BlockProduct): Promise<void> {
    if (this.#filled === 0) return;
    const { dimension: d } = this;
    const block = await product(this.#block, this.#filled, d);
    if (block.length !== d * d) throw new RangeError(`a product of ${block.length} values is not ${d}×${d}`);
    for (let i = 0; i < d; i++) for (let at = i * d; at <= i * d + i; at++) this.#sum[at]! += block[at]!;
    this.#filled = 0;
  }

  merge(other: OuterSums): void {
    if (other.dimension !== this.dimension) {
      throw new RangeError(`cannot merge sums of dimension ${other.dimension} into ${this.dimension}`);
    }
    this.flush();
    other.flush();
    for (let at = 0; at < this.#sum.length; at++) this.#sum[at]! += other.#sum[at]!;
  }

  /** The sum over `count`, d×d row-major, both halves. */
  mean(count: number): Float64Array {
    this.flush();
    const out = this.#sum.map((value) => value / count);
    mirrorLower(out, this.dimension);
    return out;
  }
}
